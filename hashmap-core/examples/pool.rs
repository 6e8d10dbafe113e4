//! Threads that share an `r2d2` pool of checked connections: one that is out of step is thrown away,
//! and never given to somebody else.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example pool --features r2d2,retry`.

use std::env;
use std::error::Error;
use std::thread;
use std::time::Duration;

use backon::ExponentialBuilder;
use redis_hashmap::{CheckedManager, ToRedisHash};

#[derive(ToRedisHash)]
#[redis_hash(key = "device:{id}")]
struct Device {
    id: u32,
    temperature: f32,
    seen_by: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let manager = CheckedManager::new(redis::Client::open(url)?);
    let pool = r2d2::Pool::builder().max_size(4).build(manager)?;

    thread::scope(|scope| {
        let writers = (0..8).map(|n| {
            let pool = &pool;
            scope.spawn(move || -> Result<(), Box<dyn Error + Send + Sync>> {
                for id in 0..100 {
                    let device = Device { id, temperature: 21.5, seen_by: format!("thread {n}") };
                    let mut con = pool.get()?;
                    device
                        .as_hash()
                        .deadline(Duration::from_secs(5))
                        // While the server loads its data, say. Not after a lost answer.
                        .retry(ExponentialBuilder::default().with_max_times(5))
                        .write(&mut con)?;
                }
                Ok(())
            })
        });
        let writers: Vec<_> = writers.collect();
        writers.into_iter().try_for_each(|writer| writer.join().expect("no panic"))
    })
    .map_err(|error| error.to_string())?;
    println!("800 readings of 100 devices written, over at most 4 connections");
    Ok(())
}
