#![deny(unused_must_use)]

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap().get_connection().unwrap();
    User { id: 1 }.write_hash(&mut con);
    User { id: 1 }.as_hash().write(&mut con);
    User { id: 1 }.as_hash().encode(&mut Vec::new());
}
