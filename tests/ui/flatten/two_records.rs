use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten)]
    home: Address,
    #[redis_hash(flatten(prefix = "work_"))]
    work: Address,
    #[redis_hash(flatten)]
    other: Address,
}

fn main() {}
