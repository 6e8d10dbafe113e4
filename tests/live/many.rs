//! Many records at once, and all records of a template.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::StreamExt;
use redis::ProtocolVersion;
use redis_hashmap::{Error, ErrorKind, FromRedisHash, KeyError, ToRedisHash};
use redis_hashmap_tests::servers::Cluster;

use crate::aio_cluster::connect;
use crate::lab::{Case, Lab, block_on, run};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    let mut cases = vec![
        Case::new("many_records_in_their_order", in_order),
        Case::new("many_errors_hide_nothing", errors),
        Case::new("many_records_of_a_cluster", of_a_cluster),
        Case::new("scan_every_record_of_a_template", scan),
        Case::new("scan_of_a_cluster_is_refused", scan_of_a_cluster),
        Case::new("many_records_after_the_servers_end", servers_end),
        Case::new("many_records_of_one_slot", of_one_slot),
    ];
    // A cluster more for each protocol is not worth its time.
    if protocol == ProtocolVersion::RESP3 {
        cases.push(Case::new("many_records_of_a_slot_that_moves", of_a_slot_that_moves));
    }
    cases
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "many:{place}:{id}")]
struct Item {
    #[redis_hash(skip)]
    place: String,
    id: u64,
    name: String,
}

fn item(lab: &Lab, id: u64) -> Item {
    Item { place: lab.key("i").replace(':', "-"), id, name: format!("item {id}") }
}

/// Every fifth is not there.
fn put(lab: &Lab, con: &mut redis::Connection, count: u64) {
    let mut pipeline = redis::pipe();
    for id in (0..count).filter(|id| id % 5 != 4) {
        item(lab, id).as_hash().queue(&mut pipeline).expect("queued");
    }
    pipeline.exec(con).expect("written");
}

fn expected(lab: &Lab, id: u64) -> Option<Item> {
    (id % 5 != 4).then(|| item(lab, id))
}

fn key(lab: &Lab, id: u64) -> Result<redis_hashmap::HashKey, KeyError> {
    Item::hash_key(item(lab, id).place, id)
}

fn in_order(lab: &Lab) {
    const COUNT: u64 = 10_000;
    let mut con = lab.connection();
    put(lab, &mut con, COUNT);
    let mut pulled = 0;
    let keys = (0..COUNT).map(|id| key(lab, id)).inspect(|_| pulled += 1);
    let mut records = Item::read_hashes(&mut con, keys);
    for id in 0..COUNT {
        assert_eq!(records.next().expect("one a key").expect("read"), expected(lab, id));
    }
    assert!(records.next().is_none());
    drop(records);
    assert_eq!(pulled, COUNT);
    // No more keys are taken than are asked for in a window.
    let mut pulled = 0;
    let keys = (0..COUNT).map(|id| key(lab, id)).inspect(|_| pulled += 1);
    assert!(Item::read_hashes(&mut con, keys).next().is_some());
    assert!(pulled <= 128, "{pulled}");
    block_on(async {
        let mut con = lab.multiplexed().await;
        let records = Item::read_hashes_async(&mut con, (0..COUNT).map(|id| key(lab, id)));
        let records: Vec<_> = records.map(|record| record.expect("read")).collect().await;
        assert_eq!(records, (0..COUNT).map(|id| expected(lab, id)).collect::<Vec<_>>());
    });
}

