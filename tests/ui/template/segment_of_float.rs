use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "at:{latitude}")]
struct Place {
    latitude: f64,
}

fn main() {}
