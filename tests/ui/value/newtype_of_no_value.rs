use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
struct Tags(Vec<String>);

fn main() {}
