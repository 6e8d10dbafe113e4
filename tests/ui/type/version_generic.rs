use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Doc<V> {
    id: u64,
    #[redis_hash(version)]
    rev: V,
}

fn main() {
    Doc { id: 1, rev: 0_u32 }.as_hash().key("doc:1").encode(&mut Vec::new()).unwrap();
    Doc { id: 1, rev: 0_u16 }.as_hash().key("doc:1").encode(&mut Vec::new()).unwrap();
}
