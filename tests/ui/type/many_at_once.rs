use redis_hashmap::ToRedisHash;

// One error each, in one compile.
#[derive(ToRedisHash)]
struct User {
    id: u64,
    scores: Vec<u16>,
    position: (f64, f64),
    nothing: (),
    email: Option<String>,
}

fn main() {}
