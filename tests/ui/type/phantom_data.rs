use std::marker::PhantomData;

use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User<T> {
    id: u64,
    kind: PhantomData<T>,
}

fn main() {
    User::<u8> { id: 1, kind: PhantomData }.as_hash().key("u").encode(&mut Vec::new()).unwrap();
}
