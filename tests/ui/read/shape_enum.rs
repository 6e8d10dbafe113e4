use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
enum Shape {
    Square,
}

fn main() {}
