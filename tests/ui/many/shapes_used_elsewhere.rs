use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "shape:{id}")]
enum Shape {
    Circle,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "point:{0}")]
struct Point(i32, i32);

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap().get_connection().unwrap();
    Shape::Circle.write_hash(&mut con).unwrap();
    Point(1, 2).write_hash(&mut con).unwrap();
}
