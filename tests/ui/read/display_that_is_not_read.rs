use redis_hashmap::FromRedisHash;

struct Level;

#[derive(FromRedisHash)]
struct User {
    #[redis_hash(display)]
    level: Level,
}

fn main() {}
