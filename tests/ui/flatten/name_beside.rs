use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Address {
    street: String,
    id: u32,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten)]
    address: Address,
}

fn main() {}
