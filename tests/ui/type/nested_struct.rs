use redis_hashmap::ToRedisHash;

struct Address {
    city: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    address: Address,
}

fn main() {}
