use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}:{name}")]
struct User {
    id: u64,
    name: String,
}

fn main() {
    let _ = User::hash_key("1", "Ada");
    let _ = User::hash_key(1, 2);
}
