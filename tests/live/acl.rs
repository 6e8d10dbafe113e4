//! Users without the right to one of the commands.

use std::time::SystemTime;

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind, Exists, ToRedisHash, Written};
use redis_hashmap_tests::servers::{Flavour, ServerBinary};

use crate::lab::{Case, Lab, is_before, login, run};
use crate::shapes::{EXPIRE, Shape};
use crate::state::{Fields, Snapshot, assert_failed, before, fields, put_before, ttl};
use crate::way::Way;

pub(crate) fn cases(binary: &ServerBinary) -> Vec<Case> {
    let mut cases = vec![
        Case::new("acl_the_rights_that_are_enough", enough),
        Case::new("acl_the_rights_that_options_need", enough_for_options),
        Case::new("acl_without_hset", without_hset),
        Case::new("acl_without_hdel_a_transaction_leaves_all_as_it_was", without_hdel),
        Case::new("acl_without_multi_the_error_says_what_was_applied", without_multi),
        Case::new("acl_without_multi_and_hdel", without_multi_and_hdel),
        Case::new("acl_without_exec_the_connection_goes_on", without_exec),
        Case::new("acl_without_evalsha", without_evalsha),
        Case::new("acl_without_eval_where_the_script_is_unknown", without_eval),
        Case::new("acl_without_hmget_where_all_is_kept", without_hmget),
        Case::new("acl_a_key_that_is_not_the_users", another_key),
    ];
    // Before 7.0 a script cannot ask for the user's rights beforehand.
    if is_before(binary, 7, 0) {
        cases.push(Case::new("acl_a_script_halfway_says_so_before_redis_7", halfway));
    } else {
        cases.push(Case::new("acl_a_script_asks_before_it_writes", asks_first));
        cases.push(Case::new("acl_a_key_only_to_be_read_or_only_to_be_written", half_a_key));
    }
    cases
}

/// A connection of a new user with these rules, and one that may do all.
fn user(lab: &Lab, rules: &[&str]) -> (Connection, Connection) {
    let mut admin = lab.connection();
    let name = lab.key(&rules.join(""));
    let mut command = vec!["ACL", "SETUSER", &name, "reset", "on", ">word", "~*"];
    command.extend(rules);
    let () = run(&mut admin, &command);
    (lab.connection_as(&name, "word"), admin)
}

#[track_caller]
fn refused(con: &mut Connection, key: &str, shape: Shape, command: &str) {
    let outcome = shape.write(con, key);
    let error = assert_failed(outcome, ErrorKind::NoPermission, Effect::Rejected, shape);
    assert!(!error.is_retryable() && !error.is_connection(), "{error}");
    let told = format!("{error} {:?}", error.redis_error()).to_lowercase();
    assert!(told.contains(command), "{command}: {told}");
    assert_eq!(run::<String>(con, &["PING"]), "PONG", "in step");
}

/// Refused, and the hash is as it was.
#[track_caller]
fn untouched(con: &mut Connection, admin: &mut Connection, key: &str, shape: Shape, command: &str) {
    put_before(admin, key, 1000);
    let snapshot = Snapshot::of(admin, key);
    refused(con, key, shape, command);
    snapshot.assert_same(admin, shape);
}

/// No more than these, over both kinds of connection.
fn enough(lab: &Lab) {
    let rules = ["-@all", "+hset", "+hdel", "+hmget", "+hkeys", "+pexpire", "+multi", "+exec"];
    let rules = [&rules[..], &["+eval", "+evalsha"]].concat();
    let (_, mut admin) = user(lab, &rules);
    let info = login(lab.info(lab.server()), &lab.key(&rules.join("")), "word");
    let key = lab.key("person");
    for mut way in Way::both_to(info) {
        for shape in Shape::ALL {
            put_before(&mut admin, &key, 0);
            let record = shape.record();
            let written = way.write(&shape.with(&record, &key));
            assert_eq!(written.expect("allowed"), Written::Applied, "{way:?} {shape:?}");
            assert_eq!(fields(&mut admin, &key), shape.after(&before()), "{way:?} {shape:?}");
        }
    }
}

