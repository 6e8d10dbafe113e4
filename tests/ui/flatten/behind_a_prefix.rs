use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    home_street: String,
    #[redis_hash(flatten(prefix = "home_"))]
    home: Address,
}

fn main() {}
