//! Law 4: the argument count is right for every mixture of absent fields.

use std::collections::BTreeMap;

use redis::Commands as _;
use redis_hashmap::{Absent, ToRedisHash};

use crate::lab::{Case, Lab, run};
use crate::shapes::EXPIRE;
use crate::state::{Fields, fields, ttl};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("law4_the_peers_disaster_is_not_ours", disaster),
        Case::new("law4_every_mixture_of_absent_fields", every_mixture),
        Case::new("law4_empty_values_are_values", empty_values),
    ]
}

#[derive(ToRedisHash)]
struct Pair<'a> {
    a: Option<&'a str>,
    b: Option<&'a str>,
}

/// What two `None`s do elsewhere, and here.
fn disaster(lab: &Lab) {
    let mut con = lab.connection();
    let none: Option<&str> = None;

    let theirs = lab.key("theirs");
    let () = con.hset_multiple(&theirs, &[("a", none), ("b", none)]).expect("it says Ok");
    assert_eq!(fields(&mut con, &theirs), [("a".to_owned(), "b".to_owned())].into());

    let ours = lab.key("ours");
    let pair = Pair { a: None, b: None };
    pair.as_hash().key(&ours).write(&mut con).expect("written");
    assert_eq!(fields(&mut con, &ours), Fields::new());
    assert!(!run::<bool>(&mut con, &["EXISTS", &ours]));

    // The same upon a hash that holds both: they go, and are not set to anything.
    let () = run(&mut con, &["HSET", &ours, "a", "1", "b", "2", "c", "3"]);
    pair.as_hash().key(&ours).write(&mut con).expect("written");
    assert_eq!(fields(&mut con, &ours), [("c".to_owned(), "3".to_owned())].into());
}

#[derive(ToRedisHash)]
struct Eight {
    f0: Option<u8>,
    #[redis_hash(absent = "keep")]
    f1: Option<u8>,
    f2: Option<u8>,
    #[redis_hash(absent = "keep")]
    f3: Option<u8>,
    f4: Option<u8>,
    #[redis_hash(absent = "keep")]
    f5: Option<u8>,
    f6: Option<u8>,
    #[redis_hash(absent = "keep")]
    f7: Option<u8>,
}

/// A model of ten lines against the server: 256 mixtures, each with every option.
fn every_mixture(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("eight");
    let names: Vec<_> = (0..8).map(|n| format!("f{n}")).collect();
    let before: BTreeMap<_, _> = names
        .iter()
        .map(String::as_str)
        .chain(["other"])
        .map(|name| (name.to_owned(), "before".to_owned()))
        .collect();

    for mixture in 0..=u8::MAX {
        let value = |n: u8| (mixture >> n & 1 == 1).then_some(n);
        let eight = Eight {
            f0: value(0),
            f1: value(1),
            f2: value(2),
            f3: value(3),
            f4: value(4),
            f5: value(5),
            f6: value(6),
            f7: value(7),
        };
        for policy in [None, Some(Absent::Keep), Some(Absent::Delete)] {
            for (expire, replace) in [(false, false), (true, false), (false, true), (true, true)] {
                let () = con.del(&key).expect("deleted");
                let () = con
                    .hset_multiple(&key, &before.iter().collect::<Vec<_>>())
                    .expect("a hash before");

                let mut write = eight.as_hash().key(&key);
                if let Some(policy) = policy {
                    write = write.absent(policy);
                }
                if expire {
                    write = write.expire(EXPIRE);
                }
                if replace {
                    write = write.replace();
                }
                write.write(&mut con).expect("written");

                let mut expected = before.clone();
                if replace {
                    expected.remove("other");
                }
                for (n, name) in (0_u8..).zip(&names) {
                    let own = if n % 2 == 1 { Absent::Keep } else { Absent::Delete };
                    match (value(n), policy.unwrap_or(own)) {
                        (Some(value), _) => drop(expected.insert(name.clone(), value.to_string())),
                        (None, Absent::Delete) => drop(expected.remove(name)),
                        (None, Absent::Keep) => {}
                    }
                }
                let what = (mixture, policy, expire, replace);
                assert_eq!(fields(&mut con, &key), expected, "{what:?}");
                if !expected.is_empty() {
                    assert_eq!(ttl(&mut con, &key) > 0, expire, "{what:?}");
                }
            }
        }
    }
}

/// `""` and `None` are two things.
fn empty_values(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Empty<'a> {
        text: &'a str,
        bytes: Option<&'a [u8]>,
        none: Option<&'a str>,
    }
    let mut con = lab.connection();
    let key = lab.key("empty");
    let () = run(&mut con, &["HSET", &key, "none", "before"]);
    let empty = Empty { text: "", bytes: Some(b""), none: None };
    empty.as_hash().key(&key).write(&mut con).expect("written");
    let expected = ["text", "bytes"].map(|name| (name.to_owned(), String::new()));
    assert_eq!(fields(&mut con, &key), expected.into());
}
