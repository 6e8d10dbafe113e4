use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Lines {
    id: u64,
    lines: [String],
}

fn main() {}
