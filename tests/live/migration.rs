//! A slot that moves from master to master, under writers that do not stop, and who read what they
//! wrote.
//!
//! Every value names its own record and write, so that a lost write, a torn record or another's
//! answer is seen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use redis::cluster::ClusterClient;
use redis_hashmap::{Exists, ToRedisHash, Written};
use redis_hashmap_tests::servers::Cluster;

use crate::either::{Connect, Either};
use crate::journey::Journey;
use crate::lab::{Case, Lab, PATIENCE, await_that};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cluster_a_slot_moves_under_load", |lab| slot_moves(lab, 6)),
        Case::long("cluster_a_slot_moves_under_load_ten_times", |lab| slot_moves(lab, 60)),
    ]
}

const RECORDS: u64 = 40;

/// All of them in one slot.
#[derive(ToRedisHash)]
#[redis_hash(key = "{{moves}}:{writer}:{id}")]
struct Moving {
    #[redis_hash(skip)]
    writer: usize,
    #[redis_hash(skip)]
    id: u64,
    first: String,
    second: Option<String>,
    third: String,
}

type Fields = (Option<String>, Option<String>, Option<String>);

/// What a writer does in its nth write: by turns one command, several, and a script.
fn record(writer: usize, n: u64) -> (Moving, bool) {
    let id = n % RECORDS;
    let text = format!("{writer}:{id}:{n}");
    let second = (n % 3 != 1).then(|| text.clone());
    (Moving { writer, id, first: text.clone(), second, third: text }, n % 3 == 2)
}

/// The only one that writes its records: so it knows what they are.
struct Writer {
    number: usize,
    con: Either,
    random: fastrand::Rng,
    /// Of each record, the write that was acknowledged last.
    acknowledged: BTreeMap<u64, u64>,
}

/// How many writes each writer has behind it.
type Counts = [AtomicU64; 2];

impl Writer {
    /// Until told otherwise.
    fn write_and_read(&mut self, is_over: &AtomicBool, count: &AtomicU64) {
        while !is_over.load(Ordering::Relaxed) {
            self.write(count.load(Ordering::Relaxed));
            let any = self.random.u64(..RECORDS);
            self.read(any);
            count.fetch_add(1, Ordering::Relaxed);
        }
        (0..RECORDS).for_each(|id| self.read(id));
    }

    fn write(&mut self, n: u64) {
        let (record, is_script) = record(self.number, n);
        let mut write = record.as_hash();
        if is_script {
            write = write.only_if(Exists::Yes).persist();
        }
        let outcome = self.con.write(&write);
        let is_there = self.acknowledged.contains_key(&record.id);
        match outcome {
            Ok(Written::Applied) if is_there || !is_script => {
                self.acknowledged.insert(record.id, n);
            }
            // The script's condition.
            Ok(Written::Refused) if is_script && !is_there => {}
            outcome => panic!("write {n}: {outcome:?}"),
        }
    }

    fn read(&mut self, id: u64) {
        let key = format!("{{moves}}:{}:{id}", self.number);
        let mut cmd = redis::cmd("HMGET");
        let found: Fields = self.con.query(cmd.arg(&key).arg(&["first", "second", "third"]));
        let expected = match self.acknowledged.get(&id) {
            None => (None, None, None),
            Some(&n) => {
                let (Moving { first, second, third, .. }, _) = record(self.number, n);
                (Some(first), second, Some(third))
            }
        };
        assert_eq!(found, expected, "{key} as it was acknowledged");
    }
}

fn slot_moves(lab: &Lab, moves: usize) {
    let mut random = lab.random();
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let nodes = cluster.nodes().iter();
    let nodes = nodes.map(|node| node.tcp_connection_info(lab.protocol()).expect("TCP"));
    let client = ClusterClient::builder(nodes).use_protocol(lab.protocol());
    let client = client.response_timeout(PATIENCE).build().expect("a client");
    let (is_over, counts) = (AtomicBool::new(false), Counts::default());
    let writer = |number: usize, connect: Connect, seed: u64| {
        let random = fastrand::Rng::with_seed(seed);
        let (con, acknowledged) = (connect(&client), BTreeMap::new());
        let mut writer = Writer { number, con, random, acknowledged };
        writer.write_and_read(&is_over, &counts[number]);
    };
    thread::scope(|scope| {
        let writer = &writer;
        let writers =
            [(0, Either::blocking as Connect), (1, Either::aio)].map(|(number, connect)| {
                let seed = random.u64(..);
                scope.spawn(move || writer(number, connect, seed))
            });
        let all = scope.spawn(|| {
            for _ in 0..moves {
                move_slot(lab, &cluster, &mut random, &counts);
            }
        });
        // Whatever happened, the writers are to end.
        let outcome = all.join();
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().expect("a writer");
        }
        outcome.expect("the slot moves");
    });
    println!("{}: {moves} moves under {counts:?} writes, each followed by a read", lab.trial());
}

/// Some keys at a time.
fn move_slot(lab: &Lab, cluster: &Cluster, random: &mut fastrand::Rng, counts: &Counts) {
    let mut journey = Journey::begin(lab, cluster, "{moves}", random);
    while journey.step(random.u8(1..4)) {
        // Writers see the slot in this state, too.
        for count in counts {
            let enough = count.load(Ordering::Relaxed) + random.u64(1..5);
            await_that("a writer writes", || count.load(Ordering::Relaxed) >= enough);
        }
    }
    journey.end();
}
