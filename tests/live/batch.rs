//! Many records together: what is sent, what each of them is told, and that both are true.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use redis::aio::ConnectionManagerConfig;
use redis::{Connection, ConnectionAddr, ConnectionInfo, ConnectionLike};
use redis_hashmap::{
    Checked, CheckedManager, Effect, Error, ErrorKind, Exists, HashBatch, Limit, Outcomes, Sending,
    ToRedisHash, Written,
};
use redis_hashmap_tests::servers::Server;

use crate::lab::{Case, Lab, PATIENCE, block_on, multiplexed, run};
use crate::shapes::CANARY;
use crate::state::{Fields, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("batch_of_mixed_records_over_every_connection", mixed),
        Case::new("batch_keeps_the_order_of_each_key", order),
        Case::new("batch_of_a_stalled_server_ends_in_time", stalled),
        Case::new("batch_of_a_server_without_memory", out_of_memory),
        Case::new("batch_with_conditions_and_versions", conditions),
        Case::new("batch_of_a_user_who_may_not_exec", no_exec),
        Case::new("batch_on_a_server_without_exec", unknown_exec),
        Case::new("batch_as_bytes_for_a_socket_of_ones_own", as_bytes),
        Case::new("batch_on_a_dead_server", dead),
    ]
}

/// Every value names its key, field and round.
#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
pub(crate) struct Mixed {
    #[redis_hash(skip)]
    key: String,
    first: String,
    second: Option<String>,
    third: String,
}

impl Mixed {
    pub(crate) fn new(key: String, n: usize) -> Self {
        let value = |field: &str| format!("{key} {field} {n} {CANARY}");
        // By turns one command, and several.
        let (first, second, third) =
            (value("first"), (n % 3 != 1).then(|| value("second")), value("third"));
        Self { key, first, second, third }
    }

    /// By turns also a script.
    pub(crate) fn push(&self, n: usize, batch: &mut HashBatch<impl Sized>) {
        match n % 5 {
            4 => batch.push(&self.as_hash().persist()),
            _ => batch.push(self),
        }
        .expect("encoded");
    }

    /// The same, sent meanwhile.
    pub(crate) fn send<C, L>(&self, n: usize, sending: &mut Sending<'_, '_, C, L>)
    where
        C: ConnectionLike + ?Sized,
        L: Limit<C>,
    {
        match n % 5 {
            4 => sending.push(&self.as_hash().persist()),
            _ => sending.push(self),
        }
        .expect("encoded");
    }

    pub(crate) fn fields(&self) -> Fields {
        let all = [
            ("first", Some(&self.first)),
            ("second", self.second.as_ref()),
            ("third", Some(&self.third)),
        ];
        all.into_iter().filter_map(|(name, v)| Some((name.to_owned(), v?.clone()))).collect()
    }
}

/// All hashes, in the order of these keys.
pub(crate) fn stored(con: &mut Connection, keys: &[String]) -> Vec<Fields> {
    let mut pipeline = redis::pipe();
    for key in keys {
        pipeline.cmd("HGETALL").arg(key);
    }
    // `redis` refuses a pipeline of none.
    if pipeline.is_empty() {
        return vec![];
    }
    pipeline.query(con).expect("read")
}

/// No error tells a value, nor does what holds the records.
pub(crate) fn assert_secret(outcomes: &Outcomes<'_>) {
    assert!(!format!("{outcomes:?}").contains(CANARY));
    for outcome in outcomes.failed() {
        told(outcome.result.expect_err("it failed"));
        assert!(!format!("{outcome:?}").contains(CANARY));
    }
}

const RECORDS: usize = 1_500;

fn keys(lab: &Lab, round: &str) -> Vec<String> {
    (0..RECORDS).map(|n| lab.key(&format!("{round}-{n}")).replace(':', "-")).collect()
}

