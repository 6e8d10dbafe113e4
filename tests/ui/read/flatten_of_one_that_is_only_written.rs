use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

#[derive(ToRedisHash, FromRedisHash)]
struct User {
    name: String,
    #[redis_hash(flatten)]
    address: Address,
}

fn main() {}
