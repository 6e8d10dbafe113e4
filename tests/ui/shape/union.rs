use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
union Bits {
    int: u32,
    float: f32,
}

fn main() {}
