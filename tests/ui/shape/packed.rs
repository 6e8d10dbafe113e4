use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[repr(C, packed(2))]
struct Frame {
    kind: u8,
    length: u32,
}

fn main() {}
