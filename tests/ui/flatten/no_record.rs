use redis_hashmap::ToRedisHash;

struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten)]
    address: Address,
}

fn main() {}
