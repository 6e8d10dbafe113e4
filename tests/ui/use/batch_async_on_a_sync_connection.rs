use futures_util::stream;
use redis_hashmap::{HashBatch, ToRedisHash, WriteAll};

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

async fn save(con: &mut redis::Connection, users: &[User], batch: &mut HashBatch) {
    let _outcomes = batch.execute_async(con).await;
    let _report = WriteAll::new(stream::iter(users)).run_async(con).await;
}

fn main() {}
