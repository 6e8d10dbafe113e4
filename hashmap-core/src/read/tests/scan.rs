//! `scan_hashes`.

use redis::Value;

use super::{FromRedisHash, HashKeyPattern, Scripted, User, failed, lost, resp};
use crate::{HashKey, Result};

fn page(cursor: &str, keys: &[&str]) -> Value {
    let bulk = |text: &str| Value::BulkString(text.as_bytes().to_vec());
    Value::Array(vec![bulk(cursor), Value::Array(keys.iter().map(|key| bulk(key)).collect())])
}

fn with(pages: Vec<Value>) -> Scripted {
    Scripted { pages, ..Scripted::default() }
}

/// `u*:7=7`, or an error's kind and key.
fn shown(found: Result<(HashKey, User)>) -> String {
    match found {
        Ok((key, user)) => format!("{key}={}", user.id),
        Err(error) => failed(&error),
    }
}

fn scan(con: &mut Scripted) -> Vec<String> {
    User::scan_hashes(con).map(shown).collect()
}

#[test]
fn pages() {
    let last = "18446744073709551615";
    let foreign = ["u*:x", "u*:1:2", "ux:1", "u*:01x", "u*:", "é"];
    let mut con = with(vec![
        page("5", &["u*:1", "u*:2"]),
        page("7", &[]),
        page("9", &foreign),
        // Twice on one page; once more on the next.
        page(last, &["u*:3", "u*:3", "u*:1"]),
        page("0", &["u*:4"]),
    ]);
    assert_eq!(scan(&mut con), ["u*:1=1", "u*:2=2", "u*:3=3", "u*:1=1", "u*:4=4"]);
    let asked: Vec<_> = con.sent.iter().map(|call| call.join(", ")).collect();
    let scan = |cursor: &str| format!("SCAN {cursor} MATCH u\\*:* COUNT 256 TYPE hash");
    let expected = [
        scan("0"),
        "HMGET u*:1 id, HMGET u*:2 id".into(),
        scan("5"),
        scan("7"),
        scan("9"),
        "HMGET u*:3 id, HMGET u*:1 id".into(),
        scan(last),
        "HMGET u*:4 id".into(),
    ];
    assert_eq!(asked, expected);
    assert_eq!(User::TEMPLATE.glob(), "u\\*:*");
}

#[test]
fn a_page_is_asked_for_when_the_one_before_is_read() {
    let mut con = with(vec![page("5", &["u*:1", "u*:2"]), page("0", &["u*:3"])]);
    assert_eq!(User::scan_hashes(&mut con).take(2).count(), 2);
    assert_eq!(con.calls(), [1, 2]);
    // One that is wider than a window is read in several.
    let keys: Vec<_> = (0..300).map(|id| format!("u*:{}", 1000 + id)).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    let mut con = with(vec![page("0", &keys)]);
    assert_eq!(scan(&mut con).len(), 300);
    assert_eq!(con.calls(), [1, 128, 128, 44]);
}

#[test]
fn a_record_that_cannot_be_read_and_one_that_is_gone() {
    let mut con =
        with(vec![page("5", &["u*:1", "u*:404", "u*:666", "u*:2"]), page("0", &["u*:3"])]);
    assert_eq!(scan(&mut con), ["u*:1=1", "WrongType u*:666", "u*:2=2", "u*:3=3"]);
}

/// One error says it, whatever else was found.
#[test]
fn a_lost_connection_ends_the_scan() {
    let keys: Vec<_> = (0..300).map(|id| format!("u*:{}", 1000 + id)).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    for (call, read) in [(1, 0), (2, 128)] {
        let mut con = Scripted { pages: vec![page("5", &keys)], ..Scripted::failing(call, lost()) };
        let seen = scan(&mut con);
        assert_eq!(seen.len(), read + 1, "{:?}", &seen[read..]);
        assert_eq!(seen[read], format!("Connection u*:{}", 1000 + read));
        assert_eq!(con.sent.len(), call + 1);
    }
    let mut con =
        Scripted { pages: vec![page("5", &[]), page("0", &[])], ..Scripted::failing(1, lost()) };
    assert_eq!(scan(&mut con), ["Connection u\\*:*"]);
    assert_eq!(con.sent.len(), 2);
    let mut con = Scripted { loses_reply_of: Some(1), ..with(vec![page("5", &keys)]) };
    assert_eq!(scan(&mut con), ["Protocol u*:1000"]);
}

#[test]
fn pages_that_are_none() {
    let bulk = |text: &str| Value::BulkString(text.as_bytes().to_vec());
    let nonsense = [
        Value::Nil,
        Value::Int(0),
        Value::Array(vec![]),
        Value::Array(vec![bulk("0")]),
        Value::Array(vec![bulk("canary"), Value::Array(vec![])]),
        Value::Array(vec![bulk("-1"), Value::Array(vec![])]),
        Value::Array(vec![bulk("0"), bulk("canary")]),
        Value::Array(vec![bulk("0"), Value::Array(vec![bulk("u*:1"), Value::Nil])]),
        Value::Array(vec![bulk("0"), Value::Array(vec![]), Value::Nil]),
    ];
    for reply in nonsense {
        let mut con = with(vec![reply]);
        assert_eq!(scan(&mut con), ["Protocol u\\*:*"]);
        assert_eq!(con.sent.len(), 1);
    }
    let mut con = with(vec![resp("-NOPERM no scan")]);
    assert_eq!(scan(&mut con), ["NoPermission u\\*:*"]);
}

#[test]
fn a_clusters_keys_are_on_many_nodes() {
    let mut con = Scripted::default().cluster();
    assert_eq!(scan(&mut con), ["Unsupported u\\*:*"]);
    assert!(con.sent.is_empty());
}

#[cfg(feature = "aio")]
mod aio {
    use std::pin::pin;

    use futures_util::StreamExt;

    use super::{FromRedisHash, Scripted, User, lost, page, shown, with};

    async fn scan(con: &mut Scripted) -> Vec<String> {
        User::scan_hashes_async(con).map(shown).collect().await
    }

    #[tokio::test]
    async fn pages_and_errors() {
        let mut con = with(vec![
            page("5", &["u*:1", "u*:404", "u*:666", "u*:1", "u*:x"]),
            page("0", &["u*:3"]),
        ]);
        assert_eq!(scan(&mut con).await, ["u*:1=1", "WrongType u*:666", "u*:3=3"]);
        let expected = "SCAN 5 MATCH u\\*:* COUNT 256 TYPE hash";
        assert_eq!((con.calls(), con.sent[2][0].as_str()), (vec![1, 3, 1, 1], expected));

        let found = ["u*:1", "u*:2"];
        let mut con = Scripted { pages: vec![page("5", &found)], ..Scripted::failing(1, lost()) };
        assert_eq!(scan(&mut con).await, ["Connection u*:1"]);
        let mut con = Scripted::failing(0, lost());
        con.pages.push(page("0", &[]));
        let mut found = pin!(User::scan_hashes_async(&mut con));
        assert_eq!(shown(found.next().await.unwrap()), "Connection u\\*:*");
        assert!(found.next().await.is_none());
    }
}
