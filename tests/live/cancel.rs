//! Futures that are dropped halfway, as a timeout or a `select!` of the caller's does.

use std::time::{Duration, Instant};

use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;

use crate::aio::in_step;
use crate::cuts::{Plan, Whole};
use crate::lab::{Case, Lab, block_on};
use crate::state::{Fields, fields};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cancel_20000_futures_and_the_connection_goes_on", |lab| cancel(lab, 20_000)),
        Case::long("cancel_200000_futures_and_the_connection_goes_on", |lab| cancel(lab, 200_000)),
    ]
}

/// The same moments in every run, as far as the machine's own speed lets them be.
const SEED: u64 = 0x00ca_0ce1;
const LONGEST: u64 = 200;
/// Each with its own records: what is there is then the last of its writes that was sent.
const TASKS: u64 = 4;
const RECORDS: u64 = 10;

fn cancel(lab: &Lab, futures: u64) {
    println!("{}: seed {SEED}", lab.trial());
    let mut reader = lab.connection();
    let (mut dropped, mut records) = (0, Vec::new());
    block_on(async {
        let con = lab.multiplexed().await;
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..TASKS {
            let keys = (0..RECORDS).map(|id| lab.key(&format!("{task} {id}"))).collect();
            tasks.spawn(cancelling(con.clone(), keys, futures / TASKS, SEED + task));
        }
        for (in_time, writes) in tasks.join_all().await {
            dropped += in_time;
            records.extend(writes);
        }
        in_step(&mut con.clone()).await;
    });
    println!("{}: {dropped} of {futures} were dropped", lab.trial());
    assert!(dropped > futures / 20, "{dropped} are too few to show anything");
    for (key, last) in records {
        assert_eq!(fields(&mut reader, &key), last, "seed {SEED}");
    }
}

/// Answers how many were dropped before their end, and what each record is at last.
async fn cancelling(
    mut con: MultiplexedConnection,
    keys: Vec<String>,
    futures: u64,
    seed: u64,
) -> (u64, Vec<(String, Fields)>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut dropped = 0;
    for n in 1..=futures {
        let key = &keys[random.usize(..keys.len())];
        let plan = Plan::ALL[random.usize(..3)];
        let until = Instant::now() + Duration::from_micros(random.u64(..LONGEST));
        let record = Whole::new(key, n, plan);
        let write = plan.write(&record).write_async(&mut con);
        tokio::select! {
            biased;
            written = write => drop(written.expect("nothing is wrong with it")),
            () = moment(until) => dropped += 1,
        }
        if n % 16 == 0 {
            // An answer to another question would be another record's, or none.
            let now: Fields = con.hgetall(key).await.expect("an answer");
            assert_whole(key, &now, n);
        }
    }
    // What was dropped came before this, or never does.
    let mut last = Vec::new();
    for key in keys {
        let plan = Plan::ALL[random.usize(..3)];
        let record = Whole::new(&key, futures + 1, plan);
        plan.write(&record).write_async(&mut con).await.expect("written");
        last.push((key, record.fields()));
    }
    (dropped, last)
}

/// Of one write of this key, not later than the nth.
fn assert_whole(key: &str, now: &Fields, n: u64) {
    let Some(first) = now.get("first") else {
        return assert!(now.is_empty(), "half of {key}: {now:?}");
    };
    let written = first.strip_prefix(&format!("{key} first ")).and_then(|rest| {
        let written: u64 = rest.split(' ').next()?.parse().ok()?;
        (written <= n).then_some(written)
    });
    let written = written.unwrap_or_else(|| panic!("{key} is another record: {now:?}"));
    let one = [Plan::Single, Plan::Transaction].map(|plan| Whole::new(key, written, plan).fields());
    assert!(one.contains(now), "half of {key}: {now:?}");
}

/// Finer than a timer, whose steps are whole milliseconds.
async fn moment(until: Instant) {
    while Instant::now() < until {
        tokio::task::yield_now().await;
    }
}
