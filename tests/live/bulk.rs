//! As many records as there are.

use futures_util::stream;
use redis::{Connection, ConnectionLike, ProtocolVersion};
use redis_hashmap::{HashBatch, ToRedisHash, WriteAll, write_all};
use redis_hashmap_tests::servers::Cluster;

use crate::aio_cluster::connect;
use crate::batch::{Mixed, stored};
use crate::journey::Journey;
use crate::lab::{Case, Lab, block_on, multiplexed, run};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    let mut cases = vec![
        Case::new("bulk_20000_records_over_every_connection", every_connection),
        Case::new("bulk_goes_on_after_a_failure_and_stops_after_the_connection", failures),
    ];
    // A cluster more for each protocol is not worth its time.
    if protocol == ProtocolVersion::RESP3 {
        cases.push(Case::new("bulk_over_a_cluster", over_a_cluster));
    }
    cases
}

const RECORDS: usize = 20_000;

fn key(lab: &Lab, n: usize) -> String {
    lab.key(&n.to_string()).replace(':', "-")
}

fn check(lab: &Lab, con: &mut Connection) {
    let keys: Vec<_> = (0..RECORDS).map(|n| key(lab, n)).collect();
    for (n, stored) in stored(con, &keys).into_iter().enumerate() {
        assert_eq!(stored, Mixed::new(keys[n].clone(), n).fields(), "{n}");
    }
    let mut pipeline = redis::pipe();
    pipeline.cmd("UNLINK").arg(&keys);
    pipeline.exec(con).expect("deleted");
}

fn every_connection(lab: &Lab) {
    let records = || (0..RECORDS).map(|n| Mixed::new(key(lab, n), n));
    let mut steps = Vec::new();
    let server = lab.fresh(&[]);
    let mut reader = lab.connection_to(&server);
    let mut con = lab.connection_to(&server);
    let report =
        WriteAll::new(records()).progress(|so_far| steps.push(so_far.records)).run(&mut con);
    assert_eq!((report.records, report.applied), (RECORDS as u64, RECORDS as u64));
    assert!(steps.is_sorted() && steps.last() == Some(&(RECORDS as u64)), "{steps:?}");
    check(lab, &mut reader);
    let mut client = server.client(lab.protocol()).expect("a client");
    assert_eq!(write_all(&mut client, records()).applied, RECORDS as u64);
    check(lab, &mut reader);
    let foreign: &mut dyn ConnectionLike = &mut con;
    assert_eq!(write_all(foreign, records()).applied, RECORDS as u64);
    check(lab, &mut reader);
    block_on(async {
        let mut con = multiplexed(lab.info(&server)).await;
        let report = WriteAll::new(stream::iter(records())).run_async(&mut con).await;
        assert_eq!(report.into_result().expect("written").applied, RECORDS as u64);
    });
    check(lab, &mut reader);
    // Just as many as windows hold: nobody knows that it was the last.
    let even = (0..1024).map(|n| Mixed::new(key(lab, n), 0));
    assert_eq!(write_all(&mut con, even).applied, 1024);
    assert_eq!(run::<String>(&mut con, &["ECHO", "in step"]), "in step");
    assert_eq!(write_all(&mut con, Vec::<Mixed>::new()).applied, 0);
}

fn failures(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let () = run(&mut con, &["SET", "k7000", "text"]);
    let records = || (0..RECORDS).map(|n| Mixed::new(format!("k{n}"), n));
    let report = write_all(&mut con, records());
    assert_eq!((report.applied, report.failed, report.is_cut_short), (19_999, 1, false));
    assert_eq!(report.failures()[0].index, 7_000);
    let report = WriteAll::new(records()).stop_at_first_error().run(&mut con);
    assert!(report.is_cut_short && (7_001..9_000).contains(&report.records), "{report:?}");
    assert_eq!(run::<String>(&mut con, &["ECHO", "in step"]), "in step");
    let () = run(&mut con, &["FLUSHALL"]);

    // The server ends in the middle of it: whatever is said to be there, was.
    let report = WriteAll::new(records())
        .progress(|so_far| {
            if so_far.records > 5_000 {
                server.kill().expect("killed, or gone already");
            }
        })
        .run(&mut con);
    assert!(report.is_cut_short && report.applied >= 5_000, "{report:?}");
    assert!(report.failed > 0 && report.records < 10_000, "{report:?}");
    assert!(report.failures()[0].error.is_connection());
}

