use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
struct Point(u8, u8);

fn main() {}
