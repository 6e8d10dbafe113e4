use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
}

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap().get_connection().unwrap();
    User { id: 1 }.write_hash(&mut con).unwrap();
}
