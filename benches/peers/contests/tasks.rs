//! Many tasks, each of which awaits its own write, over one TCP connection.

use std::future::Future;
use std::sync::Arc;

use anyhow::Result;
use redis_hashmap_benches::User;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Env;
use crate::clients::{Writer, fred, redis as redis_rs, rustis};
use crate::round::{self, TURNS, ours, peer};
use crate::spent::{Clock, Spent};
use crate::table::Table;

/// Where our buffer stands.
pub(crate) const BUFFER: &str = "**`HashBuffer`**";

pub(super) fn one(env: &Env, id: &'static str) -> Result<Table> {
    with(env, id, "1 task, over TCP", 1, 8_000)
}

pub(super) fn some(env: &Env, id: &'static str) -> Result<Table> {
    with(env, id, "512 tasks, each awaiting its write, over TCP", 512, 100_000)
}

pub(super) fn many(env: &Env, id: &'static str) -> Result<Table> {
    with(env, id, "4,096 tasks, each awaiting its write, over TCP", 4_096, 200_000)
}

fn with(
    env: &Env,
    id: &'static str,
    title: &'static str,
    tasks: u64,
    records: u64,
) -> Result<Table> {
    let multiplexed = || redis_rs::multiplexed(&env.server);
    let port = env.port()?;
    let contestants = vec![
        peer(redis_rs::PLAIN, records, |n| {
            swarm(env, tasks, n, async { Ok(redis_rs::Plain(multiplexed().await?)) })
        }),
        peer(redis_rs::CAREFUL, records, |n| {
            swarm(env, tasks, n, async { Ok(redis_rs::Careful(multiplexed().await?)) })
        }),
        // The slow ones have less to do: what one record takes is the same.
        peer("`fred` 10", records / 4, |n| swarm(env, tasks, n, fred::over_tcp(port))),
        peer("`rustis` 0.27", records / 2, |n| swarm(env, tasks, n, rustis::connect(port))),
        ours(redis_rs::DERIVED, records, |n| {
            swarm(env, tasks, n, async { Ok(redis_rs::Derived(multiplexed().await?)) })
        }),
        ours(BUFFER, records, |n| {
            swarm(env, tasks, n, async { redis_rs::Buffered::open(&env.server) })
        }),
    ];
    round::run(env, id, title, TURNS, contestants)
}

/// `records` writes by so many tasks, each with a handle of its own to one client, and a record of its
/// own. The tasks, and what each allocates when it begins, are there before the clock starts.
fn swarm<W: Writer>(
    env: &Env,
    tasks: u64,
    records: u64,
    connect: impl Future<Output = Result<W>>,
) -> Result<Spent> {
    let runtime = Env::runtime()?;
    let each = (records / tasks).max(10);
    let spent = runtime.block_on(async {
        let client = connect.await?;
        let gate = Arc::new(Gate::default());
        let mut running = JoinSet::new();
        for task in 0..tasks {
            let (client, user, gate) = (client.clone(), user(task), Arc::clone(&gate));
            running.spawn(write(client, user, gate, each));
        }
        // Of its permits there is one for each task that is warm.
        let warm = gate.warm.acquire_many(u32::try_from(tasks)?).await?;
        warm.forget();
        let clock = Clock::start()?;
        gate.open.add_permits(usize::try_from(tasks)?);
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok::<_, anyhow::Error>(clock.stop(tasks * each))
    })?;
    drop(runtime);
    env.check(&user(tasks - 1))?;
    Ok(spent)
}

/// What all tasks pass at once.
struct Gate {
    warm: Semaphore,
    open: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { warm: Semaphore::new(0), open: Semaphore::new(0) }
    }
}

async fn write<W: Writer>(mut client: W, user: User, gate: Arc<Gate>, each: u64) -> Result<()> {
    let warm = repeat(&mut client, &user, (each / 10).max(2)).await;
    // Also where it failed: else nobody would ever start.
    gate.warm.add_permits(1);
    gate.open.acquire().await?.forget();
    warm?;
    repeat(&mut client, &user, each).await
}

async fn repeat<W: Writer>(client: &mut W, user: &User, writes: u64) -> Result<()> {
    for _ in 0..writes {
        client.write(user).await?;
    }
    Ok(())
}

fn user(task: u64) -> User {
    User { id: 1_000 + task, ..User::sample() }
}
