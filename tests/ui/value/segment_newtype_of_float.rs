use redis_hashmap::KeySegment;

#[derive(KeySegment)]
struct Score(f64);

fn main() {}