fn errors(lab: &Lab) {
    let mut con = lab.connection();
    put(lab, &mut con, 3);
    let place = item(lab, 0).place;
    let text = format!("many:{place}:text");
    let half = format!("many:{place}:half");
    let () = run(&mut con, &["SET", &text, "x"]);
    let _: i64 = run(&mut con, &["HSET", &half, "id", "1"]);
    let keys = || [key(lab, 0), Item::hash_key("a:b", 1), key(lab, 1)];
    let shown = |records: Vec<Result<Option<Item>, Error>>| {
        let shown = |record: Result<Option<Item>, Error>| match record {
            Ok(Some(item)) => item.id.to_string(),
            Ok(None) => "none".into(),
            Err(error) => format!("{:?}", error.kind()),
        };
        records.into_iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    let records: Vec<_> = Item::read_hashes(&mut con, keys()).collect();
    assert_eq!(shown(records), "0 Key 1");
    let names = [text.as_str(), "nobody", &half, &format!("many:{place}:2")].map(str::to_owned);
    let records: Vec<_> = Item::read_hashes(&mut con, names.clone()).collect();
    assert_eq!(shown(records), "WrongType none Missing 2");
    block_on(async {
        let mut con = lab.multiplexed().await;
        let records: Vec<_> = Item::read_hashes_async(&mut con, names).collect().await;
        assert_eq!(shown(records), "WrongType none Missing 2");
    });
    let nothing: [&str; 0] = [];
    assert_eq!(Item::read_hashes(&mut con, nothing).count(), 0);
}

fn of_a_cluster(lab: &Lab) {
    const COUNT: u64 = 300;
    let mut con = lab.cluster().connection(lab.protocol()).expect("a connection");
    for id in (0..COUNT).filter(|id| id % 5 != 4) {
        item(lab, id).write_hash(&mut con).expect("written");
    }
    let keys = || (0..COUNT).map(|id| key(lab, id)).collect::<Vec<_>>();
    let all: Vec<_> = (0..COUNT).map(|id| expected(lab, id)).collect();
    let records = Item::read_hashes(&mut con, keys());
    assert_eq!(records.map(|record| record.expect("read")).collect::<Vec<_>>(), all);
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        let records = Item::read_hashes_async(&mut con, keys());
        let records: Vec<_> = records.map(|record| record.expect("read")).collect().await;
        assert_eq!(records, all);
    });
}

/// By its slot, it is on the third node.
const SLOT: &str = "{a}";

/// Keys of one slot, of which the second holds a string, the last is nobody's.
fn keys_of_a_slot(lab: &Lab, con: &mut impl redis::ConnectionLike) -> Vec<String> {
    let keys: Vec<_> = (0..40).map(|id| lab.key(&format!("{SLOT}:{id}"))).collect();
    let () = run(con, &["SET", &keys[1], "x"]);
    for (id, key) in keys.iter().enumerate().take(39).filter(|(id, _)| *id != 1) {
        let item = Item { place: String::new(), id: id as u64, name: key.clone() };
        item.as_hash().key(key).write(con).expect("written");
    }
    keys
}

fn assert_slot(records: Vec<Result<Option<Name>, Error>>, keys: &[String]) {
    assert_eq!(records.len(), 40);
    for (id, (record, key)) in records.into_iter().zip(keys).enumerate() {
        match (id, record) {
            (1, Err(error)) => assert_eq!(error.kind(), ErrorKind::WrongType, "{error}"),
            (39, record) => assert_eq!(record.expect("no error"), None),
            (_, record) => {
                assert_eq!(record.expect("read"), Some(Name { name: key.clone() }), "{id}");
            }
        }
    }
}

#[derive(Debug, PartialEq, FromRedisHash)]
struct Name {
    name: String,
}

/// Where an asynchronous cluster connection takes a pipeline.
fn of_one_slot(lab: &Lab) {
    let mut con = lab.cluster().connection(lab.protocol()).expect("a connection");
    let keys = keys_of_a_slot(lab, &mut con);
    assert_slot(Name::read_hashes(&mut con, &keys).collect(), &keys);
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        assert_slot(Name::read_hashes_async(&mut con, &keys).collect().await, &keys);
    });
}

