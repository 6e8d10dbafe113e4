use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename = "people", skip, version)]
struct User {
    id: u64,
}

fn main() {}
