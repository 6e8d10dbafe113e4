use redis_hashmap::{ToRedisHash, write_all};

#[derive(ToRedisHash)]
struct User {
    id: u64,
}

fn save(con: &mut redis::Connection, users: &[User]) {
    let _report = write_all(con, users);
}

fn main() {}
