use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
struct Nothing;

fn main() {}
