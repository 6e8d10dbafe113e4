use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    name: String,
    #[redis_hash(alias = "name")]
    nick: String,
}

fn main() {}
