use redis_hashmap::KeySegment;

#[derive(KeySegment)]
enum Region {
    Eu,
    Other(String),
}

fn main() {}
