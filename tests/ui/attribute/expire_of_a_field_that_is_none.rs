use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(expire = "a while")]
    words: u64,
    #[redis_hash(expire = "0s")]
    zero: u64,
    #[redis_hash(expire = "-5m")]
    negative: u64,
    // The whole key may live so long; a server counts a field's time in fewer bits.
    #[redis_hash(expire = "1000000d")]
    too_long: u64,
}

fn main() {}
