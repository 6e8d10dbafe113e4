//! Many records together: what is sent, what each of them is told, and that both are true.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use redis::aio::ConnectionManagerConfig;
use redis::{Connection, ConnectionAddr, ConnectionLike};
use redis_hashmap::{
    Checked, CheckedManager, Effect, Error, ErrorKind, Exists, HashBatch, Limit, Outcomes, Sending,
    ToRedisHash, Written,
};

use crate::lab::{Case, Lab, PATIENCE, block_on, multiplexed, run};
use crate::shapes::CANARY;
use crate::state::{Fields, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("batch_of_mixed_records_over_every_connection", mixed),
        Case::new("batch_keeps_the_order_of_each_key", order),
        Case::new("batch_with_conditions_and_versions", conditions),
        Case::new("batch_as_bytes_for_a_socket_of_ones_own", as_bytes),
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

pub(crate) const RECORDS: usize = 1_500;

pub(crate) fn keys(lab: &Lab, round: &str) -> Vec<String> {
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
