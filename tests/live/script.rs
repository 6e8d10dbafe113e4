//! The script is there when it is needed.

use redis_hashmap::ToRedisHash;

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("script_on_a_server_that_never_saw_it", fresh_server),
        Case::new("script_flushed_between_two_writes", flushed),
        Case::new("script_encoded_bytes_need_no_cache", encoded_needs_no_cache),
        Case::new("script_of_thousands_of_pairs", thousands_of_pairs),
    ]
}

fn fresh_server(lab: &Lab) {
    for shape in Shape::ALL {
        if shape.is_script() {
            let server = lab.fresh(&[]);
            let mut con = lab.connection_to(&server);
            put_before(&mut con, "person", 0);
            shape.write(&mut con, "person").expect("written");
            assert_eq!(fields(&mut con, "person"), shape.after(&before()));
            // Twice in two round trips, then never again.
            let calls = calls(&mut con, "eval");
            shape.write(&mut con, "person").expect("written");
            assert_eq!((calls, self::calls(&mut con, "eval")), (1, 1), "{shape:?}");
            return;
        }
    }
}

/// How often the server ran this command.
fn calls(con: &mut redis::Connection, command: &str) -> u32 {
    let stats: String = run(con, &["INFO", "commandstats"]);
    let prefix = format!("cmdstat_{command}:calls=");
    stats
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .and_then(|rest| rest.split(',').next())
        .map_or(0, |calls| calls.parse().expect("a number"))
}

fn flushed(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
        for _ in 0..3 {
            put_before(&mut con, "person", 0);
            shape.write(&mut con, "person").expect("written");
            assert_eq!(fields(&mut con, "person"), shape.after(&before()));
            let () = run(&mut con, &["SCRIPT", "FLUSH"]);
        }
    }
}

/// `encode` names the script by its source: the bytes do their work anywhere.
fn encoded_needs_no_cache(lab: &Lab) {
    use redis::ConnectionLike as _;
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    put_before(&mut con, "person", 0);
    let packed = Shape::ReplaceExpire.packed("person");
    con.req_packed_command(&packed).expect("an answer");
    assert_eq!(fields(&mut con, "person"), Shape::ReplaceExpire.after(&before()));
}

/// More than Lua unpacks at once, and a value of every pair where it belongs.
fn thousands_of_pairs(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("wide");
    for fields in [1999, 2000, 2001, 5003] {
        let () = run(&mut con, &["DEL", &key]);
        let () = run(&mut con, &["HSET", &key, "other", "value"]);
        let pairs: Vec<_> = (0..fields).map(|n| (format!("f{n}"), format!("v{n}"))).collect();
        pairs[..].as_hash().key(&key).replace().write(&mut con).expect("written");
        let hash = crate::state::fields(&mut con, &key);
        assert_eq!(hash.len(), fields);
        assert!(hash.iter().all(|(name, value)| name[1..] == value[1..]));
    }
}