/// Some keys hold a text; the others, somebody's hash.
fn mixed(lab: &Lab) {
    let server = lab.fresh(&[]);
    let connect = || lab.connection_to(&server);
    let mut con = connect();
    let is_text = |n: usize| n % 97 == 13;
    let prepare = |con: &mut Connection, keys: &[String]| {
        let () = run(con, &["SCRIPT", "FLUSH"]);
        let mut pipeline = redis::pipe();
        for (n, key) in keys.iter().enumerate() {
            pipeline.cmd("DEL").arg(key);
            if is_text(n) {
                pipeline.cmd("SET").arg(key).arg("text");
            } else {
                pipeline.cmd("HSET").arg(key).arg("second").arg("before").arg("other").arg("stays");
            }
        }
        pipeline.exec(con).expect("prepared");
    };
    let fill = |batch: &mut HashBatch, keys: &[String]| {
        for (n, key) in keys.iter().enumerate() {
            Mixed::new(key.clone(), n).push(n, batch);
        }
        assert!(!format!("{batch:?}").contains(CANARY));
    };
    let check = |outcomes: &Outcomes<'_>, keys: &[String], what: &str| {
        assert_eq!(outcomes.len(), keys.len());
        for (n, outcome) in outcomes.iter().enumerate() {
            assert_eq!((outcome.index, outcome.key), (n, keys[n].as_bytes()), "{what}");
            match outcome.result {
                Ok(written) => assert!(written == Written::Applied && !is_text(n), "{what} {n}"),
                Err(error) => {
                    let is = (error.kind(), error.effect(), is_text(n));
                    assert_eq!(is, (ErrorKind::WrongType, Effect::Rejected, true), "{what} {n}");
                    assert!(error.to_string().contains(&keys[n]));
                }
            }
        }
        assert_secret(outcomes);
        let mut reader = connect();
        let (texts, hashes): (Vec<_>, Vec<_>) =
            keys.iter().enumerate().partition(|(n, _)| is_text(*n));
        for (_, key) in texts {
            assert_eq!(run::<String>(&mut reader, &["GET", key]), "text");
        }
        let names: Vec<_> = hashes.iter().map(|(_, key)| (*key).clone()).collect();
        for ((n, key), stored) in hashes.into_iter().zip(stored(&mut reader, &names)) {
            let mut expected = Mixed::new(key.clone(), n).fields();
            expected.insert("other".into(), "stays".into());
            assert_eq!(stored, expected, "{what} {n}");
        }
    };

    let client = server.client(lab.protocol()).expect("a client");
    let mut batch = HashBatch::new();
    let pool = r2d2::Pool::builder().max_size(1);
    let pool = pool
        .build(CheckedManager::new(client.clone()).with_timeout(PATIENCE))
        .expect("a connection");
    let mut plain = connect();
    let mut checked = Checked::new(connect());
    let mut waiting = Checked::new(connect()).with_timeout(PATIENCE).expect("a timeout");
    let mut of_its_own = client.clone();
    let mut foreign = connect();
    let mut pooled = pool.get().expect("a connection");
    let mut run_on = |what: &str, execute: &mut dyn FnMut(&mut HashBatch, &[String])| {
        let keys = keys(lab, what);
        prepare(&mut con, &keys);
        fill(&mut batch, &keys);
        execute(&mut batch, &keys);
        assert!(batch.is_empty());
    };
    run_on("plain", &mut |batch, keys| check(&batch.execute(&mut plain), keys, "plain"));
    run_on("checked", &mut |batch, keys| check(&batch.execute(&mut checked), keys, "checked"));
    run_on("waiting", &mut |batch, keys| check(&batch.execute(&mut waiting), keys, "waiting"));
    run_on("client", &mut |batch, keys| check(&batch.execute(&mut of_its_own), keys, "client"));
    run_on("pooled", &mut |batch, keys| check(&batch.execute(&mut pooled), keys, "pooled"));
    run_on("dyn", &mut |batch, keys| {
        let foreign: &mut dyn ConnectionLike = &mut foreign;
        check(&batch.execute(foreign), keys, "dyn");
    });
    block_on(async {
        let mut con = multiplexed(lab.info(&server)).await;
        let config = ConnectionManagerConfig::new().set_response_timeout(Some(PATIENCE));
        let mut managed =
            client.get_connection_manager_with_config(config).await.expect("a connection");
        let mut preparing = connect();
        for what in ["multiplexed", "managed"] {
            let keys = keys(lab, what);
            prepare(&mut preparing, &keys);
            fill(&mut batch, &keys);
            let outcomes = match what {
                "managed" => batch.execute_async(&mut managed).await,
                _ => batch.execute_async(&mut con).await,
            };
            check(&outcomes, &keys, what);
        }
    });
}

