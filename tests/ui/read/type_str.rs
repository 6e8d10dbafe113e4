use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User<'a> {
    name: &'a str,
}

fn main() {}
