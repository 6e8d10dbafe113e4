//! What is counted, and when it stops.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use redis::{ConnectionLike, RedisResult, Value};

use crate::{Effect, ErrorKind, ToRedisHash, WriteAll, write_all};

/// Refuses every key that ends in 7, and is gone after so many windows.
struct Refusing {
    windows: usize,
}

impl ConnectionLike for Refusing {
    fn req_packed_command(&mut self, _: &[u8]) -> RedisResult<Value> {
        unreachable!("many go as many")
    }

    fn req_packed_commands(&mut self, cmd: &[u8], _: usize, _: usize) -> RedisResult<Vec<Value>> {
        self.windows = self
            .windows
            .checked_sub(1)
            .ok_or(io::ErrorKind::BrokenPipe)
            .map_err(io::Error::from)?;
        let keys = crate::sink::commands(cmd).filter_map(|mut args| args.nth(1));
        let reply = |key: &[u8]| match key.last() {
            Some(b'7') => redis::parse_redis_value(b"-OOM no room\r\n"),
            _ => Ok(Value::Int(1)),
        };
        keys.map(reply).collect()
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

#[derive(crate::ToRedisHash)]
#[redis_hash(crate = crate, key = "{name}:{id}")]
struct Item {
    name: &'static str,
    id: u64,
}

/// Every hundredth cannot be encoded.
fn items(count: u64) -> impl Iterator<Item = Item> {
    (0..count).map(|id| Item { name: if id % 100 == 50 { "" } else { "item" }, id })
}

#[test]
fn every_failure_is_counted_and_told_with_its_place() {
    let mut told = Vec::new();
    let mut steps = Vec::new();
    let report = WriteAll::new(items(5_000))
        .on_failure(|index, error| told.push((index, error.kind())))
        .progress(|so_far| steps.push((so_far.records, so_far.bytes)))
        .run(&mut Refusing { windows: usize::MAX });
    assert_eq!((report.records, report.applied, report.failed), (5_000, 4_450, 550));
    assert_eq!((report.refused, report.empty, report.is_cut_short), (0, 0, false));
    told.sort_unstable_by_key(|(index, _)| *index);
    let expected = (0..5_000).filter_map(|id| match id {
        _ if id % 100 == 50 => Some((id, ErrorKind::Key)),
        _ if id % 10 == 7 => Some((id, ErrorKind::OutOfMemory)),
        _ => None,
    });
    assert!(told.into_iter().eq(expected));
    assert!(steps.is_sorted() && steps.len() == 10, "{steps:?}");
    assert_eq!(steps.last(), Some(&(5_000, report.bytes)));
    assert_eq!(report.failures().len(), 100);
    assert!(report.into_result().is_err());
}

/// One that cannot be encoded is known of before the server has answered to those before it.
#[test]
fn the_report_has_the_first_failures_in_their_order() {
    let report = write_all(&mut Refusing { windows: usize::MAX }, items(5_000));
    let told: Vec<_> = report.failures().iter().map(|failed| failed.index).collect();
    let expected: Vec<_> =
        (0..5_000).filter(|id| id % 100 == 50 || id % 10 == 7).take(100).collect();
    assert_eq!(told, expected);
    let first = report.into_result().unwrap_err();
    assert_eq!(first.kind(), ErrorKind::OutOfMemory);
}

#[test]
fn it_stops_where_that_is_asked_for() {
    let mut taken = 0;
    let records = items(5_000).inspect(|_| taken += 1);
    let report = WriteAll::new(records).stop_at_first_error().run(&mut Refusing { windows: 9 });
    assert!(report.is_cut_short && report.records == taken && taken < 600, "{taken}");
}

#[test]
fn it_stops_where_the_connection_does() {
    let mut taken = 0;
    let records = items(u64::MAX).inspect(|_| taken += 1);
    let report = write_all(&mut Refusing { windows: 2 }, records);
    assert!(report.is_cut_short && report.records == taken && taken < 1_600, "{taken}");
    let lost = report.failures().iter().filter(|failed| failed.error.effect() == Effect::Unknown);
    assert!(lost.count() <= 512);
}

#[test]
fn only_its_own_end_is_no_cut() {
    let report = write_all(&mut Refusing { windows: 9 }, items(0));
    assert_eq!((report.records, report.is_cut_short), (0, false));
    let only_bad = items(5_000).filter(|item| item.name.is_empty());
    let report = write_all(&mut Refusing { windows: 0 }, only_bad);
    assert_eq!((report.records, report.failed, report.is_cut_short), (50, 50, false));
}

/// Temporaries, references to references, and what is no struct.
#[test]
fn whatever_can_be_written_can_be_written_among_many() {
    let minute = Duration::from_secs(60);
    let items: Vec<_> = items(3).collect();
    let mut batch = crate::HashBatch::new();
    batch.push(&items[0]).unwrap();
    batch.push(&&&items[0]).unwrap();
    batch
        .push(&Item { name: "item", id: 4 }.as_hash().key(format!("k{}", 1)).expire(minute))
        .unwrap();
    batch.push(&items[1].changes_from(&items[1])).unwrap();
    batch.push(&items[1].changes_from(&items[1]).as_hash().key("k").persist()).unwrap();
    batch.push(&BTreeMap::from([("a", 1)]).as_hash().key("k")).unwrap();
    batch.push(&HashMap::from([("a", 1)]).as_hash().key(b"k")).unwrap();
    batch.push(&[("a", "b")][..].as_hash().key(&String::from("k"))).unwrap();
    batch.push(&*Arc::new(Item { name: "item", id: 5 })).unwrap();
    batch.push(&*Box::new(Item { name: "item", id: 5 })).unwrap();
    batch.push(&items[0].as_hash().deadline(minute)).unwrap();
    #[cfg(feature = "serde")]
    batch.push(&crate::SerdeHash(&BTreeMap::from([("a", 1)])).as_hash().key("k")).unwrap();
    let con: &mut dyn ConnectionLike = &mut Refusing { windows: usize::MAX };
    batch.execute(con).into_result().unwrap();

    let con = &mut Refusing { windows: usize::MAX };
    let applied = |report: crate::WriteReport| assert_eq!(report.applied, 3);
    applied(write_all(con, &items));
    applied(write_all(con, items.iter().collect::<Vec<_>>().iter()));
    applied(write_all(con, items.iter().map(ToRedisHash::as_hash)));
    let named = |item| ToRedisHash::as_hash(item).key(format!("{item:p}")).expire(minute);
    applied(write_all(con, items.iter().map(named)));
    let shared: Vec<_> = (0..3).map(|id| Arc::new(Item { name: "item", id })).collect();
    applied(write_all(con, shared.iter().map(|item| &**item)));
    let pairs = [[("a", 1)], [("a", 2)], [("a", 3)]];
    applied(write_all(con, pairs.iter().map(|pairs| pairs[..].as_hash().key("k"))));
    let mut left = items.iter();
    applied(write_all(con, &mut left));
    applied(write_all(con, Box::new(items.iter()) as Box<dyn Iterator<Item = &Item>>));
    applied(write_all(con, items));
}

#[cfg(feature = "aio")]
#[test]
fn futures_may_be_sent_to_another_thread() {
    fn is_send<T: Send>(future: T) {
        drop(future);
    }
    fn multiplexed(con: &mut redis::aio::MultiplexedConnection) {
        is_send(crate::HashBatch::new().execute_async(con));
        is_send(crate::HashBatch::new().deadline(Duration::from_secs(1)).execute_async(con));
        let all = WriteAll::new(futures_util::stream::iter(items(3)));
        is_send(all.progress(|_| ()).on_failure(|_, _| ()).run_async(con));
        let con: &mut (dyn redis::aio::ConnectionLike + Send) = con;
        is_send(crate::HashBatch::new().execute_async(con));
    }
    #[cfg(feature = "cluster-async")]
    fn cluster(con: &redis::cluster_async::ClusterConnection) {
        is_send(crate::HashBatch::new().execute_cluster(con));
        is_send(WriteAll::new(futures_util::stream::iter(items(3))).run_cluster(con));
        is_send(async move {
            let users = items(3).map(|item| item.id).collect::<Vec<_>>();
            let records = users.iter().map(|id| Item { name: "item", id: *id });
            WriteAll::new(futures_util::stream::iter(records)).run_cluster(con).await
        });
    }
    let _ = multiplexed;
    #[cfg(feature = "cluster-async")]
    let _ = cluster;
}
