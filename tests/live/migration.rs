//! A slot that moves between masters, back and forth, under writers that do not stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use redis::Connection;
use redis::cluster_async::ClusterConnection as AsyncCluster;
use redis_hashmap::{Error, Exists, ToRedisHash, Written};
use redis_hashmap_tests::servers::Cluster;

use crate::lab::{Case, Lab, run};

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("cluster_a_slot_moves_under_load", slot_moves)]
}

const MOVES: usize = 6;
const RECORDS: u64 = 40;

/// All of them in one slot.
#[derive(ToRedisHash)]
#[redis_hash(key = "{{moves}}:{writer}:{id}")]
struct Moving {
    #[redis_hash(skip)]
    writer: u64,
    #[redis_hash(skip)]
    id: u64,
    first: String,
    second: Option<String>,
    third: String,
}

/// What a writer does in its nth write: by turns one command, several, and a script.
fn record(writer: u64, n: u64) -> (Moving, bool) {
    let id = n % RECORDS;
    let text = format!("{writer}:{id}:{n}");
    let second = (n % 3 != 1).then(|| text.clone());
    (Moving { writer, id, first: text.clone(), second, third: text }, n % 3 == 2)
}

fn written(outcome: Result<Written, Error>, n: u64) {
    match outcome {
        Ok(Written::Applied) => {}
        // The condition of a script: the record is there from the first round on.
        Ok(Written::Refused) if n < RECORDS => {}
        outcome => panic!("write {n}: {outcome:?}"),
    }
}

fn slot_moves(lab: &Lab) {
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let is_over = AtomicBool::new(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let counts = thread::scope(|scope| {
        let is_over = &is_over;
        let cluster = &cluster;
        let blocking = scope.spawn(move || {
            let mut con = cluster.connection(lab.protocol()).expect("a connection");
            let mut n = 0;
            while !is_over.load(Ordering::Relaxed) {
                let (record, is_script) = record(0, n);
                let mut write = record.as_hash();
                if is_script {
                    write = write.only_if(Exists::Yes).persist();
                }
                written(write.write(&mut con), n);
                n += 1;
            }
            n
        });
        let concurrent = scope.spawn(move || {
            runtime.block_on(async {
                let mut con: AsyncCluster = async_connection(cluster, lab).await;
                let mut n = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let (record, is_script) = record(1, n);
                    let mut write = record.as_hash();
                    if is_script {
                        write = write.only_if(Exists::Yes).persist();
                    }
                    written(write.write_async(&mut con).await, n);
                    n += 1;
                }
                n
            })
        });
        let moved = thread::Builder::new().spawn_scoped(scope, move || {
            for _ in 0..MOVES {
                move_slot(lab, cluster);
            }
        });
        // Whatever happened, the writers are to end.
        let outcome = moved.expect("a thread").join();
        is_over.store(true, Ordering::Relaxed);
        outcome.expect("the slot moves");
        [blocking.join().expect("a writer"), concurrent.join().expect("a writer")]
    });

    let mut con = cluster.connection(lab.protocol()).expect("a connection");
    for (writer, count) in (0..).zip(counts) {
        assert!(count > RECORDS * 2, "{count} writes are no load");
        for n in count - RECORDS..count {
            let (expected, _) = record(writer, n);
            let key = format!("{{moves}}:{writer}:{}", expected.id);
            let found: (Option<String>, Option<String>, Option<String>) =
                run(&mut con, &["HMGET", &key, "first", "second", "third"]);
            let expected = (Some(expected.first), expected.second, Some(expected.third));
            assert_eq!(found, expected, "write {n} of {count} was acknowledged");
        }
    }
}

async fn async_connection(cluster: &Cluster, lab: &Lab) -> AsyncCluster {
    let nodes = cluster.nodes().iter();
    let nodes = nodes.map(|node| node.tcp_connection_info(lab.protocol()).expect("TCP"));
    let client = redis::cluster::ClusterClient::builder(nodes)
        .use_protocol(lab.protocol())
        .response_timeout(Duration::from_secs(30));
    client.build().expect("a client").get_async_connection().await.expect("a connection")
}

/// From the master that has the slot to another one, key by key.
fn move_slot(lab: &Lab, cluster: &Cluster) {
    let mut nodes: Vec<(String, u16, Connection)> = cluster
        .nodes()
        .iter()
        .map(|node| {
            let mut con = lab.connection_to(node);
            (run(&mut con, &["CLUSTER", "MYID"]), node.port().expect("TCP"), con)
        })
        .collect();
    let slot: u16 = run(&mut nodes[0].2, &["CLUSTER", "KEYSLOT", "{moves}"]);
    let slot = slot.to_string();
    // The one that answers for it.
    let owner = nodes.iter_mut().position(|(.., con)| {
        redis::cmd("GET").arg("{moves}").query::<Option<String>>(con).is_ok()
    });
    let owner = owner.expect("an owner");
    let (mut source, mut target) = (nodes.remove(owner), nodes.remove(0));

    let importing = ["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source.0];
    let () = run(&mut target.2, &importing);
    let () = run(&mut source.2, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target.0]);
    let port = target.1.to_string();
    loop {
        let keys: Vec<String> = run(&mut source.2, &["CLUSTER", "GETKEYSINSLOT", &slot, "1"]);
        if keys.is_empty() {
            break;
        }
        let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "30000", "REPLACE", "KEYS"];
        migrate.extend(keys.iter().map(String::as_str));
        let _: String = run(&mut source.2, &migrate);
        // Writers see the slot in this state, too.
        thread::sleep(Duration::from_millis(5));
    }
    for con in [&mut target.2, &mut source.2].into_iter().chain(nodes.iter_mut().map(|n| &mut n.2))
    {
        let () = run(con, &["CLUSTER", "SETSLOT", &slot, "NODE", &target.0]);
    }
}
