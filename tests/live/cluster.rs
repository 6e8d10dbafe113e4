//! A synchronous cluster connection, on three nodes.

use std::collections::BTreeMap;

use redis::cluster::ClusterConnection;
use redis_hashmap::{Effect, ErrorKind, ToRedisHash};

use crate::lab::{Case, Lab, is_before, run};
use crate::shapes::{EXPIRE, Shape};
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cluster_a_thousand_records_over_all_slots", thousand),
        Case::new("cluster_every_shape", every_shape),
        Case::new("cluster_another_type_at_the_key", another_type),
        Case::new("cluster_a_user_without_rights", without_rights),
        Case::new("cluster_a_plain_connection_to_the_wrong_node", wrong_node),
    ]
}

fn connect(lab: &Lab) -> ClusterConnection {
    lab.cluster().connection(lab.protocol()).expect("a connection")
}

/// Forgets the script on every node.
fn flush_scripts(lab: &Lab) {
    for node in lab.cluster().nodes() {
        let () = run(&mut lab.connection_to(node), &["SCRIPT", "FLUSH"]);
    }
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{case}:{number}")]
struct Numbered {
    #[redis_hash(skip)]
    case: String,
    number: u32,
    square: Option<u64>,
}

fn thousand(lab: &Lab) {
    let mut con = connect(lab);
    flush_scripts(lab);
    let mut slots = BTreeMap::new();
    for number in 0..1000 {
        let case = lab.key("").replace(':', " ");
        let square = (number % 3 != 0).then(|| u64::from(number).pow(2));
        let record = Numbered { case, number, square };
        let key = format!("{}:{number}", record.case);
        // An undeclared field, and the absent one as it was before.
        let () = run(&mut con, &["HSET", &key, "square", "before", "other", "stays"]);
        let write = record.as_hash();
        let write = if number % 5 == 0 { write.replace() } else { write };
        let write = if number % 7 == 0 { write.expire(EXPIRE) } else { write };
        write.write(&mut con).expect("written");

        let mut expected = vec![("number".to_owned(), number.to_string())];
        expected.extend(square.map(|square| ("square".to_owned(), square.to_string())));
        if number % 5 != 0 {
            expected.push(("other".to_owned(), "stays".to_owned()));
        }
        assert_eq!(fields(&mut con, &key), expected.into_iter().collect(), "{number}");
        let slot: u16 =
            run(&mut lab.connection_to(&lab.cluster().nodes()[0]), &["CLUSTER", "KEYSLOT", &key]);
        *slots.entry(slot / 5462).or_insert(0) += 1;
    }
    assert!(slots.len() == 3 && slots.values().all(|n| *n > 200), "on all nodes: {slots:?}");
}

fn every_shape(lab: &Lab) {
    let mut con = connect(lab);
    // One key a node and more.
    for n in 0..12 {
        let key = lab.key(&format!("person {n}"));
        flush_scripts(lab);
        for shape in Shape::ALL {
            put_before(&mut con, &key, 0);
            shape.write(&mut con, &key).expect("written");
            assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
        }
    }
}

fn another_type(lab: &Lab) {
    let mut con = connect(lab);
    for n in 0..6 {
        let key = lab.key(&format!("text {n}"));
        let () = run(&mut con, &["SET", &key, "a string", "EX", "1000"]);
        let foreign = Snapshot::of(&mut con, &key);
        for shape in Shape::ALL {
            let outcome = shape.write(&mut con, &key);
            let error = assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, shape);
            assert!(!error.to_string().contains("MULTI was refused"), "{error}");
            foreign.assert_same(&mut con, shape);
        }
    }
}

/// A cluster's connection answers one error for a whole transaction, so it is sent a script.
fn without_rights(lab: &Lab) {
    let mut admin = connect(lab);
    let key = lab.key("person");
    for refused in ["hset", "hdel", "multi", "exec", "evalsha"] {
        let name = lab.key(refused);
        for node in lab.cluster().nodes() {
            let rule = format!("-{refused}");
            let setuser = ["ACL", "SETUSER", &name, "on", ">word", "~*", "+@all", &rule];
            let () = run(&mut lab.connection_to(node), &setuser);
        }
        let nodes = lab.cluster().nodes().iter();
        let nodes = nodes.map(|node| node.tcp_connection_info(lab.protocol()).expect("TCP"));
        let client = redis::cluster::ClusterClient::builder(nodes)
            .use_protocol(lab.protocol())
            .username(&name)
            .password("word");
        let mut con = client.build().and_then(|client| client.get_connection()).expect("one");

        put_before(&mut admin, &key, 1000);
        let untouched = Snapshot::of(&mut admin, &key);
        let outcome = Shape::Transaction.write(&mut con, &key);
        match refused {
            // It cannot be asked beforehand what its users may do.
            "hdel" if is_before(lab.binary(), 7, 0) => {
                assert_failed(outcome, ErrorKind::NoPermission, Effect::Partial, refused);
            }
            "multi" | "exec" => drop(outcome.expect("no transaction in it")),
            _ => {
                assert_failed(outcome, ErrorKind::NoPermission, Effect::Rejected, refused);
                untouched.assert_same(&mut admin, refused);
            }
        }
        // Each node is in step.
        for n in 0..6 {
            let key = lab.key(&format!("another {n}"));
            if refused != "hset" {
                Shape::Plain.write(&mut con, &key).expect("written");
                assert_eq!(fields(&mut con, &key).len(), 3);
            }
        }
    }
}

fn wrong_node(lab: &Lab) {
    let key = lab.key("person");
    let mut moved = 0;
    for node in lab.cluster().nodes() {
        let mut con = lab.connection_to(node);
        for shape in Shape::ALL {
            match shape.write(&mut con, &key) {
                Ok(_) => {}
                outcome => {
                    assert_failed(outcome, ErrorKind::Moved, Effect::Rejected, shape);
                    moved += 1;
                }
            }
        }
    }
    assert_eq!(moved, 2 * Shape::ALL.len(), "two of three nodes have not the slot");
}
