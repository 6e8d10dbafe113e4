use redis_hashmap::ToRedisHash;

struct Owner {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{owner.id-nr}")]
struct User {
    id: u64,
    #[redis_hash(skip)]
    owner: Owner,
}

fn main() {}
