//! Through a sentinel: the master is asked for with each new connection, so that after a failover
//! the writes go to the new one.
//!
//! With a sentinel at `REDIS_SENTINEL`, or else at `redis://127.0.0.1:26379`, that watches
//! `mymaster`: `cargo run -p redis-hashmap --example sentinel --features tokio`.

use std::env;
use std::error::Error;

use redis::sentinel::{SentinelClient, SentinelServerType};
use redis_hashmap::{Checked, ErrorKind, ToRedisHash};

#[derive(ToRedisHash)]
#[redis_hash(key = "order:{number}")]
struct Order {
    number: u32,
    total: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_SENTINEL").unwrap_or_else(|_| "redis://127.0.0.1:26379".into());
    // Not a literal: `redis` takes a `String`, where it has no `tls-rustls`.
    let master = String::from("mymaster");
    let mut client = SentinelClient::build(vec![url], master, None, SentinelServerType::Master)?;

    let mut con = Checked::new(client.get_connection()?);
    for number in 0..100 {
        let order = Order { number, total: 999 };
        if let Err(error) = order.write_hash(&mut con) {
            // READONLY: the master has become a replica. Lost: it is gone. A new connection asks the
            // sentinel again; this order is written again, knowing that it may be there already.
            if !error.is_connection() && error.kind() != ErrorKind::ReadOnly {
                return Err(error.into());
            }
            con = Checked::new(client.get_connection()?);
            order.write_hash(&mut con)?;
        }
    }
    println!("100 orders written to the master");

    correct(&mut client)?;
    println!("and 100 corrected");
    Ok(())
}

/// The same, awaited.
#[tokio::main(flavor = "current_thread")]
async fn correct(client: &mut SentinelClient) -> Result<(), Box<dyn Error>> {
    let mut con = client.get_async_connection().await?;
    for number in 0..100 {
        Order { number, total: 1099 }.write_hash_async(&mut con).await?;
    }
    Ok(())
}
