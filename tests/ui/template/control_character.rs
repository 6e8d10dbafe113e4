use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:\0{id}")]
struct Nul {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:\u{85}{id}")]
struct NextLine {
    id: u64,
}

fn main() {}
