use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
#[redis_hash(key = "colour")]
#[redis_hash(rename = "c", renam_all = "lowercase")]
enum Colour {
    #[redis_hash(rename_all = "lowercase")]
    Red,
    #[redis_hash(skip)]
    Blue,
}

fn main() {}
