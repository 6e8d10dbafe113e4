#![deny(unused_must_use)]

use redis_hashmap::{HashBatch, ToRedisHash, WriteAll, write_all};

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn save(con: &mut redis::Connection, users: &[User], batch: &mut HashBatch) {
    batch.push(&users[0]);
    batch.execute(con);
    write_all(con, users);
    WriteAll::new(users);
    WriteAll::new(users).run(con);
}

async fn save_async(con: &mut redis::aio::MultiplexedConnection, batch: &mut HashBatch) {
    batch.execute_async(con);
    batch.execute_async(con).await;
}

fn main() {}
