use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct Body {
    text: String,
    #[redis_hash(version)]
    rev: u64,
}

#[derive(ToRedisHash)]
struct Doc<'a> {
    id: &'a str,
    #[redis_hash(flatten(prefix = "body_"))]
    body: Body,
    #[redis_hash(flatten)]
    plain: Point,
}

#[derive(ToRedisHash)]
struct Point {
    x: f64,
}

fn main() {}
