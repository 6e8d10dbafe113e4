//! Single writes of many tasks and threads, each of which awaits its own: the buffer, and what `redis`
//! does for the same, in turn within one run. Starts the `redis-server` on PATH, or else
//! the first server that it finds.
//!
//! ```text
//! cargo xtask servers && cargo bench -p redis-hashmap-benches --bench buffer
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ProtocolVersion};
use redis_hashmap::{HashBuffer, ToRedisHash};
use redis_hashmap_benches::User;
use redis_hashmap_tests::servers::{self, Server, ServerBinary};
use tokio::runtime::{Builder, Runtime};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let binary = ServerBinary::at("redis-server".as_ref())
        .or_else(|_| servers::found().map(|mut found| found.remove(0)))?;
    let server = Server::start_with_tcp(&binary, &[])?;
    println!("{}, 9 fields, medians of {ROUNDS} rounds in turn", server.binary().label());
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let client = Client::open(server.tcp_connection_info(ProtocolVersion::RESP2)?)?;
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(60)));
    let multiplexed =
        runtime.block_on(client.get_multiplexed_async_connection_with_config(&config))?;
    let buffer = HashBuffer::open(client.clone())?;

    println!("| TCP | writes/s | CPU a write | writes/s | CPU a write | faster | CPU |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (tasks, each) in [(1, 20_000), (4, 10_000), (64, 2_000), (512, 500), (4096, 100)] {
        let mut rounds = [Vec::new(), Vec::new()];
        for _ in 0..=ROUNDS {
            rounds[0].push(direct(&runtime, &multiplexed, tasks, each));
            rounds[1].push(buffered(&runtime, &buffer, tasks, each));
        }
        print(&format!("{tasks} tasks"), &rounds);
    }

    println!("| blocking, Unix socket | | | | | | |");
    let client = server.client(ProtocolVersion::RESP2)?;
    let buffer = HashBuffer::open(client.clone())?;
    for (threads, each) in [(1, 20_000), (8, 10_000), (64, 2_000)] {
        let mut rounds = [Vec::new(), Vec::new()];
        for _ in 0..=ROUNDS {
            rounds[0].push(threaded(threads, each, || {
                let mut con = client.get_connection().expect("a connection");
                move |user: &User| user.write_hash(&mut con).expect("it is written")
            }));
            rounds[1].push(threaded(threads, each, || {
                let buffer = buffer.clone();
                move |user: &User| {
                    buffer.write_blocking(user).expect("it is written");
                }
            }));
        }
        print(&format!("{threads} threads"), &rounds);
    }
    Ok(())
}

type Round = (f64, f64);

fn print(name: &str, rounds: &[Vec<Round>; 2]) {
    let median = |which: usize, of: fn(&Round) -> f64| {
        let mut values: Vec<_> = rounds[which][1..].iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let [(a, a_cpu), (b, b_cpu)] =
        [0, 1].map(|which| (median(which, |r| r.0), median(which, |r| r.1)));
    println!(
        "| {name} | {a:.0} | {a_cpu:.2} us | {b:.0} | {b_cpu:.2} us | {:.2}x | {:.2}x |",
        b / a,
        b_cpu / a_cpu
    );
}

/// Writes in a second, and microseconds of the process's CPU for each.
fn measured(writes: usize, run: impl FnOnce()) -> Round {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    run();
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    #[allow(clippy::cast_precision_loss)] // not so many
    let writes = writes as f64;
    (writes / wall.as_secs_f64(), cpu.as_secs_f64() * 1e6 / writes)
}

fn direct(runtime: &Runtime, con: &MultiplexedConnection, tasks: usize, each: usize) -> Round {
    let user = Arc::new(User::sample());
    measured(tasks * each, || {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..tasks)
                .map(|_| {
                    let (user, mut con) = (Arc::clone(&user), con.clone());
                    tokio::spawn(async move {
                        for _ in 0..each {
                            let cmd = user.cmd_with_capacity();
                            cmd.query_async::<i64>(&mut con).await.expect("it is written");
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("no panic");
            }
        });
    })
}

fn buffered(runtime: &Runtime, buffer: &HashBuffer, tasks: usize, each: usize) -> Round {
    let user = Arc::new(User::sample());
    measured(tasks * each, || {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..tasks)
                .map(|_| {
                    let (user, buffer) = (Arc::clone(&user), buffer.clone());
                    tokio::spawn(async move {
                        for _ in 0..each {
                            buffer.write(&*user).await.expect("it is written");
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("no panic");
            }
        });
    })
}

fn threaded<W: FnMut(&User) + Send>(threads: usize, each: usize, writer: impl Fn() -> W) -> Round {
    let user = User::sample();
    let writers: Vec<_> = (0..threads).map(|_| writer()).collect();
    measured(threads * each, || {
        std::thread::scope(|scope| {
            for mut write in writers {
                let user = &user;
                scope.spawn(move || (0..each).for_each(|_| write(user)));
            }
        });
    })
}
