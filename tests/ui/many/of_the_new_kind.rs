use redis_hashmap::{ToHashValue, ToRedisHash};

#[derive(ToHashValue)]
enum Colour {
    Red(u8),
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{nme}", segments = "none")]
struct User {
    #[redis_hash(json, display)]
    name: String,
    #[redis_hash(flatten, rename = "x")]
    address: Address,
    #[redis_hash(with)]
    colour: Colour,
    #[redis_hash(skip_if = "1")]
    other: Colour,
}

#[derive(ToRedisHash)]
struct Address {
    street: String,
}

fn main() {}
