use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}" expire = "30d")]
struct User {
    id: u64,
    #[redis_hash(skip rename = "x")]
    name: String,
}

fn main() {}
