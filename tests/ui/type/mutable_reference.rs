use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User<'a> {
    id: u64,
    name: &'a mut String,
}

fn main() {}
