use redis_hashmap::ToRedisHash;

struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(json)]
    address: Address,
    #[redis_hash(json)]
    other: Option<Address>,
}

fn main() {}
