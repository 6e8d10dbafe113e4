use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    name: String,
    #[redis_hash(extra)]
    rest: Vec<(String, String)>,
}

fn main() {}
