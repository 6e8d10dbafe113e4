use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash("user:{id}")]
struct User {
    #[redis_hash(skip,, rename = "x")]
    id: u64,
    #[redis_hash(,)]
    name: String,
    #[redis_hash(= "mail")]
    email: String,
}

fn main() {}
