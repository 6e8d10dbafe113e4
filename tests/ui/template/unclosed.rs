use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id")]
struct Segment {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{{shop:{id}")]
struct HashTag {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id{id}")]
struct BraceInside {
    id: u64,
}

fn main() {}
