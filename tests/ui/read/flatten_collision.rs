use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct Address {
    name: String,
}

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(alias = "name")]
    nick: String,
    #[redis_hash(flatten)]
    address: Address,
}

fn main() {}
