use redis_hashmap::ToRedisHash;

// A segment is the field's name in the struct, not the one in the hash.
#[derive(ToRedisHash)]
#[redis_hash(key = "user:{userId}", rename_all = "camelCase")]
struct User {
    user_id: u64,
}

fn main() {}
