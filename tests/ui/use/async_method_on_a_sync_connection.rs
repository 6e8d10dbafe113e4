use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

async fn save(con: &mut redis::Connection) {
    User { id: 1 }.as_hash().write_async(con).await.unwrap();
}

fn main() {}
