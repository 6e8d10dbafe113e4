use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(expire = "0s")]
struct Zero {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "-5m")]
struct Negative {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "99999999999999d")]
struct Forever {
    id: u64,
}

fn main() {}
