//! Many tasks and a thread that share one buffer: each awaits its own write, and the server gets few large
//! ones.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example buffer --features buffer`.

use std::env;
use std::error::Error;
use std::time::Duration;

use redis_hashmap::{HashBuffer, ToRedisHash};

#[derive(ToRedisHash)]
#[redis_hash(key = "device:{id}")]
struct Device {
    id: u32,
    temperature: f32,
    battery: Option<u8>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let buffer = HashBuffer::builder(redis::Client::open(url)?)
        .on_failure(|error| eprintln!("not written: {error}"))
        .open()?;

    let tasks = (0..1000).map(|id| {
        let buffer = buffer.clone();
        tokio::spawn(async move {
            for reading in 0..10_u8 {
                let device = Device {
                    id,
                    temperature: 20.0 + f32::from(reading),
                    battery: Some(100 - reading),
                };
                // Ok: the server has it. Or the error says what became of it.
                buffer.write(&device).await?;
            }
            Ok::<(), redis_hashmap::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }

    // One that waits for nothing: a failure is told to `on_failure`.
    buffer.send(&Device { id: 1000, temperature: 21.5, battery: None })?;
    buffer.flush().await;
    buffer.close(Duration::from_secs(5))?;
    println!("10001 readings of 1001 devices written, over one connection");
    Ok(())
}
