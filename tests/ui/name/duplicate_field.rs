use redis_hashmap::ToRedisHash;

// rustc's own error is enough.
#[derive(ToRedisHash)]
struct User {
    name: String,
    name: String,
}

fn main() {}
