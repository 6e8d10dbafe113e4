use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(key = "user:{id}")]
    id: u64,
    #[redis_hash(rename_all = "camelCase")]
    first_name: String,
    #[redis_hash(persist)]
    otp: Option<u32>,
    #[redis_hash(crate = redis_hashmap)]
    age: u8,
}

fn main() {}