fn order(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut batch = HashBatch::new();
    let keys: Vec<_> = (0..7).map(|n| lab.key(&n.to_string()).replace(':', "-")).collect();
    for asynchronous in [false, true] {
        for n in 0..5_000 {
            Mixed::new(keys[n * n % 7].clone(), n).push(n, &mut batch);
        }
        if asynchronous {
            block_on(async {
                let mut con = multiplexed(lab.info(&server)).await;
                batch.execute_async(&mut con).await.into_result().expect("written");
            });
        } else {
            batch.execute(&mut con).into_result().expect("written");
        }
        for (key, stored) in keys.iter().zip(stored(&mut con, &keys)) {
            let last = (0..5_000).rev().find(|n| keys[n * n % 7] == *key);
            let expected = last.map(|n| Mixed::new(key.clone(), n).fields()).unwrap_or_default();
            assert_eq!(stored, expected);
        }
    }
}

fn stalled(lab: &Lab) {
    let server = lab.fresh(&[]);
    let connect = || Checked::new(lab.connection_to(&server));
    let mut in_time = HashBatch::new().deadline(Duration::from_millis(300));
    let mut patient = HashBatch::new();
    let keys = keys(lab, "k");
    let mut waiting = connect().with_timeout(Duration::from_millis(300)).expect("a timeout");
    let mut limited = connect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let mut awaited = runtime.block_on(multiplexed(lab.info(&server)));
    server.pause().expect("paused");
    let assert_stalled = |what: &str, outcomes: Outcomes<'_>, began: Instant| {
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{what} took {took:?}");
        for outcome in outcomes.iter() {
            let error = outcome.result.expect_err("nobody answers");
            assert!(matches!(error.effect(), Effect::Unknown | Effect::NotSent), "{error}");
            assert!(error.is_timeout(), "{what}: {error:?}");
        }
        assert_secret(&outcomes);
        outcomes.iter().filter(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)).count()
    };
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut in_time);
        Mixed::new(key.clone(), n).push(n, &mut patient);
    }
    let began = Instant::now();
    assert_stalled("a timeout", patient.execute(&mut waiting), began);
    let began = Instant::now();
    assert_stalled("a deadline", in_time.execute(&mut limited), began);
    assert!(waiting.is_broken() && limited.is_broken());
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut in_time);
    }
    let began = Instant::now();
    let outcomes = runtime.block_on(in_time.execute_async(&mut awaited));
    assert!(assert_stalled("awaited", outcomes, began) > 0);
    // A connection that failed before is told from one that fails.
    for (n, key) in keys.iter().enumerate() {
        Mixed::new(key.clone(), n).push(n, &mut patient);
    }
    let outcomes = patient.execute(&mut waiting);
    assert!(outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)));
    server.resume().expect("resumed");
}

