use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash]
struct Bare {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash = "user:{id}"]
struct NameValue {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash()]
struct Empty {
    id: u64,
}

#[derive(ToRedisHash)]
struct OnField {
    #[redis_hash]
    a: u64,
    #[redis_hash = "skip"]
    b: u64,
    #[redis_hash()]
    c: u64,
}

fn main() {}
