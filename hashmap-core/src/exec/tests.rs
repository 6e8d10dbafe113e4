//! Every reply that a plan can get, from a connection that says what it is told to.

#[cfg(feature = "retry")]
mod retry;
mod transaction;

use std::collections::VecDeque;
use std::error::Error as _;
use std::io;
use std::time::Duration;

use redis::{ConnectionLike, RedisError, RedisResult, Value};

use crate::record::{Field, FieldVisitor, Record, ToRedisHash};
use crate::{Effect, Error, ErrorKind, Written};

struct Person {
    email: Option<&'static str>,
}

impl ToRedisHash for Person {
    const RECORD: Record = Record::new("Person");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visitor.field(Field::new("name", b"$4\r\nname\r\n"), Some("canary"));
        visitor.field(Field::new("email", b"$5\r\nemail\r\n"), self.email);
    }
}

/// Answers one call after the other, and remembers what it was sent.
#[derive(Default)]
struct Scripted {
    answers: VecDeque<RedisResult<Vec<Value>>>,
    sent: Vec<String>,
    /// As a cluster's connection: an error among the replies is an `Err`, and it tries again.
    is_cluster: bool,
}

impl Scripted {
    /// Each call's replies as a server sends them, `\r\n` left out.
    fn new(calls: &[&[&str]]) -> Self {
        let reply = |line: &&str| redis::parse_redis_value(&resp(line)).expect("RESP");
        let answers = calls.iter().map(|replies| Ok(replies.iter().map(reply).collect()));
        Self { answers: answers.collect(), ..Self::default() }
    }

    fn failing(error: impl Into<redis::RedisError>) -> Self {
        Self { answers: [Err(error.into())].into(), ..Self::default() }
    }

    fn cluster(self) -> Self {
        Self { is_cluster: true, ..self }
    }

    fn call(&mut self, packed: &[u8]) -> RedisResult<Vec<Value>> {
        self.sent.push(String::from_utf8_lossy(packed).into_owned());
        let replies = self.answers.pop_front().expect("no call was expected")?;
        if self.is_cluster {
            return replies.into_iter().map(Value::extract_error).collect();
        }
        Ok(replies)
    }

    /// Writes with HSET and HDEL.
    fn transaction(&mut self) -> Result<Written, Error> {
        Person { email: None }.as_hash().key("p").write(self)
    }

    fn single(&mut self) -> Result<Written, Error> {
        Person { email: Some("canary@example") }.as_hash().key("p").write(self)
    }

    fn script(&mut self) -> Result<Written, Error> {
        Person { email: None }.as_hash().key("p").expire(Duration::from_secs(1)).write(self)
    }
}

/// `*2 :1 :1` is an array of two integers; everything else is a line.
fn resp(line: &str) -> Vec<u8> {
    match line.strip_prefix('*') {
        Some(items) => format!("*{}\r\n", items.replace('|', "\r\n")),
        None => format!("{line}\r\n"),
    }
    .into_bytes()
}

impl ConnectionLike for Scripted {
    fn req_packed_command(&mut self, packed: &[u8]) -> RedisResult<Value> {
        self.call(packed).map(|mut replies| replies.remove(0))
    }

