use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{nmae}:{usre_id}")]
struct User {
    user_id: u64,
    name: String,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{ id }")]
struct Spaced {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id:04}")]
struct Formatted {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{r#type}")]
struct Raw {
    r#type: u64,
}

fn main() {}
