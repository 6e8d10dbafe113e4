use redis_hashmap::ToRedisHash;

enum Role {
    Admin,
    Guest { until: u64 },
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    role: Role,
}

fn main() {}
