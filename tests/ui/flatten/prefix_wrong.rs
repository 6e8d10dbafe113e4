use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten())]
    a: Address,
    #[redis_hash(flatten = "b_")]
    b: Address,
    #[redis_hash(flatten(prefix))]
    c: Address,
    #[redis_hash(flatten(prefix = 'd'))]
    d: Address,
    #[redis_hash(flatten(prefx = "e_"))]
    e: Address,
    #[redis_hash(flatten(rename = "f_"))]
    f: Address,
}

fn main() {}
