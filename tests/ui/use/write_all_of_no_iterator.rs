use redis_hashmap::{ToRedisHash, write_all};

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn save(con: &mut redis::Connection, user: User) {
    let _report = write_all(con, user);
}

fn main() {}
