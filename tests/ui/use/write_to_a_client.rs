use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn main() {
    let client = redis::Client::open("redis://localhost/").unwrap();
    User { id: 1 }.write_hash(&mut &client).unwrap();
    User { id: 1 }.as_hash().write(&mut &client).unwrap();
    User { id: 1 }.write_hash(&client).unwrap();
}
