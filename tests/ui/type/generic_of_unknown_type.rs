use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "pair:{id}")]
struct Pair<T> {
    id: u64,
    value: T,
}

fn encode<T>(pair: &Pair<T>) -> Vec<u8> {
    let mut packed = Vec::new();
    pair.as_hash().encode(&mut packed).unwrap();
    packed
}

fn main() {}
