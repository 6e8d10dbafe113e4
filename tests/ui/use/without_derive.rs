use redis_hashmap::ToRedisHash;

struct User {
    id: u64,
}

fn import(user: &impl ToRedisHash) {
    user.as_hash().key("user:1").encode(&mut Vec::new()).unwrap();
}

fn main() {
    import(&User { id: 1 });
}
