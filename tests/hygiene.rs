//! The derive in scopes that are not kind to it: what compiles here is the test, and the bytes
//! say that each name meant what the user meant.

#[path = "hygiene/lints.rs"]
pub mod lints;
#[path = "hygiene/names.rs"]
pub mod names;
#[path = "hygiene/places.rs"]
pub mod places;
#[path = "hygiene/reading.rs"]
pub mod reading;
#[path = "derive/shelf.rs"]
mod shelf;

use redis_hashmap::ToRedisHash;
use redis_hashmap_renamed::{Code, Elsewhere, Renamed, vendored::Vendored};

/// The commands, one a line; scripts are cut out.
fn shown(packed: &[u8]) -> String {
    let mut shown = String::new();
    for line in str::from_utf8(packed).unwrap().split_terminator("\r\n") {
        match line.as_bytes() {
            [b'*', ..] => shown.push('\n'),
            [b'$', ..] => shown.push(' '),
            _ if line.contains('\n') => shown.push_str("SCRIPT"),
            _ => shown.push_str(line),
        }
    }
    shown
}

#[test]
fn names_of_the_users() {
    assert_eq!(
        shown(&names::packed().unwrap()),
        "
 EVAL SCRIPT 1 {shadow:1}   PEXPIRE 3600000   8 0 ID 1 OPTION 2 STRING 3 Ok 1 DELETED
 HSET 1:2 __redis_hash 0 __redis_hash_key 1 __redis_hash_out 2 __redis_hash_visitor 3 field 4 keep 5 new 6 present 7 segment 8 visitor 9
 HSET f f f k 1 r 2 w w t 1 v 1.5 n abc
 HSET t:1 type t fn 1
 HSET größe:1→n Größe 1 名前 n идентификатор 2
 MULTI
 HSET {try}:7:v plan try __redis_hash_value v with 1 text a deep 1 names_text b names_deep 2
 HDEL {try}:7:v skip_if
 EXEC
 EVAL SCRIPT 1 1   PERSIST  __redis_hash_visitor 4 6 4 expire_ms 2 hash_version 3 \
         __redis_hash_visitor 5 expire_ms 1000 hash_version 2000{fine}:7:vt:1"
    );
}

#[test]
fn odd_places() {
    assert_eq!(
        shown(&places::packed().unwrap()),
        "
 HSET k outer 7 inner inner
 HSET k x 1
 HSET k x 1
 MULTI
 HSET k id 1 name x
 HDEL k none
 EXEC
 HSET k id 1 type t
 EVAL SCRIPT 1 k   PEXPIRE 7200000   2 0 the-other 1
 MULTI
 HSET k id 1 given 2 bytes 34 value x
 HDEL k option
 EXEC
 MULTI
 HSET k value 1 plain 2
 HDEL k list
 EXEC
 HSET k x 1
 HSET k x 2
 HSET k x 3"
    );
}

#[test]
fn every_lint_denied() {
    assert_eq!(
        shown(&lints::packed().unwrap()),
        "
 EVAL SCRIPT 1 k   PEXPIRE 2592000000   4 0 id 1 number 2
 HSET k id 3
 HSET k id 4 private 5 optional 6 text t
 HSET k text x bytes yz option o
 EVAL SCRIPT 1 k   PERSIST  rev 2 4 2 otp 1 rev 3 otp 900000"
    );
}

#[test]
fn what_is_written_is_read() {
    for shape in shelf::SHAPES {
        let mut shelf = shelf::Shelf { shape, ..shelf::Shelf::default() };
        assert!(reading::read(&mut shelf).unwrap());
    }
    let mut shelf = shelf::Shelf::default();
    assert!(redis_hashmap_edition2021::reading::read(&mut shelf).unwrap());
    assert!(shelf.text("all:1:t").contains("in_private=2"));
    let elsewhere = shelf::Shelf::with("3", &[("id", "3"), ("rev", "4"), ("otp", "5")]);
    let read = redis_hashmap_renamed::read(&mut { elsewhere }).unwrap();
    assert_eq!((read.id, read.rev, read.code.otp), (3, 4, 5));
}

#[test]
fn the_edition_before() {
    use redis_hashmap_edition2021::{
        lints as lints_2021, names as names_2021, places as places_2021,
    };
    assert_eq!(names_2021::packed().unwrap(), names::packed().unwrap());
    assert_eq!(places_2021::packed().unwrap(), places::packed().unwrap());
    assert_eq!(lints_2021::packed().unwrap(), lints::packed().unwrap());
}

#[test]
fn the_core_under_another_name() {
    let mut packed = Vec::new();
    let renamed = Renamed {
        id: 1,
        name: "n",
        this: &'x',
        that: &'y',
        kept: None::<[u8; 2]>,
        deleted: None,
        skipped: (),
    };
    renamed.as_hash().encode(&mut packed).unwrap();
    Vendored { id: 2 }.as_hash().encode(&mut packed).unwrap();
    Elsewhere { id: 3, rev: 4, code: Code { otp: 5 } }.as_hash().encode(&mut packed).unwrap();
    assert_eq!(
        shown(&packed),
        "
 EVAL SCRIPT 1 {r:1}:n   PEXPIRE 604800000   8 0 Id 1 Name n This x That y Deleted
 HSET 2 id 2
 EVAL SCRIPT 1 3   PERSIST  rev 4 6 2 id 3 rev 5 otp 5 otp 900000"
    );
}
