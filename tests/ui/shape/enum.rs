use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

fn main() {}
