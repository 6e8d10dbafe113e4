//! A master that is gone, and the replica that takes its place.

use std::thread;
use std::time::{Duration, Instant};

use redis::cluster::ClusterClient;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, Slot, SlotAddr};
use redis_hashmap::{Effect, ToRedisHash};
use redis_hashmap_tests::servers::Cluster;

use crate::lab::{Case, Lab, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("cluster_a_replica_takes_over", takes_over)]
}

const BEFORE: u64 = 200;
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

/// What the master acknowledged, and the replica confirmed, is not lost; what failed says so. (What
/// was only acknowledged may be lost: Redis promises no more.)
fn takes_over(lab: &Lab) {
    let cluster =
        Cluster::start_with_replica(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let nodes = cluster.nodes().iter().chain(cluster.replica());
    let nodes = nodes.map(|node| node.tcp_connection_info(lab.protocol()).expect("TCP"));
    // Few attempts, so that failures are seen.
    let client = ClusterClient::builder(nodes).use_protocol(lab.protocol()).retries(1);
    let client = client.response_timeout(Duration::from_secs(1)).build().expect("a client");
    let mut con = client.get_connection().expect("a connection");
    let slot = Slot::new(3300);
    assert_eq!(run::<u16>(&mut con, &["CLUSTER", "KEYSLOT", "{b}"]), 3300);
    let slot = slot.expect("a slot");

    let (mut confirmed, mut failed) = (Vec::new(), Vec::new());
    let mut written_after = 0;
    let started = Instant::now();
    for number in 0.. {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody takes over");
        if number == BEFORE {
            cluster.nodes()[0].kill().expect("gone");
        }
        if let Err(error) = order(number).write_hash(&mut con) {
            let effect = error.effect();
            assert!(matches!(effect, Effect::Unknown | Effect::Rejected), "{effect:?}: {error}");
            failed.push(number);
            // A synchronous cluster connection of `redis` 1.8 goes on asking for the master that is
            // gone; a new one asks the others who is there.
            if error.is_connection() {
                con = client.get_connection().unwrap_or(con);
            }
            // What is waited for is that the others agree, which each attempt asks them.
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        let there = RoutingInfo::SingleNode(SingleNodeRoutingInfo::SpecificNode(Route::with_slot(
            slot,
            SlotAddr::Master,
        )));
        let wait = redis::cmd("WAIT").arg(1).arg(1000).to_owned();
        if number < BEFORE {
            let replicas: u64 = con
                .route_command(&wait, there)
                .and_then(|value| Ok(redis::from_redis_value(value)?))
                .expect("an answer");
            if replicas == 1 {
                confirmed.push(number);
            }
        } else {
            written_after += 1;
            if written_after == AFTER {
                break;
            }
        }
    }
    assert!(confirmed.len() as u64 > BEFORE / 2 && !failed.is_empty());

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
