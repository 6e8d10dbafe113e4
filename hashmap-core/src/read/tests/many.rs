//! `read_hashes`.

use std::cell::Cell;

use super::{ErrorKind, FromRedisHash, Scripted, User, lost, resp, shown};
use crate::{HashKey, KeyError};

fn numbers(to: u64) -> impl Iterator<Item = String> + Clone {
    (0..to).map(|id| format!("u*:{id}"))
}

fn read(con: &mut Scripted, keys: &[&str]) -> Vec<String> {
    User::read_hashes(con, keys.iter().copied()).map(shown).collect()
}

fn bad() -> Result<HashKey, KeyError> {
    HashKey::build(<User as crate::HashKeyPattern>::TEMPLATE, &[("u*:", "id", &"a:b")], "")
}

#[test]
fn windows_of_commands() {
    let mut con = Scripted::default();
    let pulled = Cell::new(0);
    let keys = numbers(300).inspect(|_| pulled.set(pulled.get() + 1));
    let mut records = User::read_hashes(&mut con, keys);
    assert_eq!(pulled.get(), 0);
    for id in 0..300 {
        assert_eq!(records.next().unwrap().unwrap(), Some(User { id }));
        assert_eq!(pulled.get(), (id / 128 * 128 + 128).min(300));
    }
    assert!(records.next().is_none() && records.next().is_none());
    assert_eq!(con.calls(), [128, 128, 44]);
    assert_eq!(con.sent[1][0], "HMGET u*:128 id");
    // One that never ends is read as far as it is asked for.
    let mut con = Scripted::default();
    assert_eq!(User::read_hashes(&mut con, numbers(u64::MAX)).take(200).count(), 200);
    assert_eq!(con.calls(), [128, 128]);
}

#[test]
fn windows_of_bytes() {
    let mut con = Scripted::default();
    let keys = (0..5).map(|id| format!("{}:{id}", "x".repeat(20 * 1024)));
    let records: Vec<_> = User::read_hashes(&mut con, keys).map(shown).collect();
    assert_eq!(records, ["0", "1", "2", "3", "4"]);
    assert_eq!(con.calls(), [2, 2, 1]);
}

#[test]
fn one_error_hides_no_other() {
    for is_cluster in [false, true] {
        let mut con = Scripted { is_cluster, ..Scripted::default() };
        let seen = read(&mut con, &["1", "text", "gone", "bad", "wide", "2"]);
        let expected = ["1", "WrongType text", "none", "Value bad", "Protocol wide", "2"];
        let told: Vec<_> = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(seen, told);
    }
    // A bad key is not asked for; a window of nothing else asks nothing.
    let mut con = Scripted::default();
    let good = || Ok::<_, KeyError>(HashKey::found(b"u*:7".to_vec()).expect("UTF-8"));
    let keys = [bad(), good(), bad(), good()];
    let records: Vec<_> = User::read_hashes(&mut con, keys).map(shown).collect();
    assert_eq!(records, ["Key", "7", "Key", "7"]);
    assert_eq!(con.calls(), [2]);
    let mut con = Scripted::default();
    assert_eq!(
        User::read_hashes(&mut con, (0..200).map(|_| bad())).map(shown).last().unwrap(),
        "Key"
    );
    assert!(con.sent.is_empty());
    assert!(User::read_hashes(&mut con, [""; 0]).next().is_none());
}

#[test]
fn a_lost_connection_is_not_used_again() {
    let mut con = Scripted::failing(1, lost());
    let mut seen: Vec<_> = User::read_hashes(&mut con, numbers(300)).map(shown).collect();
    let after = seen.split_off(128);
    assert!(seen.iter().enumerate().all(|(id, seen)| *seen == id.to_string()));
    for (seen, id) in after.iter().zip(128..) {
        assert_eq!(*seen, format!("Connection u*:{id}"));
    }
    assert_eq!((after.len(), con.calls()), (172, vec![128, 128]));
    // A bad key is still its own.
    let mut con = Scripted::failing(0, lost());
    let keys = [Ok(HashKey::found(b"1".to_vec()).expect("UTF-8")), bad()];
    assert_eq!(
        User::read_hashes(&mut con, keys).map(shown).collect::<Vec<_>>(),
        ["Connection 1", "Key"]
    );

    // One by one: what was answered before it is read.
    let mut con = Scripted::failing(2, lost()).cluster();
    let seen = read(&mut con, &["1", "2", "3", "4"]);
    assert_eq!(seen, ["1", "2", "Connection 3", "Connection 4"]);
    assert_eq!(con.calls(), [1, 1, 1]);
}

