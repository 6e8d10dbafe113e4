//! A thousand sessions from a thousand tasks, over one multiplexed connection.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example async_tokio --features tokio`.

use std::env;
use std::error::Error;
use std::time::Duration;

use redis_hashmap::{ErrorKind, ToRedisHash};
use tokio::task::JoinSet;

#[derive(ToRedisHash)]
#[redis_hash(key = "session:{id}", expire = "1h")]
struct Session {
    #[redis_hash(skip)]
    id: u32,
    user: String,
    device: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    // Cloned for each task, as `redis` means it: there is one socket.
    let con = redis::Client::open(url)?.get_multiplexed_async_connection().await?;

    let mut tasks = JoinSet::new();
    for id in 0..1000 {
        let mut con = con.clone();
        tasks.spawn(async move {
            let device = (id % 3 == 0).then(|| "phone".to_owned());
            let session = Session { id, user: format!("user {id}"), device };
            session.write_hash_async(&mut con).await
        });
    }
    while let Some(written) = tasks.join_next().await {
        written??;
    }
    println!("1000 sessions written, gone in an hour");

    // A write that may not take long. What it did to the hash, its error would say.
    let session = Session { id: 0, user: "user 0".into(), device: None };
    let write = session.as_hash().deadline(Duration::from_millis(500));
    match write.write_async(&mut con.clone()).await {
        Ok(_) => println!("session 0 has no device any more"),
        Err(error) if error.kind() == ErrorKind::Timeout => println!("too slow: {error}"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