fn out_of_memory(lab: &Lab) {
    let server = lab.fresh(&["--maxmemory-policy", "noeviction", "--maxmemory", "1"]);
    let mut con = lab.connection_to(&server);
    let mut batch = HashBatch::new();
    for n in 0..RECORDS {
        batch.push(&Mixed::new(format!("k{n}"), 0)).expect("encoded");
    }
    let outcomes = batch.execute(&mut con);
    assert_eq!(outcomes.failed().count(), RECORDS);
    for outcome in outcomes.iter() {
        let error = outcome.result.expect_err("refused");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::OutOfMemory, Effect::Rejected));
        assert!(error.is_retryable());
    }
    assert_secret(&outcomes);
    assert_eq!(outcomes.into_result().expect_err("refused").kind(), ErrorKind::OutOfMemory);
    let () = run(&mut con, &["CONFIG", "SET", "maxmemory", "0"]);
    batch.push(&Mixed::new("k".into(), 0)).expect("encoded");
    batch.execute(&mut con).into_result().expect("written");
    assert_eq!(run::<usize>(&mut con, &["DBSIZE"]), 1);
}

#[derive(Clone, ToRedisHash)]
#[redis_hash(key = "{key}")]
struct Locked {
    #[redis_hash(skip)]
    key: String,
    #[redis_hash(version)]
    rev: u64,
}

fn conditions(lab: &Lab) {
    let mut con = lab.connection();
    let record = Locked { key: lab.key("locked").replace(':', "-"), rev: 0 };
    let mut batch = HashBatch::new();
    // Each is raised by the one before it, so that only the first finds what it read.
    batch.push(&record).expect("encoded");
    batch.push(&record).expect("encoded");
    batch.push(&record.as_hash()).expect("encoded");
    batch.push(&record.as_hash().only_if(Exists::No)).expect("encoded");
    batch.push(&Locked { rev: 1, ..record.clone() }).expect("encoded");
    for asynchronous in [false, true] {
        if asynchronous {
            batch.push(&Locked { rev: 2, ..record.clone() }).expect("encoded");
            batch.push(&record).expect("encoded");
            batch.push(&record.as_hash()).expect("encoded");
        }
        let outcomes = if asynchronous {
            block_on(async {
                let mut con = lab.multiplexed().await;
                let outcomes = batch.execute_async(&mut con).await;
                outcomes.iter().map(|o| o.result.map_err(Error::kind)).collect::<Vec<_>>()
            })
        } else {
            let outcomes = batch.execute(&mut con);
            outcomes.iter().map(|o| o.result.map_err(Error::kind)).collect()
        };
        let (applied, refused) = (Ok(Written::Applied), Ok(Written::Refused));
        let conflict = Err(ErrorKind::Conflict);
        if asynchronous {
            assert_eq!(outcomes, [applied, conflict, refused]);
        } else {
            assert_eq!(outcomes, [applied, conflict, refused, refused, applied]);
        }
    }
    assert_eq!(run::<u64>(&mut con, &["HGET", &record.key, "rev"]), 3);
}

/// A user without the right to it: the server drops that transaction, and goes on.
fn no_exec(lab: &Lab) {
    let server = lab.fresh(&[]);
    let rights =
        ["ACL", "SETUSER", "half", "on", ">pw", "~*", "+hset", "+hdel", "+multi", "+client"];
    let () = run(&mut lab.connection_to(&server), &rights);
    refused_exec(lab, &server, &crate::lab::login(lab.info(&server), "half", "pw"), RECORDS - 1);
}

/// A server without it: all that comes after is queued in the transaction, until that is dropped.
fn unknown_exec(lab: &Lab) {
    let server = lab.fresh(&["--rename-command", "EXEC", ""]);
    refused_exec(lab, &server, &lab.info(&server), 700);
}