#[test]
fn replies_are_counted() {
    let mut con = Scripted { loses_reply_of: Some(0), ..Scripted::default() };
    let seen = read(&mut con, &["1", "2"]);
    assert_eq!(seen, ["Protocol 1", "Protocol 2"]);
    let keys = numbers(200);
    let mut con = Scripted { loses_reply_of: Some(0), ..Scripted::default() };
    let records = User::read_hashes(&mut con, keys);
    assert!(records.map(Result::unwrap_err).all(|error| error.kind() == ErrorKind::Protocol));
    assert_eq!(con.calls(), [128], "nobody is asked after that");
}

/// What a server says to a whole pipeline, it says to nobody in particular; and the connection is in
/// step.
#[test]
fn a_refused_pipeline_is_asked_one_by_one() {
    let mut con = Scripted::failing(0, resp("-MOVED 1 there:1").extract_error().unwrap_err());
    let mut seen: Vec<_> = User::read_hashes(&mut con, numbers(130)).map(shown).collect();
    assert_eq!(seen.split_off(127), ["127", "128", "129"]);
    assert_eq!((con.sent[0].len(), con.sent[1..].len()), (128, 130));
    assert!(con.sent[1..].iter().all(|call| call.len() == 1));
}

#[cfg(feature = "aio")]
mod aio {
    use std::pin::pin;

    use futures_util::{FutureExt, StreamExt};
    use redis::RedisError;

    use super::{FromRedisHash, Scripted, User, bad, lost, numbers, resp, shown};
    use crate::HashKey;

    async fn read(con: &mut Scripted, to: u64) -> Vec<String> {
        User::read_hashes_async(con, numbers(to)).map(shown).collect().await
    }

    #[tokio::test]
    async fn windows_and_errors() {
        let mut con = Scripted::default();
        let seen = read(&mut con, 300).await;
        assert_eq!(seen, (0..300).map(|id| id.to_string()).collect::<Vec<_>>());
        assert_eq!(con.calls(), [128, 128, 44]);

        let mut con = Scripted::default();
        let keys = ["1", "text", "gone", "bad", "wide", "2"].map(|key| HashKey::found(key.into()));
        let keys = keys.into_iter().flatten().map(Ok).chain([bad()]);
        let seen: Vec<_> = User::read_hashes_async(&mut con, keys).map(shown).collect().await;
        let expected = ["1", "WrongType text", "none", "Value bad", "Protocol wide", "2", "Key"];
        assert_eq!(seen, expected);

        let mut con = Scripted::failing(1, lost());
        let seen = read(&mut con, 300).await;
        assert_eq!(seen[127..129], ["127", "Connection u*:128"]);
        assert_eq!(seen.iter().filter(|seen| seen.starts_with("Connection")).count(), 172);
        assert_eq!(con.calls(), [128, 128]);

        let mut con = Scripted { loses_reply_of: Some(0), ..Scripted::default() };
        assert_eq!(read(&mut con, 2).await, ["Protocol u*:0", "Protocol u*:1"]);
    }

    #[tokio::test]
    async fn a_clusters_pipelines_are_taken_apart() {
        let mut con = Scripted::default().cluster();
        let seen = read(&mut con, 200).await;
        assert_eq!(seen, (0..200).map(|id| id.to_string()).collect::<Vec<_>>());
        assert_eq!(con.calls(), [1; 200]);
        let mut con = Scripted::failing(2, lost()).cluster();
        let seen = read(&mut con, 130).await;
        assert_eq!(seen[..3], ["0", "1", "Connection u*:2"]);
        assert_eq!((seen.len(), con.calls()), (130, vec![1; 3]));
    }

    /// A cluster's connection gives up so on the pipeline of a slot that is half here, half there.
    #[tokio::test]
    async fn a_refused_pipeline_is_asked_one_by_one() {
        for line in ["-MOVED 1 there:1", "-ASK 1 there:1", "-TRYAGAIN later"] {
            let error: RedisError = resp(line).extract_error().unwrap_err();
            let mut con = Scripted::failing(0, error);
            let seen = read(&mut con, 130).await;
            assert_eq!(seen, (0..130).map(|id| id.to_string()).collect::<Vec<_>>(), "{line}");
            assert_eq!((con.sent[0].len(), con.sent[1..].len()), (128, 130));
        }
    }

    /// A `select!` or a timeout around `next` loses no record, and asks for none twice.
    #[tokio::test]
    async fn next_may_be_dropped() {
        let mut con = Scripted::default();
        let mut seen = Vec::new();
        let mut dropped = 0;
        {
            let mut records = pin!(User::read_hashes_async(&mut con, numbers(300)));
            loop {
                match records.next().now_or_never() {
                    Some(Some(record)) => seen.push(shown(record)),
                    Some(None) => break,
                    None => dropped += 1,
                }
            }
        }
        assert_eq!(seen, (0..300).map(|id| id.to_string()).collect::<Vec<_>>());
        assert_eq!((con.calls(), dropped), (vec![128, 128, 44], 3));
    }
}
