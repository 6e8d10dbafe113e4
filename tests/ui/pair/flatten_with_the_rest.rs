use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten, rename = "address")]
    a: Address,
    #[redis_hash(flatten, absent = "keep")]
    b: Address,
    #[redis_hash(flatten(prefix = "c_"), json, skip_if = "gone")]
    c: Address,
    #[redis_hash(flatten, expire = "15m", version)]
    d: Address,
}

fn main() {}
