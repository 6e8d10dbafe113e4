use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(expire = "15m", absent = "keep")]
    otp: Option<u32>,
    #[redis_hash(absent = "keep", expire = "15m", skip_if = "str::is_empty")]
    token: &'static str,
    #[redis_hash(expire = "15m", absent = "delete")]
    fine: Option<u32>,
}

#[derive(ToRedisHash)]
#[redis_hash(absent = "keep")]
struct OfTheStruct {
    id: u64,
    #[redis_hash(expire = "15m")]
    otp: Option<u32>,
    #[redis_hash(expire = "15m", absent = "delete")]
    fine: Option<u32>,
    #[redis_hash(expire = "15m")]
    never_absent: u32,
}

fn main() {}
