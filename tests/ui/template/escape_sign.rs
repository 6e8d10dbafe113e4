use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{name}%{id}", segments = "escape")]
struct User {
    id: u64,
    name: String,
}

fn main() {}
