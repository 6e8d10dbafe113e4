//! Transactions and scripts among many.

use super::*;

/// `EXEC` is refused, and the connection stays in the `MULTI`: what follows is queued there, and dropped.
#[test]
fn a_transaction_that_does_not_end() {
    let queued = || Value::SimpleString("QUEUED".into());
    let refused = || server_error("NOPERM this user has no permissions to run the 'exec' command");
    let mut batch = HashBatch::new();
    let half = [("a", Some("x")), ("b", None)];
    batch.push(&half[..].as_hash().key("k0")).unwrap();
    batch.push(&pair("v")[..].as_hash().key("k1")).unwrap();
    for n in 2..600 {
        batch.push(&pair("v")[..].as_hash().key(format!("k{n}"))).unwrap();
    }
    let mut first = vec![Value::Okay, queued(), queued(), refused()];
    first.extend((1..509).map(|_| queued()));
    let mut con = Scripted::answering([Ok(first), Ok(vec![Value::Okay])]);
    let outcomes = batch.execute(&mut con);
    let effects = effects(&outcomes);
    assert!(effects[..509].iter().all(|effect| *effect == Some(Effect::Rejected)));
    assert!(effects[509..].iter().all(|effect| *effect == Some(Effect::NotSent)));
    assert_eq!(con.sent.last().unwrap(), plan::DISCARD);
    assert_eq!(con.sent.len(), 2);
}

/// What is behind it was in no transaction of the caller's, and is not written by an `EXEC` to come.
#[test]
fn a_script_and_a_transaction_behind_one_that_does_not_end() {
    let queued = || Value::SimpleString("QUEUED".into());
    let refused = || server_error("ERR unknown command 'EXEC', with args beginning with: ");
    let half = [("a", Some("x")), ("b", None)];
    let mut batch = HashBatch::new();
    batch.push(&half[..].as_hash().key("k0")).unwrap();
    batch.push(&half[..].as_hash().key("k1").persist()).unwrap();
    batch.push(&half[..].as_hash().key("k2")).unwrap();
    batch.push(&pair("v")[..].as_hash().key("k3")).unwrap();
    let replies = vec![
        Value::Okay,
        queued(),
        queued(),
        refused(),
        queued(), // the script, to be known
        queued(),
        server_error("ERR MULTI calls can not be nested"),
        queued(),
        queued(),
        refused(),
        queued(),
    ];
    let mut con = Scripted::answering([Ok(replies), Ok(vec![Value::Okay])]);
    let outcomes = batch.execute(&mut con);
    assert_eq!(effects(&outcomes), [Some(Effect::Rejected); 4]);
    for outcome in outcomes.failed().skip(1) {
        let error = outcome.result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Aborted, "{error}");
        assert!(error.to_string().contains("queued behind a transaction"), "{error}");
    }
    assert_eq!(con.sent.last().unwrap(), plan::DISCARD);
}

#[derive(crate::ToRedisHash)]
#[redis_hash(crate = crate, key = "locked:{id}")]
struct Locked {
    id: u32,
    #[redis_hash(version)]
    rev: u64,
}

/// A cluster's connection sends again by itself: the version that it found may be this write's own.
#[test]
fn a_conflict_of_a_cluster_is_in_doubt() {
    for (is_cluster, effect) in [(false, Effect::Rejected), (true, Effect::Unknown)] {
        let mut batch = HashBatch::new();
        batch.push(&Locked { id: 1, rev: 0 }).unwrap();
        let mut con =
            Scripted::answering([Ok(vec![Value::Int(0); if is_cluster { 1 } else { 2 }])]);
        con.is_cluster = is_cluster;
        let outcomes = batch.execute(&mut con);
        assert_eq!(effects(&outcomes), [Some(effect)]);
        assert_eq!(outcomes.into_result().unwrap_err().kind(), ErrorKind::Conflict);
    }
}

#[test]
fn the_script_is_whole_once_a_window() {
    let mut batch = HashBatch::new();
    for n in 0..600 {
        let key = format!("k{n}");
        batch.push(&pair("v")[..].as_hash().key(key).only_if(Exists::No)).unwrap();
    }
    let mut con = Scripted::default();
    batch.execute(&mut con).into_result().unwrap();
    let count =
        |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).filter(|part| *part == word).count();
    for window in &con.sent {
        assert!(window.starts_with(b"*3\r\n$4\r\nEVAL\r\n"));
        assert_eq!(count(window, b"$4\r\nEVAL\r\n"), 1);
    }
    let by_digest: usize = con.sent.iter().map(|window| count(window, b"EVALSHA")).sum();
    assert_eq!((con.sent.len(), by_digest), (2, 600));
}
