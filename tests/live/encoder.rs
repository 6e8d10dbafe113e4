//! Encoders of the user's own, which do more than encode.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redis::Connection;
use redis_hashmap::WrittenValue;
use redis_hashmap::{Effect, ErrorKind, ToHashValue, ToRedisHash, ValueError, ValueWriter};

use crate::lab::{Case, Lab};
use crate::shapes::Shape;
use crate::state::{before, fields, put_before, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("encoder_that_writes_another_record", writes_another),
        Case::new("encoder_that_panics_poisons_nothing", panics),
        Case::new("encoder_that_fails_sends_nothing", fails),
    ]
}

/// Writes a record of its own while it is being written: to the hash at `key`, over `con`.
struct Chained<'a> {
    con: &'a RefCell<Connection>,
    key: &'a str,
    depth: u32,
}

#[derive(ToRedisHash)]
struct Link<'a> {
    before: u32,
    next: Chained<'a>,
    none: Option<u32>,
    after: u32,
}

impl ToHashValue for Chained<'_> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        if let Some(depth) = self.depth.checked_sub(1) {
            let link = link(self.con, self.key, depth);
            let written = link
                .as_hash()
                .key(format!("{}{depth}", self.key))
                .write(&mut *self.con.borrow_mut());
            written.map_err(|error| ValueError::new(error.to_string()))?;
        }
        self.depth.write_hash_value(out)
    }
}

fn link<'a>(con: &'a RefCell<Connection>, key: &'a str, depth: u32) -> Link<'a> {
    Link { before: depth, next: Chained { con, key, depth }, none: None, after: depth }
}

/// One level deep: the connection of the inner record is another one than the outer's.
fn writes_another(lab: &Lab) {
    let (mut outer, inner) = (lab.connection(), RefCell::new(lab.connection()));
    let key = lab.key("link ");
    let top = link(&inner, &key, 1);
    top.as_hash().key(format!("{key}1")).write(&mut outer).expect("written");
    for depth in 0..=1 {
        let expected = ["before", "next", "after"].map(|name| (name.to_owned(), depth.to_string()));
        assert_eq!(fields(&mut outer, &format!("{key}{depth}")), expected.into());
    }
}

struct Bad<T>(T);

#[derive(ToRedisHash)]
struct Record<T: Fn() -> Result<(), ValueError>> {
    name: &'static str,
    bad: Bad<T>,
    email: Option<&'static str>,
}

impl<T: Fn() -> Result<(), ValueError>> ToHashValue for Bad<T> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        (self.0)()?;
        "fine".write_hash_value(out)
    }
}

fn panics(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("person");
    put_before(&mut con, &key, 0);
    let record = Record {
        name: "canary",
        bad: Bad(|| std::panic::resume_unwind(Box::new("quietly"))),
        email: None,
    };
    for _ in 0..3 {
        let write = record.as_hash().key(&key).replace();
        let outcome = catch_unwind(AssertUnwindSafe(|| write.write(&mut con)));
        assert!(outcome.is_err(), "the panic is the user's, and goes on");
        assert_eq!(fields(&mut con, &key), before(), "nothing was sent");
    }
    // The same thread, the same connection.
    for shape in Shape::ALL {
        put_before(&mut con, &key, 0);
        shape.write(&mut con, &key).expect("written");
        assert_eq!(fields(&mut con, &key), shape.after(&before()));
    }
}

fn fails(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("person");
    put_before(&mut con, &key, 0);
    let record =
        Record { name: "canary", bad: Bad(|| Err(ValueError::new("too bad"))), email: None };
    let error = record.as_hash().key(&key).write(&mut con).expect_err("refused");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Value, Effect::NotSent));
    let told = told(&error);
    assert!(told.contains("`bad`") && told.contains("too bad") && told.contains(&key), "{told}");
    assert_eq!(fields(&mut con, &key), before());
    Shape::Plain.write(&mut con, &key).expect("written");
}
