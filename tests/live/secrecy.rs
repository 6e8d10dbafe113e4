//! Law 7: no value in any error, also where the server quotes what it was sent.
//!
//! Every failure that this suite provokes goes through `state::told`, which looks for a value in
//! all forms of the error. Here are the servers that quote on purpose.

use redis::Connection;
use redis_hashmap::{Effect, Error, ErrorKind, ToRedisHash, Written};

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, before, fields, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("law7_a_server_that_quotes_unknown_commands", unknown_commands),
        Case::new("law7_a_server_that_quotes_bytes_that_are_no_text", quoted_bytes),
        Case::new("law7_our_own_debug_has_no_value", own_debug),
    ]
}

/// What an error says of the hash is true, and the connection is in step afterwards.
fn assert_true(error: &Error, con: &mut Connection, before_it: &Snapshot, shape: Shape) {
    let told = told(error);
    match error.effect() {
        Effect::NotSent | Effect::Rejected => before_it.assert_same(con, (shape, &told)),
        Effect::Partial => {
            let now = fields(con, "person");
            assert!(now != before(), "{shape:?}: nothing was applied\n{told}");
        }
        Effect::Applied => assert_eq!(fields(con, "person"), shape.after(&before()), "{told}"),
        other => panic!("{shape:?}: {other:?}\n{told}"),
    }
    assert!(!error.is_retryable() && !error.is_connection(), "{shape:?}\n{told}");
}

/// `rename-command HSET ""`: all versions then quote the arguments, up to 128 bytes of them.
fn unknown_commands(lab: &Lab) {
    for command in ["HSET", "HDEL", "MULTI", "EXEC", "EVALSHA", "EVAL", "HKEYS", "PEXPIRE"] {
        let server = lab.fresh(&["--rename-command", command, "THEOTHER"]);
        let mut con = lab.connection_to(&server);
        let real = if command == "HSET" { "THEOTHER" } else { "HSET" };
        for shape in Shape::ALL {
            let () = run(&mut con, &["DEL", "person"]);
            for (name, value) in before() {
                let () = run(&mut con, &[real, "person", &name, &value]);
            }
            let () = run(&mut con, &["SCRIPT", "FLUSH"]);
            let before_it = Snapshot::of(&mut con, "person");
            match shape.write(&mut con, "person") {
                Ok(_) => assert_eq!(fields(&mut con, "person"), shape.after(&before())),
                Err(error) => assert_true(&error, &mut con, &before_it, shape),
            }
            assert_eq!(run::<String>(&mut con, &["PING"]), "PONG", "{command} {shape:?}");
        }
        let affected = |shape: &Shape| match command {
            "HSET" => shape.sets(),
            "HDEL" => shape.deletes(),
            "MULTI" | "EXEC" => *shape == Shape::Transaction,
            "HKEYS" => shape.replaces(),
            "PEXPIRE" => shape.expires(),
            _ => shape.is_script(),
        };
        for shape in Shape::ALL {
            assert_eq!(shape.write(&mut con, "person").is_err(), affected(&shape), "{shape:?}");
        }
    }
}

/// The quoted line is no UTF-8, which the `redis` crate cannot read: the connection is lost then,
/// and the error says so, and nothing else.
fn quoted_bytes(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Bytes<'a> {
        bytes: &'a [u8],
        none: Option<u8>,
    }
    let server = lab.fresh(&["--rename-command", "HSET", "THEOTHER"]);
    for value in [&b"\xff\xfecanary"[..], b"canary\xff\xff", b"canary\r\n-ERR canary\r\n"] {
        for absent in [redis_hashmap::Absent::Keep, redis_hashmap::Absent::Delete] {
            let mut con = lab.connection_to(&server);
            con.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a timeout");
            let bytes = Bytes { bytes: value, none: None };
            let outcome = bytes.as_hash().key("person").absent(absent).write(&mut con);
            let error = outcome.expect_err("no HSET here");
            let told = told(&error);
            match error.kind() {
                ErrorKind::Server => assert_eq!(error.effect(), Effect::Rejected, "{told}"),
                ErrorKind::Protocol => {
                    assert_eq!(error.effect(), Effect::Unknown, "{told}");
                    assert!(error.is_connection() && !error.is_retryable(), "{told}");
                }
                other => panic!("{other:?}: {told}"),
            }
        }
    }
}

fn own_debug(lab: &Lab) {
    let mut con = lab.connection();
    let person = Shape::Plain.record();
    let key = lab.key("person");
    let write = person.as_hash().key(&key).replace();
    assert!(!format!("{write:?} {write:#?}").contains("canary"), "{write:?}");
    let written: Result<Written, Error> = write.write(&mut con);
    assert_eq!(format!("{written:?}"), "Ok(Applied)");
}
