//! What a web handler does: a connection from a `deadpool-redis` pool, one record, and back.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example deadpool --features tokio`.

use std::env;
use std::error::Error;

use deadpool_redis::{Config, Pool, Runtime};
use redis_hashmap::{Exists, ToRedisHash, Written};

#[derive(ToRedisHash)]
#[redis_hash(key = "account:{name}")]
struct Account {
    name: String,
    mail: String,
}

/// Of two that come at the same time with one name, one succeeds.
async fn register(pool: &Pool, account: &Account) -> Result<bool, Box<dyn Error>> {
    let mut con = pool.get().await?;
    let written = account.as_hash().only_if(Exists::No).write_async(&mut con).await?;
    Ok(written == Written::Applied)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let pool = Config::from_url(url).create_pool(Some(Runtime::Tokio1))?;

    let () = redis::cmd("DEL").arg("account:ada").query_async(&mut pool.get().await?).await?;
    let ada = Account { name: "ada".into(), mail: "ada@example.org".into() };
    println!("ada registers: {}", register(&pool, &ada).await?);
    println!("ada registers again: {}", register(&pool, &ada).await?);
    Ok(())
}
