use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
struct Point {
    x: u8,
    y: u8,
}

fn main() {}
