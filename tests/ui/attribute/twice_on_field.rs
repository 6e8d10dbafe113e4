use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(rename = "a", rename = "b")]
    name: String,
    #[redis_hash(skip)]
    #[redis_hash(skip)]
    cache: Vec<u16>,
    #[redis_hash(absent = "keep", absent = "keep")]
    email: Option<String>,
    #[redis_hash(expire = "15m", expire = "1h")]
    otp: Option<u32>,
    #[redis_hash(version, version)]
    rev: u64,
}

fn main() {}