    fn req_packed_commands(
        &mut self,
        packed: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        assert_eq!((offset, count), (0, 4), "every reply is asked for");
        self.call(packed)
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn supports_pipelining(&self) -> bool {
        !self.is_cluster
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

#[track_caller]
fn failed(outcome: Result<Written, Error>, kind: ErrorKind, effect: Effect, words: &str) -> Error {
    let error = outcome.expect_err(words);
    let message = error.to_string();
    assert_eq!((error.kind(), error.effect()), (kind, effect), "{message}");
    assert!(message.contains(words), "{message}\nhas not\n{words}");
    assert!(!format!("{error:?} {:?}", error.source()).contains("canary"), "{error:?}");
    error
}

#[test]
fn a_single_command() {
    let single = |reply: &str| Scripted::new(&[&[reply]]).single();
    single(":0").expect("applied");
    failed(
        single("-OOM full"),
        ErrorKind::OutOfMemory,
        Effect::Rejected,
        "HSET was refused with OOM",
    );
    failed(single("+QUEUED"), ErrorKind::InTransaction, Effect::Queued, "inside a MULTI");
    failed(single("+canary"), ErrorKind::Protocol, Effect::Unknown, "answered with a string");
    failed(single("$-1"), ErrorKind::Protocol, Effect::Unknown, "answered with nil");
    failed(single("-ERR at 'canary'"), ErrorKind::Server, Effect::Rejected, "refused with ERR");
    let words = "HSET was refused with ERR";
    let unknown = "-ERR Protocol error: unauthenticated multibulk length";
    failed(single(unknown), ErrorKind::NoAuth, Effect::Rejected, words);
    let nonsense = "-ERR Protocol error: invalid bulk length";
    failed(single(nonsense), ErrorKind::Protocol, Effect::Rejected, words);
    failed(single("-canary"), ErrorKind::Server, Effect::Rejected, "refused with ERR");
    // Said to the AUTH of a client that connects as it writes.
    let words = "the server did not accept the credentials; nothing was sent";
    failed(single("-WRONGPASS no"), ErrorKind::Authentication, Effect::NotSent, words);
    // The same from a connection that answers an error as an `Err`.
    let mut cluster = Scripted::new(&[&["-OOM full"]]).cluster();
    failed(cluster.single(), ErrorKind::OutOfMemory, Effect::Rejected, "HSET was refused with OOM");
}

#[test]
fn a_script() {
    Scripted::new(&[&[":1"]]).script().expect("applied");
    for is_cluster in [false, true] {
        let mut con = Scripted::new(&[&["-NOSCRIPT none"], &[":1"]]);
        con.is_cluster = is_cluster;
        con.script().expect("applied");
        let (evalsha, eval) = (&con.sent[0], &con.sent[1]);
        let arguments = "$1\r\n1\r\n$1\r\np\r\n$0\r\n\r\n$0\r\n\r\n$7\r\nPEXPIRE\r\n$4\r\n1000\r\n\
                         $0\r\n\r\n$0\r\n\r\n$1\r\n2\r\n$1\r\n0\r\n\
                         $4\r\nname\r\n$6\r\ncanary\r\n$5\r\nemail\r\n";
        assert!(
            evalsha.starts_with("*15\r\n$7\r\nEVALSHA\r\n$40\r\n") && evalsha.ends_with(arguments)
        );
        assert!(eval.starts_with("*15\r\n$4\r\nEVAL\r\n") && eval.ends_with(arguments), "{eval}");
    }
    let script = |calls: &[&[&str]]| Scripted::new(calls).script();
    let outcome = script(&[&["-NOSCRIPT none"], &["-NOSCRIPT none"]]);
    failed(outcome, ErrorKind::NoScript, Effect::Rejected, "refused with NOSCRIPT");
    let outcome = script(&[&["-NOSCRIPT none"], &["-NOPERM no eval"]]);
    failed(outcome, ErrorKind::NoPermission, Effect::Rejected, "the write was refused with NOPERM");
    let outcome = script(&[&["-UNSUPPORTED no"]]);
    failed(outcome, ErrorKind::Unsupported, Effect::Rejected, "knows no lifetime of a field");
    assert_eq!(script(&[&[":0"]]).expect("an answer"), Written::Refused);
    let outcome = script(&[&["-WRONGTYPE no"]]);
    failed(outcome, ErrorKind::WrongType, Effect::Rejected, "the hash is as it was");
    failed(script(&[&["+QUEUED"]]), ErrorKind::InTransaction, Effect::Queued, "inside a MULTI");
}

#[test]
fn a_script_halfway() {
    let script = |reply: &str| Scripted::new(&[&[reply]]).script();
    let error = failed(
        script("-HALFWRITTEN HSET+HDEL PEXPIRE NOPERM this user may not"),
        ErrorKind::NoPermission,
        Effect::Partial,
        "PEXPIRE was refused with NOPERM after HSET and HDEL had been applied; the hash may hold",
    );
    assert_eq!(error.code(), Some("NOPERM"));
    assert_eq!(error.redis_error().and_then(RedisError::detail), Some("this user may not"));
    let quoting = script("-HALFWRITTEN HSET HDEL ERR no 'canary'");
    failed(quoting, ErrorKind::Server, Effect::Partial, "HDEL was refused with ERR after HSET had");
    failed(script("-HALFWRITTEN"), ErrorKind::Server, Effect::Partial, "applied");
}

#[test]
fn connections_that_fail() {
    use io::ErrorKind as Io;
    for (io, kind, effect, cluster_effect) in [
        (Io::ConnectionRefused, ErrorKind::Connection, Effect::NotSent, Effect::Unknown),
        (Io::NotFound, ErrorKind::Connection, Effect::NotSent, Effect::Unknown),
        (Io::ConnectionReset, ErrorKind::Connection, Effect::Unknown, Effect::Unknown),
        (Io::BrokenPipe, ErrorKind::Connection, Effect::Unknown, Effect::Unknown),
        (Io::UnexpectedEof, ErrorKind::Connection, Effect::Unknown, Effect::Unknown),
        (Io::TimedOut, ErrorKind::Timeout, Effect::Unknown, Effect::Unknown),
        (Io::WouldBlock, ErrorKind::Timeout, Effect::Unknown, Effect::Unknown),
    ] {
        for write in [Scripted::single, Scripted::transaction, Scripted::script] {
            let error =
                failed(write(&mut Scripted::failing(io::Error::from(io))), kind, effect, "");
            assert!(
                error.is_connection() && error.redis_error().is_some_and(RedisError::is_io_error)
            );
            assert_eq!(error.is_timeout(), kind == ErrorKind::Timeout);
            assert_eq!(error.is_retryable(), effect == Effect::NotSent);
            // The last of several attempts: one before it may have been the one that wrote.
            let mut cluster = Scripted::failing(io::Error::from(io)).cluster();
            failed(write(&mut cluster), kind, cluster_effect, "");
        }
    }
}

#[test]
fn clients_that_fail() {
    use redis::ErrorKind as Redis;
    for (redis, kind, effect) in [
        (Redis::AuthenticationFailed, ErrorKind::Authentication, Effect::NotSent),
        (Redis::InvalidClientConfig, ErrorKind::Client, Effect::NotSent),
        (Redis::Parse, ErrorKind::Protocol, Effect::Unknown),
        (Redis::ClusterConnectionNotFound, ErrorKind::Connection, Effect::Unknown),
        (Redis::Client, ErrorKind::Client, Effect::Unknown),
    ] {
        for write in [Scripted::single, Scripted::transaction, Scripted::script] {
            let quoting = (redis, "it said", "canary".to_owned());
            failed(write(&mut Scripted::failing(quoting)), kind, effect, "");
        }
    }
}
