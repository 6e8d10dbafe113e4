use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "{{shop}}:{{order}}:{id}")]
struct Order {
    id: u64,
}

fn main() {}
