//! A cluster that changes while it is written to.

use redis::ProtocolVersion;
use redis::cluster::ClusterClient;
use redis_hashmap::{Effect, ErrorKind};
use redis_hashmap_tests::servers::Cluster;

use crate::journey::Journey;
use crate::lab::{Case, Lab, await_that, run};
use crate::shapes::Shape;
use crate::state::{assert_failed, before, fields, put_before};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    // Two clusters more for each protocol are not worth their time.
    if protocol == ProtocolVersion::RESP2 {
        return Vec::new();
    }
    vec![
        Case::new("cluster_a_slot_that_moves", |lab| slot_moves(lab, 1)),
        Case::long("cluster_a_slot_that_moves_ten_times", |lab| slot_moves(lab, 10)),
        Case::new("cluster_a_node_that_is_gone", node_gone),
    ]
}

/// By its slot, it is on the third node.
const KEY: &str = "a";

/// For this trial alone, with a client that tries again once.
fn own_cluster(lab: &Lab) -> (Cluster, ClusterClient) {
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let nodes = cluster.nodes().iter().map(|node| node.tcp_connection_info(lab.protocol()));
    let client = ClusterClient::builder(nodes.map(|info| info.expect("it has TCP")))
        .use_protocol(lab.protocol())
        .retries(1)
        .build();
    (cluster, client.expect("a client"))
}

/// ASK while it moves, MOVED once it has. Every shape follows, a transaction as one, a script to a
/// node that has not seen it. Which slot, and where to, is left to chance.
fn slot_moves(lab: &Lab, times: u64) {
    let mut random = lab.random();
    let (cluster, client) = own_cluster(lab);
    let mut con = client.get_connection().expect("a connection");
    for _ in 0..times {
        let key = &format!("person {}", random.u64(..));
        let mut all_shapes = |what: &str| {
            for shape in Shape::ALL {
                put_before(&mut con, key, 0);
                let what = format!("{key}, {what}, {shape:?}");
                shape.write(&mut con, key).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(fields(&mut con, key), shape.after(&before()), "{what}");
            }
            let () = run(&mut con, &["DEL", key]);
        };
        all_shapes("before");
        let journey = Journey::begin(lab, &cluster, key, &mut random);
        all_shapes("while it moves");
        journey.end();
        all_shapes("after");
    }
}

fn node_gone(lab: &Lab) {
    let (cluster, client) = own_cluster(lab);
    let mut con = client.get_connection().expect("a connection");
    for node in cluster.nodes() {
        let timeout = ["CONFIG", "SET", "cluster-node-timeout", "500"];
        let () = run(&mut lab.connection_to(node), &timeout);
    }
    cluster.nodes()[2].kill().expect("killed");
    // By its slot, `b` is on the first node.
    for shape in Shape::ALL {
        let error = shape.write(&mut con, KEY).expect_err("nobody has its slot");
        let told = crate::state::told(&error);
        assert_eq!(error.kind(), ErrorKind::Connection, "{shape:?}: {told}");
        assert_eq!(error.effect(), Effect::Unknown, "{shape:?}: {told}");
    }
    // The two others notice after a while, and then refuse all: it is no cluster any more.
    let mut first = lab.connection_to(&cluster.nodes()[0]);
    await_that("the cluster is down", || {
        Shape::Plain.write(&mut first, "b").is_err_and(|error| {
            assert_eq!(error.kind(), ErrorKind::ClusterDown);
            true
        })
    });
    for shape in Shape::ALL {
        let outcome = shape.write(&mut first, "b");
        let error = assert_failed(outcome, ErrorKind::ClusterDown, Effect::Rejected, shape);
        assert!(error.is_retryable(), "{error}");
    }
}
