use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    name: String,
    #[redis_hash(rename = "name")]
    nick: String,
}

#[derive(ToRedisHash)]
struct TheRenamedFirst {
    #[redis_hash(rename = "name")]
    nick: String,
    name: String,
}

fn main() {}
