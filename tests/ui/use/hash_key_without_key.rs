use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    id: u64,
}

fn main() {
    let _ = User::hash_key(1);
}
