// A facade that passes on the derive, and not what it needs.
mod facade {
    pub use redis_hashmap::ToRedisHash;
}

#[derive(facade::ToRedisHash)]
#[redis_hash(key = "user:{id}", crate = facade)]
struct User {
    id: u64,
}

fn main() {}
