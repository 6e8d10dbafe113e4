use redis_hashmap::FromHashValue;

#[derive(FromHashValue)]
enum Shape {
    Square,
    Circle(f64),
}

fn main() {}
