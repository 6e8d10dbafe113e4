//! The version lock: of those who read a record, one writes it.

use redis::{AsyncCommands as _, Commands as _};
use redis_hashmap::{Effect, ErrorKind, Exists, ToRedisHash, Written};

use crate::lab::{Case, Lab, block_on, run};
use crate::state::{Snapshot, assert_failed, assert_ttl, fields};
use crate::way::Way;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("version_counts_the_writes", counts),
        Case::new("version_conflict_leaves_all_as_it_was", conflict),
        Case::new("version_of_a_hash_that_has_none", none_there),
        Case::new("version_is_the_last_of_its_type", last),
        Case::new("version_with_every_other_option", with_options),
        Case::new("version_another_type_at_the_key", another_type),
        Case::new("version_64_threads_and_no_increment_is_lost", |lab| threads(lab, 1)),
        Case::new("version_64_tasks_and_no_increment_is_lost", |lab| tasks(lab, 1)),
        Case::long("version_64_threads_ten_times_each", |lab| threads(lab, 10)),
        Case::long("version_64_tasks_ten_times_each", |lab| tasks(lab, 10)),
    ]
}

#[derive(ToRedisHash, Clone, Default)]
#[redis_hash(key = "{key}")]
struct Account {
    #[redis_hash(skip)]
    key: String,
    balance: u64,
    /// Absent in every second write, so that each has a field to set or to delete.
    odd: Option<String>,
    #[redis_hash(version)]
    version: u64,
}

type Stored = (Option<u64>, Option<String>, Option<u64>);
const FIELDS: [&str; 3] = ["balance", "odd", "version"];

impl Account {
    fn new(key: &str, balance: u64, version: u64) -> Self {
        let odd = (!balance.is_multiple_of(2)).then(|| format!("canary {balance}"));
        Self { key: key.to_owned(), balance, odd, version }
    }

    /// What was read, or the account that nobody has written yet; always of one write.
    fn of(key: &str, (balance, odd, version): Stored) -> Self {
        let read = Self::new(key, balance.unwrap_or(0), version.unwrap_or(0));
        assert_eq!(read.odd, odd, "a record of two halves");
        assert_eq!(read.balance, read.version, "each write is one increment");
        read
    }

    /// One more in it; the version is still the one that was read.
    fn incremented(&self) -> Self {
        Self::new(&self.key, self.balance + 1, self.version)
    }
}

fn counts(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("account");
    for mut way in Way::both(lab) {
        let () = run(&mut reader, &["DEL", &key]);
        for n in 0..10 {
            way.write_hash(&Account::new(&key, n + 1, n)).expect("nobody else writes");
            let stored: Stored = reader.hmget(&key, &FIELDS).expect("an answer");
            assert_eq!(Account::of(&key, stored).version, n + 1);
        }
    }
}

/// Somebody else wrote, or deleted the record, or it is there already.
fn conflict(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("account");
    for mut way in Way::both(lab) {
        for stored in ["7", "07", "7.0", "+7", "", "18446744073709551615", "-1", "seven"] {
            let () = run(&mut reader, &["HSET", &key, "version", stored, "balance", "9"]);
            let () = run(&mut reader, &["EXPIRE", &key, "1000"]);
            let untouched = Snapshot::of(&mut reader, &key);
            for read in [0, 1, 6, 8, u64::MAX - 1] {
                let what = (&way, stored, read);
                let what = format!("{what:?}");
                let account = Account::new(&key, 3, read);
                // An empty version is not one that was ever written: as good as none.
                if stored.is_empty() && read == 0 {
                    continue;
                }
                let outcome = way.write(&account.as_hash());
                assert_eq!(outcome.expect("asked"), Written::Refused, "{what}");
                untouched.assert_same(&mut reader, &what);

                let outcome = way.write_hash(&account).map(|()| Written::Applied);
                let error = assert_failed(outcome, ErrorKind::Conflict, Effect::Rejected, &what);
                assert!(!error.is_retryable() && !error.is_connection(), "{what}: {error}");
                assert!(error.to_string().contains("another version"), "{what}: {error}");
                untouched.assert_same(&mut reader, &what);
            }
        }
        // Gone: whoever has read it does not bring it back.
        let () = run(&mut reader, &["DEL", &key]);
        let outcome = way.write(&Account::new(&key, 3, 7).as_hash());
        assert_eq!(outcome.expect("asked"), Written::Refused);
        assert!(fields(&mut reader, &key).is_empty());
        way.assert_in_step("after conflicts");
    }
}

/// Version 0 is that of a record which was never written with one.
fn none_there(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("account");
    for mut way in Way::both(lab) {
        let () = run(&mut reader, &["DEL", &key]);
        let () = run(&mut reader, &["HSET", &key, "balance", "9", "other", "stays"]);
        way.write_hash(&Account::new(&key, 1, 0)).expect("written");
        let expected =
            [("balance", "1"), ("odd", "canary 1"), ("version", "1"), ("other", "stays")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(&mut reader, &key), expected.into());
    }
}

