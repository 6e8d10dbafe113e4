use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
#[redis_hash(deny_unknown_fields)]
struct Address {
    street: String,
}

#[derive(FromRedisHash)]
struct User {
    name: String,
    #[redis_hash(flatten)]
    address: Address,
}

fn main() {}
