use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
struct Mail(Option<String>);

fn main() {}