fn last(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("account");
    for mut way in Way::both(lab) {
        for version in [u64::from(u32::MAX) + 1, (1 << 53) + 1, u64::MAX - 1] {
            let () = run(&mut reader, &["HSET", &key, "version", &version.to_string()]);
            way.write_hash(&Account::new(&key, 1, version)).expect("no rounding, no overflow");
            let stored: u64 = reader.hget(&key, "version").expect("an answer");
            assert_eq!(stored, version + 1);
        }
        let untouched = Snapshot::of(&mut reader, &key);
        let outcome = way.write(&Account::new(&key, 1, u64::MAX).as_hash());
        assert_failed(outcome, ErrorKind::Value, Effect::NotSent, &way);
        untouched.assert_same(&mut reader, &way);
    }
}

fn with_options(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("account");
    let expire = std::time::Duration::from_secs(500);
    for mut way in Way::both(lab) {
        let () = run(&mut reader, &["DEL", &key]);
        for n in 0..4 {
            let () = run(&mut reader, &["HSET", &key, "other", "there"]);
            let account = Account::new(&key, n + 1, n);
            let write = account.as_hash().replace().expire(expire).only_if(Exists::Yes);
            assert_eq!(way.write(&write).expect("asked"), Written::Applied);
            let stored: Stored = reader.hmget(&key, &FIELDS).expect("an answer");
            assert_eq!(Account::of(&key, stored).version, n + 1);
            assert!(!fields(&mut reader, &key).contains_key("other"));
            assert_ttl(&mut reader, &key, expire);
            // Each of two conditions refuses by itself.
            let untouched = Snapshot::of(&mut reader, &key);
            assert_eq!(way.write(&write).expect("asked"), Written::Refused);
            let next = Account::new(&key, n + 2, n + 1);
            let write = next.as_hash().only_if(Exists::No).persist();
            assert_eq!(way.write(&write).expect("asked"), Written::Refused);
            untouched.assert_same(&mut reader, n);
        }
    }
}

fn another_type(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("text");
    let () = run(&mut reader, &["SET", &key, "a string", "EX", "1000"]);
    let foreign = Snapshot::of(&mut reader, &key);
    for mut way in Way::both(lab) {
        for version in [0, 1] {
            let outcome = way.write(&Account::new(&key, 1, version).as_hash());
            assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, &way);
            foreign.assert_same(&mut reader, &way);
        }
    }
}

const WRITERS: u64 = 64;

fn assert_all_there(lab: &Lab, key: &str, each: u64) {
    let stored: Stored = lab.connection().hmget(key, &FIELDS).expect("an answer");
    let account = Account::of(key, stored);
    assert_eq!((account.balance, account.version), (WRITERS * each, WRITERS * each));
}

/// Each adds one, as often as it is told to, and reads again where somebody else was quicker. Half
/// of them ask the builder, half take the error.
fn threads(lab: &Lab, each: u64) {
    let key = lab.key("account");
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let key = &key;
            scope.spawn(move || {
                let mut con = lab.connection();
                for _ in 0..each {
                    loop {
                        let stored = con.hmget(key, &FIELDS).expect("an answer");
                        let next = Account::of(key, stored).incremented();
                        let is_written = if writer % 2 == 0 {
                            next.as_hash().write(&mut con).expect("asked") == Written::Applied
                        } else {
                            is_written(next.write_hash(&mut con))
                        };
                        if is_written {
                            break;
                        }
                    }
                }
            });
        }
    });
    assert_all_there(lab, &key, each);
}

fn is_written(outcome: redis_hashmap::Result<()>) -> bool {
    outcome.map_err(|error| assert_eq!(error.kind(), ErrorKind::Conflict, "{error}")).is_ok()
}

/// The same, all on one connection.
fn tasks(lab: &Lab, each: u64) {
    let key = lab.key("account");
    block_on(async {
        let con = lab.multiplexed().await;
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            let (key, mut con) = (key.clone(), con.clone());
            tasks.spawn(async move {
                for _ in 0..each {
                    loop {
                        let stored = con.hmget(&key, &FIELDS).await.expect("an answer");
                        let next = Account::of(&key, stored).incremented();
                        let is_written = if writer % 2 == 0 {
                            let written = next.as_hash().write_async(&mut con).await;
                            written.expect("asked") == Written::Applied
                        } else {
                            is_written(next.write_hash_async(&mut con).await)
                        };
                        if is_written {
                            break;
                        }
                    }
                }
            });
        }
        tasks.join_all().await;
    });
    assert_all_there(lab, &key, each);
}