/// Half of the keys are on one node, half on another: no pipeline can be answered, each record can.
fn of_a_slot_that_moves(lab: &Lab) {
    let cluster = Cluster::start(lab.binary()).unwrap_or_else(|error| panic!("{error}"));
    let [mut target, mut source] = [0, 2].map(|n| lab.connection_to(&cluster.nodes()[n]));
    let mut con = cluster.connection(lab.protocol()).expect("a connection");
    let keys = keys_of_a_slot(lab, &mut con);
    let slot = run::<u16>(&mut target, &["CLUSTER", "KEYSLOT", &keys[0]]).to_string();
    let (target_id, source_id): (String, String) =
        (run(&mut target, &["CLUSTER", "MYID"]), run(&mut source, &["CLUSTER", "MYID"]));
    let () = run(&mut target, &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source_id]);
    let () = run(&mut source, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target_id]);
    let port = cluster.nodes()[0].port().expect("TCP").to_string();
    for key in keys.iter().take(39).step_by(2) {
        let moved: String = run(&mut source, &["MIGRATE", "127.0.0.1", &port, key, "0", "30000"]);
        assert_eq!(moved, "OK");
    }
    assert_slot(Name::read_hashes(&mut con, &keys).collect(), &keys);
    block_on(async {
        let mut con = connect(&cluster, lab.protocol()).await;
        assert_slot(Name::read_hashes_async(&mut con, &keys).collect().await, &keys);
    });
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "s[a-c]*?:{id}:{name}", segments = "escape")]
struct Odd {
    #[redis_hash(skip)]
    id: i32,
    #[redis_hash(skip)]
    name: String,
    value: u8,
}

fn scan(lab: &Lab) {
    const COUNT: i32 = 2_000;
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let odd = |id: i32| Odd { id, name: format!("n:{{{id}}}"), value: 1 };
    for id in -5..COUNT {
        odd(id).write_hash(&mut con).expect("written");
    }
    // What is none of the template's.
    for foreign in [
        "sb*?:1:x",
        "s[a-c]xx:1:x",
        "s[a-c]*?:x:y",
        "s[a-c]*?:1:y:z",
        "s[a-c]*?:1:",
        "s[a-c]*?:01:y",
    ] {
        let _: i64 = run(&mut con, &["HSET", foreign, "value", "2"]);
    }
    let () = run(&mut con, &["SET", "s[a-c]*?:7:text", "x"]);
    let _: i64 = run(&mut con, &["HSET", "s[a-c]*?:9:bad", "value", "canary"]);

    let check = |found: Vec<redis_hashmap::Result<(redis_hashmap::HashKey, Odd)>>| {
        let mut records = BTreeMap::new();
        let mut errors = Vec::new();
        for found in found {
            match found {
                Ok((key, record)) => {
                    assert_eq!(key, Odd::hash_key(record.id, &record.name).expect("a key"));
                    records.insert(record.id, record);
                }
                Err(error) => errors.push(error.to_string()),
            }
        }
        assert_eq!(records, (-5..COUNT).map(|id| (id, odd(id))).collect());
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.contains("9:bad") && !error.contains("canary"), "{error}");
    };
    check(Odd::scan_hashes(&mut con).collect());
    block_on(async {
        let mut con = crate::lab::multiplexed(lab.info(&server)).await;
        check(Odd::scan_hashes_async(&mut con).collect().await);
    });
}

fn scan_of_a_cluster(lab: &Lab) {
    let mut con = lab.cluster().connection(lab.protocol()).expect("a connection");
    let found: Vec<_> = Odd::scan_hashes(&mut con).collect();
    let [Err(error)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().ends_with("connect to each master, and scan it there"), "{error}");
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        let mut found = pin!(Odd::scan_hashes_async(&mut con));
        let error = found.next().await.expect("an error").expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(found.next().await.is_none());
    });
    // Where the type does not say so, the first page does that has records of two slots.
    for id in 0..100 {
        Odd { id, name: lab.key("n"), value: 1 }.write_hash(&mut con).expect("written");
    }
    block_on(async {
        let mut con = connect(lab.cluster(), lab.protocol()).await;
        let con: &mut (dyn redis::aio::ConnectionLike + Send) = &mut con;
        let found: Vec<_> = Odd::scan_hashes_async(con).collect().await;
        let [Err(error)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    });
}

fn servers_end(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut records = Item::read_hashes(&mut con, (0..300).map(|id| key(lab, id)));
    assert_eq!(records.next().expect("one").expect("answered"), None);
    drop(server);
    let rest: Vec<_> = records.collect();
    assert_eq!(rest.len(), 299);
    let errors = rest.iter().skip(127).filter_map(|record| record.as_ref().err());
    assert_eq!(errors.filter(|error| error.is_connection()).count(), 172);
}
