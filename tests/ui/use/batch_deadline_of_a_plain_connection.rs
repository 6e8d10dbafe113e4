use redis_hashmap::HashBatch;
use std::time::Duration;

fn save(con: &mut redis::Connection) {
    let _outcomes = HashBatch::new().deadline(Duration::from_secs(1)).execute(con);
}

fn main() {}
