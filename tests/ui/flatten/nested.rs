use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Point {
    x: f64,
}

#[derive(ToRedisHash)]
struct Address {
    street: String,
    #[redis_hash(flatten(prefix = "geo_"))]
    at: Point,
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(flatten)]
    home: Address,
    geo_x: f64,
}

fn main() {}
