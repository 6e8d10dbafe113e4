use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "pair:{id}")]
struct Pair<T> {
    id: u64,
    value: T,
}

fn main() {
    let pair = Pair { id: 1, value: vec![1_u16, 2] };
    pair.as_hash().encode(&mut Vec::new()).unwrap();
}
