use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(skip_if = "|x| x == 0")]
    a: u32,
    #[redis_hash(skip_if = is_zero)]
    b: u32,
    #[redis_hash(skip_if)]
    c: u32,
}

fn main() {}
