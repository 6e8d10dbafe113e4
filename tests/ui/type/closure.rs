use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Lazy<F: Fn() -> u64> {
    id: u64,
    value: F,
}

fn main() {
    let lazy = Lazy { id: 1, value: || 2 };
    let _ = lazy.as_hash().key("lazy").encode(&mut Vec::new());
}
