use redis_hashmap::ToHashValue;

#[derive(ToHashValue)]
union Bits {
    n: u32,
    x: f32,
}

fn main() {}
