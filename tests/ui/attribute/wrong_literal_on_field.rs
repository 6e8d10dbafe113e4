use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(rename = 1)]
    id: u64,
    #[redis_hash(rename = 'n')]
    name: String,
    #[redis_hash(rename = mail)]
    email: String,
    #[redis_hash(absent = keep)]
    seen: Option<u64>,
    #[redis_hash(expire = 900)]
    otp: Option<u32>,
}

fn main() {}
