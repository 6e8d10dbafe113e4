use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
    odd: std::marker::PhantomData<u8>,
}

fn main() {}
