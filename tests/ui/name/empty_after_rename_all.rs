use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "PascalCase")]
struct User {
    __: u64,
}

fn main() {}
