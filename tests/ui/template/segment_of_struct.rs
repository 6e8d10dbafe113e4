use redis_hashmap::ToRedisHash;

struct Tenant {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{tenant}:{id}")]
struct User {
    #[redis_hash(skip)]
    tenant: Tenant,
    id: u64,
}

fn main() {}
