//! Many records need no more memory than a few: a window, or a page, at a time.

use allocation_counter::measure;
use redis::{ConnectionLike, RedisResult, Value};
use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(key = "item:{id}")]
struct Item {
    id: u64,
    text: String,
}

const PAGE: u64 = 256;

/// A server of this many pages, each record of 1 KiB.
struct Endless {
    pages: u64,
}

impl ConnectionLike for Endless {
    fn req_packed_command(&mut self, packed: &[u8]) -> RedisResult<Value> {
        let cursor = String::from_utf8_lossy(packed).split("\r\n").nth(4).unwrap().to_owned();
        let next = cursor.parse::<u64>().unwrap() + 1;
        let keys = (0..PAGE).map(|n| bulk(format!("item:{}", next * PAGE + n)));
        let next = if next == self.pages { 0 } else { next };
        Ok(Value::Array(vec![bulk(next.to_string()), Value::Array(keys.collect())]))
    }

    fn req_packed_commands(&mut self, _: &[u8], _: usize, n: usize) -> RedisResult<Vec<Value>> {
        let record = || Value::Array(vec![bulk("1".into()), bulk("x".repeat(1024))]);
        Ok((0..n).map(|_| record()).collect())
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

fn bulk(text: String) -> Value {
    Value::BulkString(text.into_bytes())
}

/// The most bytes at any one time that this many records need.
fn read(count: u64) -> u64 {
    let most = measure(|| {
        let mut con = Endless { pages: 0 };
        let records = Item::read_hashes(&mut con, (0..count).map(|id: u64| Item::hash_key(id)));
        let read = records
            .map(|item| item.unwrap().unwrap())
            .inspect(|item| assert_eq!(item.text.len(), 1024));
        assert_eq!(read.count() as u64, count);
    });
    most.bytes_max
}

fn scan(pages: u64) -> u64 {
    let most = measure(|| {
        let found = Item::scan_hashes(&mut Endless { pages })
            .inspect(|item| assert_eq!(item.as_ref().unwrap().1.text.len(), 1024))
            .count();
        assert_eq!(found as u64, pages * PAGE);
    });
    most.bytes_max
}

#[test]
fn reads_hold_a_window() {
    // The last digits of the keys are more.
    let (few, many) = (read(1_024), read(51_200));
    assert!(many < few + few / 20, "{few} and {many}");
    assert!(many < 512 * 1024, "{many}");
}

#[test]
fn scans_hold_a_page() {
    let (few, many) = (scan(4), scan(200));
    assert!(many < few + few / 20, "{few} and {many}");
    assert!(many < 512 * 1024, "{many}");
}
