//! Every reply that an operation can get, from a connection that says what it is told to.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use redis::{ConnectionLike, RedisResult, Value};

#[cfg(feature = "json")]
use super::Json;
use super::{Counted, HashField};
use crate::record::names::Names;
use crate::record::read::FieldReader;
use crate::value::read::Unread;
use crate::{
    Effect, Error, ErrorKind, ExpireError, FieldCommand, FromRedisHash, Result, Ttl, Written,
};

/// Answers these, in turn, and remembers what it was sent.
#[derive(Default)]
struct Scripted {
    answers: Vec<RedisResult<Value>>,
    sent: Vec<Vec<String>>,
    /// As a cluster's connection: an error is an `Err`, and it tries again.
    is_cluster: bool,
}

impl Scripted {
    fn new(replies: &[&str]) -> Self {
        let answers = replies.iter().rev().map(|reply| Ok(resp(reply))).collect();
        Self { answers, ..Self::default() }
    }

    /// The one command that was sent, its script left out.
    fn sent(&self) -> String {
        let [sent] = &self.sent[..] else { panic!("{:?}", self.sent) };
        let is_script = |arg: &&String| arg.contains('\n');
        sent.iter().filter(|arg| !is_script(arg)).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// A reply as a server sends it, `|` for the ends of its lines.
fn resp(reply: &str) -> Value {
    redis::parse_redis_value(format!("{}\r\n", reply.replace('|', "\r\n")).as_bytes())
        .unwrap_or_else(|error| panic!("{reply}: {error}"))
}

impl ConnectionLike for Scripted {
    fn req_packed_command(&mut self, packed: &[u8]) -> RedisResult<Value> {
        let [args] =
            crate::sink::commands(packed).collect::<Vec<_>>().try_into().ok().expect("one");
        self.sent.push(args.map(|arg| String::from_utf8_lossy(arg).into_owned()).collect());
        let reply = self.answers.pop().expect("nothing more was to be sent")?;
        if self.is_cluster { reply.extract_error() } else { Ok(reply) }
    }

    fn req_packed_commands(&mut self, _: &[u8], _: usize, _: usize) -> RedisResult<Vec<Value>> {
        panic!("one command at a time")
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

fn field<T>() -> HashField<T> {
    HashField::new("User", "", "visits")
}

/// What the operation makes of this reply, run and queued, on both kinds of connection.
#[track_caller]
fn outcome<T: Debug>(make: impl Fn() -> FieldCommand<T>, reply: &str) -> Result<T> {
    let outcome = make().run(&mut Scripted::new(&[reply]));
    let seen = |outcome: &Result<T>| match outcome {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => format!("{:?} {:?} {error}", error.kind(), error.effect()),
    };
    let mut cluster = Scripted { is_cluster: true, ..Scripted::new(&[reply]) };
    assert_eq!(seen(&make().run(&mut cluster)), seen(&outcome), "{reply}");
    let mut pipeline = redis::pipe();
    let answer = make().queue(&mut pipeline).expect("queued");
    assert_eq!(pipeline.cmd_iter().count(), 1);
    assert_eq!(seen(&answer.read(resp(reply))), seen(&outcome), "{reply}");
    outcome
}

#[track_caller]
fn failed<T: Debug>(
    make: impl Fn() -> FieldCommand<T>,
    reply: &str,
    kind: ErrorKind,
    words: &str,
) -> Error {
    let error = outcome(make, reply).expect_err(reply);
    let told = format!("{error} {error:?} {:?}", error.source());
    assert_eq!(error.kind(), kind, "{told}");
    assert!(error.to_string().contains(words), "{error}\nhas not\n{words}");
    assert!(error.to_string().contains("field `visits` of `User` at key \"k\""), "{error}");
    assert!(!told.contains("canary") && !told.contains("1815"), "{told}");
    error
}

/// No reply of a wrong shape is an answer, and none makes us panic.
#[track_caller]
fn hostile<T: Debug>(make: impl Fn() -> FieldCommand<T>, but: &[&str]) {
    let replies = [
        "+OK",
        "+canary",
        ":7",
        ":-7",
        "$-1",
        "*-1",
        "_",
        "$6|canary",
        "*0",
        "*1|:7",
        "*1|:-1",
        "*1|$6|canary",
        "*2|:1|:1",
        "*1|*1|:1",
        "%1|$1|a|:1",
        "~1|$6|canary",
        "#t",
        ",1.5",
        "(3492890328409238509324850943850943825024385",
        "=10|txt:canary",
    ];
    for reply in replies.into_iter().filter(|reply| !but.contains(reply)) {
        let error = failed(&make, reply, ErrorKind::Protocol, "which is no answer to it");
        let expected = match error {
            Error::Read(_) => Effect::NotSent,
            _ => Effect::Unknown,
        };
        assert_eq!(error.effect(), expected, "{reply}: {error}");
    }
    let error = failed(&make, "+QUEUED", ErrorKind::InTransaction, "inside a MULTI");
    assert!(matches!(error.effect(), Effect::Queued | Effect::NotSent), "{error}");
    let wrong_type = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    let error = failed(&make, wrong_type, ErrorKind::WrongType, "was refused with WRONGTYPE");
    assert_eq!(error.code(), Some("WRONGTYPE"));
    failed(&make, "-LOADING a while", ErrorKind::Loading, "was refused with LOADING");

    for error in [std::io::ErrorKind::ConnectionReset, std::io::ErrorKind::TimedOut] {
        let error = redis::RedisError::from(std::io::Error::from(error));
        let mut con = Scripted { answers: vec![Err(error)], ..Scripted::default() };
        let error = make().run(&mut con).expect_err("lost");
        assert!(error.is_connection(), "{error}");
        assert!(matches!(error.effect(), Effect::Unknown | Effect::NotSent), "{error}");
    }
}

#[test]
fn get() {
    let get = || field::<u64>().get("k");
    assert_eq!(outcome(get, "$2|42").unwrap(), Some(42));
    assert_eq!(outcome(get, "$-1").unwrap(), None);
    assert_eq!(outcome(get, "_").unwrap(), None);
    let attribute = Value::Attribute { data: Box::new(resp("$2|42")), attributes: Vec::new() };
    let answer = get().queue(&mut redis::pipe()).unwrap();
    assert_eq!(answer.read(attribute).unwrap(), Some(42));
    failed(get, "$6|canary", ErrorKind::Value, "cannot be read: it is not a `u64`");
    hostile(get, &["$-1", "*-1", "_", "$6|canary"]);
    let mut con = Scripted::new(&["$2|42"]);
    get().run(&mut con).unwrap();
    assert_eq!(con.sent(), "HGET k visits");
}

#[test]
fn set() {
    let set = || field::<String>().set("k", "canary");
    outcome(set, ":0").unwrap();
    outcome(set, ":1").unwrap();
    hostile(set, &[":7", ":-7"]);
    failed(set, "-canary", ErrorKind::Server, "was refused with ERR");
    failed(set, "-ERR no 'canary' here", ErrorKind::Server, "was refused with ERR");
    let mut con = Scripted::new(&[":1"]);
    field::<String>().set("k", "Ada".to_owned()).run(&mut con).unwrap();
    assert_eq!(con.sent(), "HSET k visits Ada");
    let error = failed(set, "-OOM canary", ErrorKind::OutOfMemory, "the hash is as it was");
    assert_eq!((error.effect(), error.is_retryable()), (Effect::Rejected, true));
}

#[test]
#[cfg(feature = "json")]
fn values_of_other_bytes() {
    let json: HashField<Vec<u8>, Json> = HashField::new("User", "", "visits");
    let mut con = Scripted::new(&[":1", "$5|[1,2]"]);
    json.set("k", vec![1, 2]).run(&mut con).unwrap();
    assert_eq!(json.get("k").run(&mut con).unwrap(), Some(vec![1, 2]));
    assert_eq!(con.sent[0], ["HSET", "k", "visits", "[1,2]"]);
    let error = failed(|| json.get("k"), "$6|canary", ErrorKind::Value, "it is not JSON");
    assert_eq!(error.effect(), Effect::NotSent);
}

#[test]
fn a_name_behind_a_prefix() {
    let mut con = Scripted::new(&["$1|1"]);
    let field: HashField<u8> = HashField::new("User", "addr_", "zip");
    field.get(b"\xff".as_slice()).run(&mut con).unwrap();
    assert_eq!(con.sent(), "HGET \u{fffd} addr_zip");
    assert_eq!(field.name(), "addr_zip");
}

#[test]
fn delete_and_exists() {
    let delete = || field::<String>().delete("k");
    outcome(delete, ":0").unwrap();
    hostile(delete, &[":7", ":-7"]);
    let exists = || field::<String>().exists("k");
    assert!(outcome(exists, ":1").unwrap());
    assert!(!outcome(exists, ":0").unwrap());
    hostile(exists, &[]);
    let mut con = Scripted::new(&[":1"]);
    exists().run(&mut con).unwrap();
    assert_eq!(con.sent(), "HEXISTS k visits");
    // A version is read as any other.
    let version: HashField<u64, Counted> = HashField::new("User", "", "rev");
    assert_eq!(version.get("k").run(&mut Scripted::new(&["$1|3"])).unwrap(), Some(3));
}

#[test]
fn compare_and_set() {
    for expected in [None, Some("1815 before".to_owned())] {
        let cas = || field::<String>().compare_and_set("k", expected.as_ref(), "canary");
        assert_eq!(outcome(cas, ":1").unwrap(), Written::Applied);
        assert_eq!(outcome(cas, ":0").unwrap(), Written::Refused);
        hostile(cas, &[]);
        failed(cas, "-canary", ErrorKind::Server, "compare_and_set was refused with ERR");
        if expected.is_some() {
            failed(cas, "-ERR at '1815 before'", ErrorKind::Server, "was refused with ERR");
        }
        failed(cas, "-READONLY no", ErrorKind::ReadOnly, "refused with READONLY");
    }
    let mut con = Scripted::new(&[":1"]);
    field::<u8>().compare_and_set("k", None, 7).run(&mut con).unwrap();
    assert_eq!(con.sent(), "HSETNX k visits 7");
    let mut con = Scripted::new(&[":1"]);
    field::<u8>().compare_and_set("k", Some(&6), 7).run(&mut con).unwrap();
    assert_eq!(con.sent(), "EVAL 1 k visits 6 7");
}

#[test]
fn lifetimes() {
    let expire = || field::<u8>().expire("k", Duration::from_micros(1500));
    let persist = || field::<u8>().persist("k");
    let ttl = || field::<u8>().ttl("k");
    assert!(outcome(expire, "*1|:1").unwrap());
    assert!(!outcome(expire, "*1|:-2").unwrap());
    assert!(outcome(persist, "*1|:1").unwrap());
    assert!(outcome(persist, "*1|:-1").unwrap());
    assert!(!outcome(persist, "*1|:-2").unwrap());
    assert_eq!(outcome(ttl, "*1|:-2").unwrap(), Ttl::Missing);
    assert_eq!(outcome(ttl, "*1|:-1").unwrap(), Ttl::Forever);
    assert_eq!(outcome(ttl, "*1|:7").unwrap(), Ttl::Left(Duration::from_millis(7)));
    failed(ttl, "*1|:-3", ErrorKind::Protocol, "no answer");
    failed(expire, "*1|:0", ErrorKind::Protocol, "no answer");
    failed(expire, "*1|:2", ErrorKind::Protocol, "no answer");
    hostile(expire, &["*1|:-1"]);
    hostile(persist, &["*1|:-1"]);
    hostile(ttl, &["*1|:7", "*1|:-1"]);
    // As Redis 6.2 and 7.0 say it, plainly and in a script.
    for reply in [
        "-ERR unknown command `HPTTL`, with args beginning with: `canary`, `FIELDS`, `1`, `f`, ",
        "-ERR unknown command 'HPTTL', with args beginning with: 'canary' 'FIELDS' '1' 'f' ",
        "-ERR @user_script: 1: Unknown Redis command called from Lua script",
        "-ERR Unknown Redis command called from script",
    ] {
        for error in [
            failed(ttl, reply, ErrorKind::Unsupported, "from 7.4 and Valkey from 9.0"),
            failed(expire, reply, ErrorKind::Unsupported, "from 7.4 and Valkey from 9.0"),
        ] {
            assert!(!error.is_retryable() && !error.is_connection(), "{error}");
        }
        // Said of another command, it is nothing of the kind.
        failed(|| field::<u8>().get("k"), reply, ErrorKind::Server, "refused with ERR");
    }
    let sent = |command: FieldCommand<bool>, reply| {
        let mut con = Scripted::new(&[reply]);
        command.run(&mut con).unwrap();
        con.sent.remove(0)
    };
    assert_eq!(sent(expire(), "*1|:1"), ["HPEXPIRE", "k", "2", "FIELDS", "1", "visits"]);
    assert_eq!(sent(persist(), "*1|:1"), ["HPERSIST", "k", "FIELDS", "1", "visits"]);
    // Asked by a script, so that a server which does not know it quotes no bytes.
    let other = sent(field::<u8>().expire("\u{fc}", Duration::from_millis(1)), "*1|:1");
    assert_eq!(other[2..], ["1", "\u{fc}", "HPEXPIRE", "1", "FIELDS", "1", "visits"]);
}

#[test]
fn what_is_none_is_not_sent() {
    let mut nobody = Scripted::default();
    for (time, expected) in
        [(Duration::ZERO, ExpireError::Zero), (Duration::MAX, ExpireError::TooLong)]
    {
        let error = field::<u8>().expire("k", time).run(&mut nobody).unwrap_err();
        assert!(matches!(error, Error::Expire(error) if error == expected), "{error}");
        let error = field::<u8>().expire("k", time).queue(&mut redis::pipe()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Expire);
    }
    for by in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = field::<f64>().incr("k", by).run(&mut nobody).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value);
        let words = "field `visits` of `User` at key \"k\" cannot be written: only a finite number";
        assert!(error.to_string().starts_with(words), "{error}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(vec![0xff]));
        let error = field().set("k", path).run(&mut nobody).unwrap_err();
        assert!(matches!(error, Error::Value(_)), "{error}");
    }
    assert!(nobody.sent.is_empty());
}

#[test]
fn counting() {
    let incr = || field::<i64>().incr("k", -1815);
    assert_eq!(outcome(incr, ":9223372036854775807").unwrap(), i64::MAX);
    hostile(incr, &[":7", ":-7", "$6|canary"]);
    failed(incr, "$6|canary", ErrorKind::Protocol, "no answer");
    failed(incr, "-ERR at -1815", ErrorKind::Server, "incr was refused with ERR");
    let overflow = "-ERR increment or decrement would overflow";
    let error = failed(incr, overflow, ErrorKind::Overflow, "the sum would not be an `i64`");
    assert_eq!((error.effect(), error.is_retryable()), (Effect::Rejected, false));
    let none = "-ERR hash value is not an integer";
    failed(incr, none, ErrorKind::Value, "what the field holds is no number that a server counts");

    let incr = || field::<u8>().incr("k", 1815);
    assert_eq!(outcome(incr, "$3|255").unwrap(), 255);
    failed(incr, "$3|256", ErrorKind::Protocol, "no answer");
    failed(incr, "-OVERFLOW out", ErrorKind::Overflow, "the sum would not be a `u8`");
    hostile(incr, &[":7", "$6|canary"]);

    let incr = || field::<f64>().incr("k", 1815.5);
    assert!((outcome(incr, "$3|1.5").unwrap() - 1.5).abs() < f64::EPSILON);
    failed(incr, "-ERR increment would produce NaN or Infinity", ErrorKind::Overflow, "an `f64`");
    failed(incr, "-ERR hash value is not a float", ErrorKind::Value, "no number");
    failed(incr, "$3|1,5", ErrorKind::Protocol, "no answer");
    hostile(incr, &[":7", ":-7", "$6|canary"]);
}

/// What the script is to compare with, so that no type's sum can be out of its range.
#[test]
fn the_limits_of_each_type() {
    fn sent<T: super::Countable<By = i64> + Debug>(by: i64) -> String {
        let mut con = Scripted::new(&["$1|0"]);
        let _ = field::<T>().incr("k", by).run(&mut con).unwrap();
        con.sent()
    }
    assert_eq!(sent::<i64>(1), "HINCRBY k visits 1");
    assert_eq!(sent::<u8>(1), "EVAL 1 k visits 1 -1 254");
    assert_eq!(sent::<u8>(-1), "EVAL 1 k visits -1 1 256");
    assert_eq!(sent::<i8>(300), "EVAL 1 k visits 300 -428 -173");
    assert_eq!(sent::<u64>(1), "EVAL 1 k visits 1 -1 9223372036854775806");
    assert_eq!(
        sent::<u64>(i64::MIN),
        "EVAL 1 k visits -9223372036854775808 9223372036854775808 18446744073709551615"
    );
    assert_eq!(sent::<i32>(i64::MAX), {
        let (low, high) = (i128::from(i32::MIN), i128::from(i32::MAX));
        let by = i128::from(i64::MAX);
        format!("EVAL 1 k visits {by} {} {}", low - by, high - by)
    });
}

#[test]
fn debug_shows_no_value() {
    let set = field::<String>().set("k", "canary");
    let text = format!("{set:?}");
    assert!(!text.contains("canary") && text.contains("visits") && text.contains("User"), "{text}");
    let answer = set.queue(&mut redis::pipe()).unwrap();
    assert!(!format!("{answer:?}").contains("canary"), "{answer:?}");
}

struct User;

impl FromRedisHash for User {
    const NAME: &'static str = "User";
    const FIELDS: Names = Names::AT_RUN_TIME;

    type Handles = ();

    fn hash_handles(_: &str) {}

    fn read_hash_fields(_: &mut FieldReader<'_>) -> Result<Self, Unread> {
        Ok(Self)
    }
}

#[test]
fn a_whole_hash() {
    let exists = |replies: &[&str]| {
        let mut con = Scripted::new(replies);
        let answer = User::hash_exists(&mut con, "k");
        assert!(con.answers.is_empty(), "all was asked");
        answer
    };
    assert!(exists(&["$1|a"]).unwrap());
    assert!(!exists(&["$-1", "*0"]).unwrap());
    assert!(!exists(&["_", "~0"]).unwrap());
    assert!(exists(&["$-1", "*1|$1|a"]).unwrap());
    assert_eq!(exists(&["-WRONGTYPE no"]).unwrap_err().kind(), ErrorKind::WrongType);
    assert_eq!(exists(&["$-1", ":1"]).unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(exists(&[":1"]).unwrap_err().kind(), ErrorKind::Protocol);

    let ttl = |reply| User::hash_ttl(&mut Scripted::new(&[reply]), "k");
    assert_eq!(ttl(":-2").unwrap(), Ttl::Missing);
    assert_eq!(ttl(":-1").unwrap(), Ttl::Forever);
    assert_eq!(ttl(":1500").unwrap(), Ttl::Left(Duration::from_millis(1500)));
    let error = ttl(":-3").unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Protocol, Effect::NotSent));
    let words = "`User` at key \"k\" could not be read: PTTL was answered with an integer";
    assert!(error.to_string().starts_with(words), "{error}");

    let delete = |reply| User::delete_hash(&mut Scripted::new(&[reply]), "k");
    assert!(delete(":1").unwrap());
    assert!(!delete(":0").unwrap());
    let error = delete("-WRONGTYPE no").unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::WrongType, Effect::Rejected));
    let error = delete("$-1").unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Protocol, Effect::Unknown));
}
