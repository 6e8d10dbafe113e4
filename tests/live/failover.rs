//! A master that is gone, and the replica that takes its place.

use std::thread;
use std::time::{Duration, Instant};

use redis::cluster::ClusterClient;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, Slot, SlotAddr};
use redis_hashmap::{Effect, Error, ToRedisHash};
use redis_hashmap_tests::servers::Cluster;

use crate::either::{Connect, Either};
use crate::lab::{Case, Lab, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cluster_a_replica_takes_over", |lab| takes_over(lab, 1, Either::blocking)),
        Case::new("aio_cluster_a_replica_takes_over", |lab| takes_over(lab, 1, Either::aio)),
        Case::long("cluster_a_replica_takes_over_ten_times", |lab| {
            takes_over(lab, 10, Either::blocking);
        }),
        Case::long("aio_cluster_a_replica_takes_over_ten_times", |lab| {
            takes_over(lab, 10, Either::aio);
        }),
    ]
}

const AFTER: u64 = 50;

/// By its slot, the first master has it: 3300 of 16384.
#[derive(ToRedisHash)]
#[redis_hash(key = "{{b}}:{number}")]
struct Order {
    number: u64,
    first: String,
    /// Absent in every second one.
    second: Option<String>,
}

fn order(number: u64) -> Order {
    let text = format!("order {number}");
    Order { number, first: text.clone(), second: number.is_multiple_of(2).then_some(text) }
}

/// How many replicas have all that this connection wrote to the master of that slot.
fn wait(con: &mut Either, slot: Slot) -> u64 {
    let master = SingleNodeRoutingInfo::SpecificNode(Route::with_slot(slot, SlotAddr::Master));
    let wait = redis::cmd("WAIT").arg(1).arg(1000).to_owned();
    let answer = con.route(wait, RoutingInfo::SingleNode(master));
    redis::from_redis_value(answer).expect("a number")
}

/// A synchronous cluster connection of `redis` 1.8 goes on asking for the master that is gone; a
/// new one asks the others who is there. An asynchronous one asks them itself.
fn renew(con: &mut Either, error: &Error, client: &ClusterClient) {
    if let (Either::Blocking(con), true) = (con, error.is_connection())
        && let Ok(new) = client.get_connection()
    {
        **con = new;
    }
}

/// What the master acknowledged, and the replica confirmed, is not lost; what failed says so. (What
/// was only acknowledged may be lost: Redis promises no more.)
fn takes_over(lab: &Lab, times: u64, connect: Connect) {
    let mut random = lab.random();
    for _ in 0..times {
        fail_over(lab, &mut random, connect);
    }
}

/// In a cluster of its own. How many writes there are before the master goes, and after which of
/// them the replica is waited for, is left to chance.
fn fail_over(lab: &Lab, random: &mut fastrand::Rng, connect: Connect) {
    let before = random.u64(100..300);
    let cluster =
        Cluster::start_with_replica(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let nodes = cluster.nodes().iter().chain(cluster.replica());
    let nodes = nodes.map(|node| node.tcp_connection_info(lab.protocol()).expect("TCP"));
    // Few attempts, so that failures are seen.
    let client = ClusterClient::builder(nodes).use_protocol(lab.protocol()).retries(1);
    let client = client.response_timeout(Duration::from_secs(1)).build().expect("a client");
    let mut con = connect(&client);
    let mut first = lab.connection_to(&cluster.nodes()[0]);
    assert_eq!(run::<u16>(&mut first, &["CLUSTER", "KEYSLOT", "{b}"]), 3300);
    let slot = || Slot::new(3300).expect("a slot");

    let (mut confirmed, mut failed) = (Vec::new(), Vec::new());
    let (mut waited, mut written_after) = (0, 0);
    let started = Instant::now();
    for number in 0.. {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody takes over");
        if number == before {
            cluster.nodes()[0].kill().expect("gone");
        }
        if let Err(error) = con.write(&order(number).as_hash()) {
            let effect = error.effect();
            assert!(matches!(effect, Effect::Unknown | Effect::Rejected), "{effect:?}: {error}");
            failed.push(number);
            renew(&mut con, &error, &client);
            // What is waited for is that the others agree, which each attempt asks them.
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        if number < before {
            if random.u8(..4) > 0 {
                waited += 1;
                if wait(&mut con, slot()) == 1 {
                    confirmed.push(number);
                }
            }
        } else {
            written_after += 1;
            if written_after == AFTER {
                break;
            }
        }
    }
    println!(
        "{}: {} of {before} writes were confirmed, and {} failed before the replica took over",
        lab.trial(),
        confirmed.len(),
        failed.len()
    );
    assert!(confirmed.len() > waited / 2 && !failed.is_empty());

    let replica = cluster.replica().expect("a replica");
    let mut con = lab.connection_to(replica);
    for number in confirmed {
        let key = format!("{{b}}:{number}");
        let found: (Option<String>, Option<String>) =
            run(&mut con, &["HMGET", &key, "first", "second"]);
        let Order { first, second, .. } = order(number);
        assert_eq!(found, (Some(first), second), "{number} was confirmed");
    }
    // Whole, or not at all.
    for number in failed {
        let key = format!("{{b}}:{number}");
        let found: (Option<String>, Option<String>) =
            run(&mut con, &["HMGET", &key, "first", "second"]);
        let Order { first, second, .. } = order(number);
        assert!(found == (Some(first), second) || found == (None, None), "{number}: {found:?}");
    }
}
