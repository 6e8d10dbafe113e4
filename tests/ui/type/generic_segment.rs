use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "pair:{id}")]
struct Pair<T> {
    id: T,
}

fn main() {
    Pair { id: 1.5 }.as_hash().encode(&mut Vec::new()).unwrap();
}
