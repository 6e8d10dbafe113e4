use redis_hashmap::{HashBatch, ToRedisHash, WriteAll, write_all};

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn save(con: &mut redis::aio::MultiplexedConnection, users: &[User], batch: &mut HashBatch) {
    let _outcomes = batch.execute(con);
    let _report = write_all(con, users);
    let _report = WriteAll::new(users).run(con);
}

fn main() {}