/// What `HashWrite::write` says of each option: enough with the right that it names, and refused
/// without, before anything is written.
fn enough_for_options(lab: &Lab) {
    let key = lab.key("person");
    let knows_lifetimes =
        !matches!(lab.binary().flavour, Flavour::Redis) || !is_before(lab.binary(), 7, 4);
    let record = Everything { name: "canary", otp: None, rev: 0 };
    let mortal = Everything { name: "canary", otp: Some(7), rev: 0 };
    let plain = Shape::Plain.record();
    let mut writes: Vec<Write<'_>> = vec![
        ("hkeys", Box::new(|con| plain.as_hash().key(&key).only_if(Exists::No).write(con))),
        ("pexpire", Box::new(|con| plain.as_hash().key(&key).expire(EXPIRE).write(con))),
        ("pexpireat", Box::new(|con| plain.as_hash().key(&key).expire_at(later()).write(con))),
        ("persist", Box::new(|con| plain.as_hash().key(&key).persist().write(con))),
        ("hget", Box::new(|con| record.as_hash().key(&key).write(con))),
    ];
    if knows_lifetimes {
        writes.push(("hpexpire", Box::new(|con| mortal.as_hash().key(&key).write(con))));
    }
    for (right, write) in writes {
        let granted = format!("+{right}");
        let rules = ["-@all", "+hset", "+hdel", "+hget", "+eval", "+evalsha", "+ping", &granted];
        let (mut con, mut admin) = user(lab, &rules);
        let () = run(&mut admin, &["DEL", &key]);
        assert_eq!(write(&mut con).expect("written"), Written::Applied, "{right}");

        // Servers before 7.0 cannot be asked, and say `Partial` where they were not.
        if is_before(lab.binary(), 7, 0) {
            continue;
        }
        let denied = format!("-{right}");
        let (mut con, mut admin) = user(lab, &["+@all", &denied]);
        let () = run(&mut admin, &["DEL", &key]);
        let outcome = write(&mut con);
        assert_failed(outcome, ErrorKind::NoPermission, Effect::Rejected, right);
        assert_eq!(run::<u8>(&mut admin, &["EXISTS", &key]), 0, "{right}");
    }
}

type Outcome = Result<Written, redis_hashmap::Error>;
/// The right that it needs, and the write.
type Write<'w> = (&'static str, Box<dyn Fn(&mut Connection) -> Outcome + 'w>);

fn later() -> SystemTime {
    SystemTime::now() + EXPIRE
}

#[derive(ToRedisHash)]
struct Everything {
    name: &'static str,
    #[redis_hash(expire = "1h")]
    otp: Option<u32>,
    #[redis_hash(version)]
    rev: u64,
}

fn without_hset(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-hset"]);
    let key = lab.key("person");
    for shape in Shape::ALL.into_iter().filter(|shape| shape.sets()) {
        untouched(&mut con, &mut admin, &key, shape, "hset");
    }
}

fn without_hdel(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-hdel"]);
    let key = lab.key("person");
    for shape in [Shape::Removal, Shape::Transaction] {
        untouched(&mut con, &mut admin, &key, shape, "hdel");
    }
    // Nothing to delete, nothing to refuse.
    Shape::Plain.write(&mut con, &key).expect("written");
}

/// The same for the commands of the script, one by one.
fn asks_first(lab: &Lab) {
    let key = lab.key("person");
    for command in ["hset", "hdel", "hkeys", "pexpire"] {
        let (mut con, mut admin) = user(lab, &["+@all", &format!("-{command}")]);
        for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
            if needs(shape, command) {
                untouched(&mut con, &mut admin, &key, shape, command);
            } else {
                put_before(&mut admin, &key, 0);
                shape.write(&mut con, &key).expect("written");
                assert_eq!(fields(&mut admin, &key), shape.after(&before()));
            }
        }
    }
}

fn needs(shape: Shape, command: &str) -> bool {
    match command {
        "hset" => shape.sets(),
        "hdel" => shape.deletes(),
        "hkeys" => shape.replaces(),
        "pexpire" => shape.expires(),
        _ => unreachable!(),
    }
}

/// What was applied, when a script of Redis 6.2 was refused this command.
fn half(shape: Shape, command: &str) -> Fields {
    let mut half = before();
    if shape.sets() {
        half.insert("name".to_owned(), shape.record().name.expect("a name").to_owned());
    }
    match command {
        "pexpire" => shape.after(&half),
        _ => half,
    }
}

fn halfway(lab: &Lab) {
    let key = lab.key("person");
    for command in ["hset", "hdel", "hkeys", "pexpire"] {
        let (mut con, mut admin) = user(lab, &["+@all", &format!("-{command}")]);
        for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
            put_before(&mut admin, &key, 1000);
            let before_it = Snapshot::of(&mut admin, &key);
            if !needs(shape, command) {
                shape.write(&mut con, &key).expect("written");
                continue;
            }
            let is_first = match command {
                "hdel" => !shape.sets(),
                "pexpire" => shape == Shape::Touch,
                _ => true,
            };
            if is_first {
                refused(&mut con, &key, shape, command);
                before_it.assert_same(&mut admin, shape);
                continue;
            }
            let outcome = shape.write(&mut con, &key);
            let error = assert_failed(outcome, ErrorKind::NoPermission, Effect::Partial, shape);
            assert!(!error.is_retryable(), "{error}");
            let first = match (shape.sets(), command) {
                (true, "hdel") => "HSET",
                (true, _) => "HSET and HDEL",
                (false, _) => "HDEL",
            };
            let command_name = command.to_uppercase();
            let what =
                format!("{command_name} was refused with NOPERM after {first} had been applied");
            assert!(error.to_string().contains(&what), "{error}");
            assert_eq!(error.code(), Some("NOPERM"));
            assert_eq!(fields(&mut admin, &key), half(shape, command), "{shape:?} {command}");
            assert!(ttl(&mut admin, &key) > 900_000, "{shape:?} {command}");
        }
    }
}

