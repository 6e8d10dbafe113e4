use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    odd: std::sync::mpsc::Sender<u8>,
}

fn main() {}