/// One of its own: on that of all trials, others flush the scripts.
fn over_a_cluster(lab: &Lab) {
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    every_way(lab, &cluster);
    slot_moves(lab, &cluster);
}

fn every_way(lab: &Lab, cluster: &Cluster) {
    let mut reader = cluster.connection(lab.protocol()).expect("a connection");
    let mut read_back = |count: usize, what: &str| {
        for n in 0..count {
            let (key, what) = (key(lab, n), format!("{what} {n}"));
            let stored = crate::state::fields(&mut reader, &key);
            assert_eq!(stored, Mixed::new(key.clone(), n).fields(), "{what}");
            let () = run(&mut reader, &["DEL", &key]);
        }
    };
    let fill = |batch: &mut HashBatch, count: usize| {
        (0..count).for_each(|n| Mixed::new(key(lab, n), n).push(n, batch));
    };
    let mut batch = HashBatch::new();
    block_on(async {
        let mut con = connect(cluster, lab.protocol()).await;
        fill(&mut batch, 3_000);
        batch.execute_cluster(&con).await.into_result().expect("written");
        read_back(3_000, "by node");
        fill(&mut batch, 300);
        batch.execute_async(&mut con).await.into_result().expect("written");
        read_back(300, "one by one");
        let records = stream::iter((0..3_000).map(|n| Mixed::new(key(lab, n), n)));
        let report = WriteAll::new(records).run_cluster(&con).await;
        assert_eq!(report.into_result().expect("written").applied, 3_000);
        read_back(3_000, "in bulk");
        HashBatch::new().execute_cluster(&con).await.into_result().expect("nothing");
    });
    let mut con = cluster.connection(lab.protocol()).expect("a connection");
    fill(&mut batch, 300);
    batch.execute(&mut con).into_result().expect("written");
    read_back(300, "by a thread");
}

/// Every batch is written, also while one of its slots is half here and half there.
fn slot_moves(lab: &Lab, cluster: &Cluster) {
    const KEYS: usize = 500;
    let mut random = lab.random();
    let mut reader = cluster.connection(lab.protocol()).expect("a connection");
    let key =
        |n: usize| if n.is_multiple_of(5) { format!("{{moves}}-{n}") } else { format!("k{n}") };
    let mut batch = HashBatch::new();
    let mut round = 0;
    block_on(async {
        let con = connect(cluster, lab.protocol()).await;
        let mut write_all = async || {
            // Each key twice, so that the order of the two shows.
            for m in [round, round + 1] {
                for n in 0..KEYS {
                    let record = Mixed::new(key(n), n + m);
                    batch.push(&record.as_hash().key(key(n))).expect("encoded");
                }
            }
            let outcomes = batch.execute_cluster(&con).await;
            if let Some(failed) = outcomes.failed().next() {
                panic!("round {round}: {failed:?}, and {} more", outcomes.failed().count() - 1);
            }
            round += 1;
            for n in (0..KEYS).step_by(7) {
                let expected = Mixed::new(key(n), n + round).fields();
                assert_eq!(crate::state::fields(&mut reader, &key(n)), expected, "round {round}");
            }
        };
        write_all().await;
        for _ in 0..3 {
            let mut journey = Journey::begin(lab, cluster, "{moves}", &mut random);
            write_all().await;
            while journey.step(random.u8(10..40)) {
                write_all().await;
            }
            journey.end();
            write_all().await;
        }
    });
    println!("{}: {round} rounds of {KEYS} records", lab.trial());
}