fn without_multi(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-multi"]);
    let key = lab.key("person");
    put_before(&mut admin, &key, 0);
    let outcome = Shape::Transaction.write(&mut con, &key);
    let error = assert_failed(outcome, ErrorKind::NoPermission, Effect::Applied, "multi");
    let message = error.to_string();
    assert!(message.contains("MULTI was refused with NOPERM"), "{message}");
    assert!(message.contains("HSET was applied, HDEL was applied"), "{message}");
    assert!(!error.is_retryable());
    assert_eq!(fields(&mut admin, &key), Shape::Transaction.after(&before()));
    // No other shape needs it.
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Transaction) {
        put_before(&mut admin, &key, 0);
        shape.write(&mut con, &key).expect("written");
        assert_eq!(fields(&mut admin, &key), shape.after(&before()));
    }
}

fn without_multi_and_hdel(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-multi", "-hdel"]);
    let key = lab.key("person");
    put_before(&mut admin, &key, 0);
    let outcome = Shape::Transaction.write(&mut con, &key);
    let error = assert_failed(outcome, ErrorKind::NoPermission, Effect::Partial, "multi, hdel");
    let message = error.to_string();
    assert!(message.contains("HSET was applied, HDEL was refused with NOPERM"), "{message}");
    assert_eq!(fields(&mut admin, &key), half(Shape::Transaction, "hdel"));
    // Where both commands are refused as well, nothing was applied.
    let (mut con, mut admin) = user(lab, &["+@all", "-multi", "-hdel", "-hset"]);
    untouched(&mut con, &mut admin, &key, Shape::Transaction, "multi");
    // Nor where the key holds another type.
    let (mut con, mut admin) = user(lab, &["+@all", "-multi"]);
    let () = run(&mut admin, &["SET", &key, "text", "EX", "1000"]);
    let foreign = Snapshot::of(&mut admin, &key);
    refused(&mut con, &key, Shape::Transaction, "multi");
    foreign.assert_same(&mut admin, "without MULTI");
}

fn without_exec(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-exec"]);
    let key = lab.key("person");
    untouched(&mut con, &mut admin, &key, Shape::Transaction, "exec");
    Shape::Plain.write(&mut con, &key).expect("the connection is in no transaction");
}

fn without_evalsha(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-evalsha"]);
    let key = lab.key("person");
    for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
        untouched(&mut con, &mut admin, &key, shape, "evalsha");
    }
}

fn without_eval(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut admin = lab.connection_to(&server);
    let () = run(&mut admin, &["ACL", "SETUSER", "u", "on", ">word", "~*", "+@all", "-eval"]);
    let client = redis::Client::open(crate::lab::login(lab.info(&server), "u", "word"));
    let mut con = client.and_then(|client| client.get_connection()).expect("a connection");
    for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
        untouched(&mut con, &mut admin, "person", shape, "eval");
    }
    // Where somebody has loaded it, its digest is enough.
    Shape::Expire.write(&mut admin, "person").expect("written");
    Shape::Expire.write(&mut con, "person").expect("written");
}

/// HMGET is what looks at the type, where no other command does.
fn without_hmget(lab: &Lab) {
    let (mut con, mut admin) = user(lab, &["+@all", "-hmget"]);
    let key = lab.key("person");
    for shape in Shape::ALL {
        if shape == Shape::Touch {
            untouched(&mut con, &mut admin, &key, shape, "hmget");
        } else {
            put_before(&mut admin, &key, 0);
            shape.write(&mut con, &key).expect("written");
            assert_eq!(fields(&mut admin, &key), shape.after(&before()));
        }
    }
}

fn another_key(lab: &Lab) {
    let own = lab.key("own:");
    let (mut con, mut admin) = user(lab, &["resetkeys", &format!("~{own}*"), "+@all"]);
    let (own, other) = (format!("{own}1"), lab.key("another's"));
    for shape in Shape::ALL {
        untouched(&mut con, &mut admin, &other, shape, "key");
        put_before(&mut admin, &own, 0);
        shape.write(&mut con, &own).expect("written");
        assert_eq!(fields(&mut admin, &own), shape.after(&before()));
    }
}

/// `%R~` and `%W~`, since Redis 7.0.
fn half_a_key(lab: &Lab) {
    let key = lab.key("person");
    let (mut con, mut admin) = user(lab, &["resetkeys", "%R~*", "+@all"]);
    for shape in Shape::ALL {
        untouched(&mut con, &mut admin, &key, shape, "key");
    }
    let (mut con, mut admin) = user(lab, &["resetkeys", "%W~*", "+@all"]);
    for shape in Shape::ALL {
        if shape.is_script() {
            // A script may read its keys.
            untouched(&mut con, &mut admin, &key, shape, "key");
        } else {
            put_before(&mut admin, &key, 0);
            shape.write(&mut con, &key).expect("written");
            assert_eq!(fields(&mut admin, &key), shape.after(&before()));
        }
    }
}
