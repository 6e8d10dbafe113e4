use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
#[redis_hash(rename_all = "lowercase")]
enum Colour {
    Red,
    RED,
    #[redis_hash(rename = "red")]
    Rouge,
}

fn main() {}
