use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
enum Colour {
    Red,
    Rgb(u8, u8, u8),
    Named { name: String },
}

fn main() {}
