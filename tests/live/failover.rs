//! A master that is gone, and the replica that takes its place.

use std::thread;
use std::time::{Duration, Instant};

use redis::cluster::{ClusterClient, ClusterConnection};
use redis::cluster_async::ClusterConnection as AsyncCluster;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, Slot, SlotAddr};
use redis_hashmap::{Effect, Error, Result, ToRedisHash};
use redis_hashmap_tests::servers::Cluster;
use tokio::runtime::Runtime;

use crate::lab::{Case, Lab, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cluster_a_replica_takes_over", |lab| {
            takes_over(lab, |client| {
                Con::Blocking(Box::new(client.get_connection().expect("a connection")))
            });
        }),
        Case::new("aio_cluster_a_replica_takes_over", |lab| {
            takes_over(lab, |client| {
                let mut runtime = tokio::runtime::Builder::new_multi_thread();
                let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
                let con = runtime.block_on(client.get_async_connection()).expect("a connection");
                Con::Async(runtime, con)
            });
        }),
    ]
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

enum Con {
    Blocking(Box<ClusterConnection>),
    Async(Runtime, AsyncCluster),
}

impl Con {
    fn write(&mut self, order: &Order) -> Result<()> {
        match self {
            Self::Blocking(con) => order.write_hash(&mut **con),
            Self::Async(runtime, con) => runtime.block_on(order.write_hash_async(con)),
        }
    }

    /// How many replicas have all that this connection wrote to the master of that slot.
    fn wait(&mut self, slot: Slot) -> u64 {
        let master = SingleNodeRoutingInfo::SpecificNode(Route::with_slot(slot, SlotAddr::Master));
        let there = RoutingInfo::SingleNode(master);
        let wait = redis::cmd("WAIT").arg(1).arg(1000).to_owned();
        let answer = match self {
            Self::Blocking(con) => con.route_command(&wait, there),
            Self::Async(runtime, con) => runtime.block_on(con.route_command(wait, there)),
        };
        redis::from_redis_value(answer.expect("an answer")).expect("a number")
    }

    /// A synchronous cluster connection of `redis` 1.8 goes on asking for the master that is gone; a
    /// new one asks the others who is there. An asynchronous one asks them itself.
    fn renew(&mut self, error: &Error, client: &ClusterClient) {
        if let (Self::Blocking(con), true) = (self, error.is_connection())
            && let Ok(new) = client.get_connection()
        {
            **con = new;
        }
    }
}

/// What the master acknowledged, and the replica confirmed, is not lost; what failed says so. (What
/// was only acknowledged may be lost: Redis promises no more.)
fn takes_over(lab: &Lab, connect: fn(&ClusterClient) -> Con) {
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
    let mut written_after = 0;
    let started = Instant::now();
    for number in 0.. {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody takes over");
        if number == BEFORE {
            cluster.nodes()[0].kill().expect("gone");
        }
        if let Err(error) = con.write(&order(number)) {
            let effect = error.effect();
            assert!(matches!(effect, Effect::Unknown | Effect::Rejected), "{effect:?}: {error}");
            failed.push(number);
            con.renew(&error, &client);
            // What is waited for is that the others agree, which each attempt asks them.
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        if number < BEFORE {
            if con.wait(slot()) == 1 {
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
