use redis_hashmap::FromHashValue;

#[derive(FromHashValue)]
struct Scores(Vec<u16>);

fn main() {}
