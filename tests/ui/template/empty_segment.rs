use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{}")]
struct User {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{{}}:{id}")]
struct HashTag {
    id: u64,
}

fn main() {}
