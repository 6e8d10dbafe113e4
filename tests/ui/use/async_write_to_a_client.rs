use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

async fn save(client: redis::Client) {
    User { id: 1 }.write_hash_async(&mut client.clone()).await.unwrap();
}

fn main() {}
