use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key("user:{id}"))]
struct User {
    id: u64,
    #[redis_hash(rename: "mail")]
    email: String,
    #[redis_hash(skip())]
    cache: Vec<u16>,
}

fn main() {}
