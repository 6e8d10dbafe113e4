use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
enum Never {}

fn main() {}
