use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename = "people", skip)]
struct User {
    id: u64,
}

fn main() {}
