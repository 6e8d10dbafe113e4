use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
struct User {
    name: String,
}

#[derive(ToRedisHash)]
struct Admin {
    name: String,
}

fn main() {
    let (user, admin) = (User { name: String::new() }, Admin { name: String::new() });
    let _ = user.changes_from(&admin);
}
