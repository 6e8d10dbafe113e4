//! An asynchronous cluster connection, on three nodes.

use redis::cluster_async::ClusterConnection;
use redis::{ProtocolVersion, cluster::ClusterClient};
use redis_hashmap::{Effect, ErrorKind, Written};
use redis_hashmap_tests::servers::Cluster;

use crate::journey::Journey;
use crate::lab::{Case, Lab, PATIENCE, block_on, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    let mut cases = vec![
        Case::new("aio_cluster_every_shape", every_shape),
        Case::new("aio_cluster_another_type_at_the_key", another_type),
        Case::new("aio_cluster_many_tasks_over_all_slots", |lab| many_tasks(lab, 450)),
        Case::long("aio_cluster_many_tasks_over_all_slots_ten_times", |lab| {
            many_tasks(lab, 4_500);
        }),
    ];
    // A cluster more for each protocol is not worth its time.
    if protocol == ProtocolVersion::RESP3 {
        cases.push(Case::new("aio_cluster_a_slot_that_moves", |lab| slot_moves(lab, 1)));
        cases.push(Case::long("aio_cluster_a_slot_that_moves_ten_times", |lab| {
            slot_moves(lab, 10);
        }));
    }
    cases
}

/// With patience: this machine may be doing ten things at once.
pub(crate) async fn connect(cluster: &Cluster, protocol: ProtocolVersion) -> ClusterConnection {
    let nodes = cluster.nodes().iter().map(|node| node.tcp_connection_info(protocol));
    let client = ClusterClient::builder(nodes.map(|info| info.expect("it has TCP")))
        .use_protocol(protocol)
        .connection_timeout(PATIENCE)
        .response_timeout(PATIENCE)
        .build();
    client.expect("a client").get_async_connection().await.expect("a connection")
}

fn flush_scripts(lab: &Lab, cluster: &Cluster) {
    for node in cluster.nodes() {
        let () = run(&mut lab.connection_to(node), &["SCRIPT", "FLUSH"]);
    }
}

fn every_shape(lab: &Lab) {
    let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        // One key a node and more.
        for n in 0..12 {
            let key = lab.key(&format!("person {n}"));
            flush_scripts(lab, lab.cluster());
            for shape in Shape::ALL {
                put_before(&mut reader, &key, 0);
                let written = shape.write_async(&mut con, &key).await.expect("written");
                assert_eq!(written, Written::Applied, "{shape:?}");
                assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{shape:?}");
            }
        }
    });
}

fn another_type(lab: &Lab) {
    let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        for n in 0..6 {
            let key = lab.key(&format!("text {n}"));
            let () = run(&mut reader, &["SET", &key, "a string", "EX", "1000"]);
            let foreign = Snapshot::of(&mut reader, &key);
            for shape in Shape::ALL {
                let outcome = shape.write_async(&mut con, &key).await;
                assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, shape);
                foreign.assert_same(&mut reader, shape);
            }
        }
    });
}

fn many_tasks(lab: &Lab, count: u64) {
    let mut random = lab.random();
    let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
    block_on(async {
        let con = connect(lab.cluster(), lab.protocol()).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..count {
            let shape = Shape::ALL[random.usize(..Shape::ALL.len())];
            let (key, mut con) = (lab.key(&format!("person {n}")), con.clone());
            put_before(&mut reader, &key, 0);
            tasks.spawn(async move {
                shape.write_async(&mut con, &key).await.expect("written");
                (key, shape)
            });
        }
        for (key, shape) in tasks.join_all().await {
            assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{shape:?}");
        }
    });
}

/// ASK while it moves, MOVED once it has. Every shape follows, a transaction as one, a script to a
/// node that has not seen it. Which slot, and where to, is left to chance.
fn slot_moves(lab: &Lab, times: u64) {
    let mut random = lab.random();
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let mut reader = cluster.connection(lab.protocol()).expect("a connection");
    block_on(async {
        let mut con = connect(&cluster, lab.protocol()).await;
        for _ in 0..times {
            let key = &format!("person {}", random.u64(..));
            let mut all_shapes = async |what: &str| {
                for shape in Shape::ALL {
                    flush_scripts(lab, &cluster);
                    put_before(&mut reader, key, 0);
                    let outcome = shape.write_async(&mut con, key).await;
                    let what = format!("{key}, {what}, {shape:?}");
                    outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
                    assert_eq!(fields(&mut reader, key), shape.after(&before()), "{what}");
                }
                let () = run(&mut reader, &["DEL", key]);
            };
            all_shapes("before").await;
            let journey = Journey::begin(lab, &cluster, key, &mut random);
            all_shapes("while it moves").await;
            journey.end();
            all_shapes("after").await;
        }
    });
}
