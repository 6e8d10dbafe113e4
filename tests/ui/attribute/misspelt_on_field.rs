use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    #[redis_hash(renamed = "number")]
    id: u64,
    // No substring counts: this one must not be taken for `skip`.
    #[redis_hash(skipped)]
    name: String,
    #[redis_hash(absence = "keep")]
    email: Option<String>,
    #[redis_hash(expires = "15m")]
    otp: Option<u32>,
    #[redis_hash(versions)]
    rev: u64,
}

fn main() {}
