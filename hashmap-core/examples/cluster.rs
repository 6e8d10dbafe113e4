//! A cluster: every record is one hash in one slot, so nothing changes for who writes it.
//!
//! With the nodes of a cluster in `REDIS_CLUSTER`, parted by commas, or else those at
//! `redis://127.0.0.1:7000`: `cargo run -p redis-hashmap --example cluster --features tokio,cluster`.

use std::env;
use std::error::Error;

use redis::cluster::ClusterClient;
use redis_hashmap::ToRedisHash;

/// The hash tag keeps what belongs to one user in one slot: `{user:7}:cart`, `{user:7}:profile`.
#[derive(ToRedisHash)]
#[redis_hash(key = "{{user:{id}}}:cart", expire = "7d")]
struct Cart {
    #[redis_hash(skip)]
    id: u32,
    items: u32,
    coupon: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let nodes = env::var("REDIS_CLUSTER").unwrap_or_else(|_| "redis://127.0.0.1:7000".into());
    let client = ClusterClient::new(nodes.split(','))?;

    let mut con = client.get_connection()?;
    for id in 0..100 {
        Cart { id, items: 1, coupon: None }.write_hash(&mut con)?;
    }
    let mut con = client.get_async_connection().await?;
    for id in 0..100 {
        Cart { id, items: 2, coupon: Some("spring".into()) }.write_hash_async(&mut con).await?;
    }
    let key = Cart::hash_key(7)?;
    let items: u32 = redis::cmd("HGET").arg(&key).arg("items").query_async(&mut con).await?;
    println!("100 carts written, twice; {key} has {items} items");
    Ok(())
}
