use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(ToRedisHash)]
struct User {
    name: String,
}

fn main() {
    let mut con = redis::Client::open("redis://127.0.0.1/").unwrap();
    let _ = User::read_hash(&mut con, "user:1");
}
