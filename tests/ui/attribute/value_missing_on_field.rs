use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(rename)]
    id: u64,
    #[redis_hash(absent)]
    name: Option<String>,
    #[redis_hash(rename = , absent = "keep")]
    email: Option<String>,
    #[redis_hash(expire)]
    otp: Option<u32>,
}

fn main() {}
