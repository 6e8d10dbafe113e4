//! Whatever a server answers, reading it is a record or an error.
//!
//! A bounded run is a test (`hostile.rs`); `fuzz/` feeds the same function under libFuzzer.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use redis::{ConnectionLike, FromRedisValue, RedisResult, Value};
use redis_hashmap::{FromHashValue, FromRedisHash, IfFound};

#[derive(FromHashValue)]
#[redis_hash(rename_all = "kebab-case")]
enum Plan {
    Free,
    TeamAnnual,
}

#[derive(FromRedisHash)]
#[allow(dead_code)] // they are read
struct Inner {
    a: Option<u8>,
    #[redis_hash(default)]
    b: String,
}

#[derive(FromRedisHash)]
#[redis_hash(key = "k:{id}")]
#[allow(dead_code)]
struct Record {
    #[redis_hash(skip)]
    id: u8,
    a: String,
    b: Option<i64>,
    c: Option<f64>,
    d: Option<bool>,
    e: Option<Plan>,
    f: Option<Duration>,
    g: Option<SystemTime>,
    #[redis_hash(display)]
    h: Option<std::net::IpAddr>,
    #[redis_hash(alias = "i2")]
    i: Option<[u8; 4]>,
    #[redis_hash(flatten(prefix = "x_"))]
    x: Inner,
}

#[derive(FromRedisHash)]
#[allow(dead_code)]
struct Open {
    a: String,
    #[redis_hash(flatten(prefix = "x_"))]
    x: HashMap<String, u8>,
    #[redis_hash(extra)]
    rest: BTreeMap<String, String>,
}

#[derive(FromRedisHash)]
#[redis_hash(deny_unknown_fields)]
#[allow(dead_code)]
struct Strict {
    a: Option<String>,
    b: Option<char>,
}

/// Answers this, whatever it is asked; but not for ever: a scan goes on as long as the server says so.
struct Answer {
    reply: Value,
    times: u8,
}

impl Answer {
    fn reply(&mut self) -> RedisResult<Value> {
        self.times = self
            .times
            .checked_sub(1)
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::ConnectionReset))?;
        Ok(self.reply.clone())
    }
}

impl ConnectionLike for Answer {
    fn req_packed_command(&mut self, _: &[u8]) -> RedisResult<Value> {
        self.reply()
    }

    fn req_packed_commands(&mut self, _: &[u8], _: usize, _: usize) -> RedisResult<Vec<Value>> {
        Ok(match self.reply()? {
            Value::Array(values) => values,
            other => vec![other; 3],
        })
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

/// Reads one reply as everything: the bytes are RESP, or they choose one.
pub(crate) fn decode(bytes: &[u8]) {
    if let Ok(value) = redis::parse_redis_value(bytes) {
        read(value);
    }
    read(Choices(bytes).reply(0));
}

fn read(value: Value) {
    let mut con = Answer { reply: value, times: u8::MAX };
    drop(Record::read_hash(&mut con, "k:1"));
    drop(Record::read_hash(&mut con, "other"));
    drop(Open::read_hash(&mut con, "k"));
    drop(Strict::read_hash(&mut con, "k"));
    drop(BTreeMap::<String, Vec<u8>>::read_hash(&mut con, "k"));
    assert_eq!(Record::read_hashes(&mut con, ["k:1", "k:2", "k:3"]).count(), 3);
    drop(Record::hash_exists(&mut con, "k"));
    drop(Record::hash_ttl(&mut con, "k"));
    let fields = Record::hash_fields();
    drop(fields.a.get("k").run(&mut con));
    drop(fields.b.incr("k", 1).run(&mut con));
    drop(fields.c.incr("k", 1.0).run(&mut con));
    drop(fields.i.ttl("k").run(&mut con));
    drop(Record::scan_hashes(&mut con).collect::<Vec<_>>());
    drop(IfFound::<Open>::from_redis_value(con.reply));
}

/// Each byte is a choice; when there are none left, the first.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn text(&mut self) -> Vec<u8> {
        const TEXTS: [&[u8]; 20] = [
            b"a",
            b"b",
            b"c",
            b"d",
            b"x_a",
            b"x_b",
            b"i2",
            b"k:7",
            b"0",
            b"-1",
            b"1e400",
            b"NaN",
            b"1",
            b"true",
            b"free",
            b"::1",
            b"\xff",
            b"",
            b"9999999999999999999999",
            b"0.0000000001",
        ];
        match self.byte() {
            n @ 0..=199 => TEXTS[usize::from(n) % TEXTS.len()].to_vec(),
            n => (0..n % 8).map(|_| self.byte()).collect(),
        }
    }

    fn some(&mut self, depth: u8) -> Vec<Value> {
        (0..self.byte() % 24).map(|_| self.reply(depth + 1)).collect()
    }

    fn reply(&mut self, depth: u8) -> Value {
        let deepest = depth > 4 || self.0.is_empty();
        match self.byte() % 16 {
            0..=3 => Value::BulkString(self.text()),
            4 => Value::Nil,
            5 => Value::Int(i64::from(self.byte()) - 128),
            6 => Value::SimpleString(String::from_utf8_lossy(&self.text()).into_owned()),
            7 => Value::Double(f64::from(self.byte()) / 3.0),
            8 => Value::Boolean(self.byte() > 127),
            9 => Value::Okay,
            _ if deepest => Value::Nil,
            10..=12 => Value::Array(self.some(depth)),
            13 => Value::Map(
                self.some(depth).into_iter().map(|key| (key, self.reply(depth + 1))).collect(),
            ),
            14 => Value::Set(self.some(depth)),
            _ => Value::Attribute { data: Box::new(self.reply(depth + 1)), attributes: vec![] },
        }
    }
}
