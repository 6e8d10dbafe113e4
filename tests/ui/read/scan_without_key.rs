use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    name: String,
}

fn main() {
    let mut con = redis::Client::open("redis://127.0.0.1/").unwrap();
    for _ in User::scan_hashes(&mut con) {}
}
