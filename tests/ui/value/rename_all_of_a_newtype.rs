use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
#[redis_hash(rename_all = "lowercase")]
struct Id(u64);

fn main() {}