fn refused_exec(lab: &Lab, server: &Server, info: &ConnectionInfo, applied: usize) {
    let mut admin = lab.connection_to(server);
    let client = redis::Client::open(info.clone()).expect("a client");
    let mut batch = HashBatch::new();
    let keys = keys(lab, "k");
    for way in ["filled", "sent while it is filled", "awaited"] {
        // All are single commands but one.
        let record = |(n, key): (usize, &String)| Mixed::new(key.clone(), usize::from(n == 700));
        let mut records = keys.iter().enumerate().map(record);
        if way != "sent while it is filled" {
            records.by_ref().for_each(|record| batch.push(&record).expect("encoded"));
        }
        let outcomes = if way == "awaited" {
            block_on(async {
                let mut con = multiplexed(info.clone()).await;
                let outcomes = batch.execute_async(&mut con).await;
                outcomes.iter().map(|o| o.result.map_err(Error::effect)).collect::<Vec<_>>()
            })
        } else {
            let mut con = client.get_connection().expect("a connection");
            let mut sending = batch.sending(&mut con);
            records.for_each(|record| sending.push(&record).expect("encoded"));
            let outcomes = sending.finish();
            assert_secret(&outcomes);
            outcomes.iter().map(|o| o.result.map_err(Error::effect)).collect()
        };
        for (outcome, stored) in outcomes.iter().zip(stored(&mut admin, &keys)) {
            match outcome {
                Ok(written) => assert!(*written == Written::Applied && !stored.is_empty()),
                Err(Effect::Rejected | Effect::NotSent) => assert!(stored.is_empty()),
                Err(effect) => panic!("{effect:?}"),
            }
        }
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), applied);
        let () = run(&mut admin, &["FLUSHALL"]);
    }
}

/// As `redis-cli --pipe` sends them.
fn as_bytes(lab: &Lab) {
    let server = lab.fresh(&[]);
    let ConnectionAddr::Unix(path) = lab.info(&server).addr().clone() else { panic!("a socket") };
    let mut batch = HashBatch::new();
    for n in 0..RECORDS {
        Mixed::new(format!("k{n}"), n).push(n, &mut batch);
    }
    let mut socket = UnixStream::connect(path).expect("a connection");
    let mut writer = socket.try_clone().expect("a second handle");
    let writing = std::thread::spawn(move || {
        batch.write_to(&mut writer).expect("written");
        writer.write_all(b"*1\r\n$4\r\nQUIT\r\n").expect("written");
    });
    let mut replies = String::new();
    socket.read_to_string(&mut replies).expect("read to its end");
    writing.join().expect("written");
    assert!(!replies.contains('-'), "{replies}");
    let keys: Vec<_> = (0..RECORDS).map(|n| format!("k{n}")).collect();
    for (n, stored) in stored(&mut lab.connection_to(&server), &keys).into_iter().enumerate() {
        assert_eq!(stored, Mixed::new(format!("k{n}"), n).fields());
    }
}

fn dead(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let mut client = server.client(lab.protocol()).expect("a client");
    server.kill().expect("killed");
    let mut batch = HashBatch::new();
    for (what, first) in [("a client", Effect::NotSent), ("a connection", Effect::Unknown)] {
        for n in 0..RECORDS {
            Mixed::new(format!("k{n}"), n).push(n, &mut batch);
        }
        let outcomes = match what {
            "a client" => batch.execute(&mut client),
            _ => batch.execute(&mut con),
        };
        let effects: Vec<_> =
            outcomes.iter().map(|o| o.result.expect_err("nobody is there").effect()).collect();
        assert_eq!((effects[0], effects[RECORDS - 1]), (first, Effect::NotSent), "{what}");
        assert!(outcomes.failed().all(|o| o.result.is_err_and(Error::is_connection)));
    }
    // What is before a giant is sent by itself, and was not either.
    let mut broken = Checked::new(con);
    redis::cmd("PING").exec(&mut broken).expect_err("nobody is there");
    for behind in [100, 200] {
        let fill = |batch: &mut HashBatch| {
            (0..behind).for_each(|n| Mixed::new(format!("k{n}"), 0).push(0, batch));
            batch.push(&[("f", "x".repeat(40_000))][..].as_hash().key("giant")).expect("encoded");
        };
        for what in ["a client", "a connection"] {
            fill(&mut batch);
            let outcomes = match what {
                "a client" => batch.execute(&mut client),
                _ => batch.execute(&mut broken),
            };
            assert!(
                outcomes.iter().all(|o| o.result.is_err_and(|e| e.effect() == Effect::NotSent)),
                "{what}, a giant behind {behind}"
            );
        }
    }
}
