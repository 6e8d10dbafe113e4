//! What is counted, and when it stops.

use std::io;

use redis::{ConnectionLike, RedisResult, Value};

use crate::{Effect, ErrorKind, WriteAll, write_all};

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
