use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(crate = 5)]
struct Number {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crate = redis_hashmap::<u8>)]
struct Generic {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crate = redis-hashmap)]
struct Hyphen {
    id: u64,
}

fn main() {}
