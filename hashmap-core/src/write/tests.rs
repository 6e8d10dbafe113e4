use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::__private::{Field, FieldVisitor, KeyTemplate, Record};
use crate::{
    HashKeyTemplate, KeyError, KeySegment, ToHashValue, ValueError, ValueWriter, WrittenValue,
};

struct Person {
    id: &'static str,
    name: Option<Panics>,
}

struct Panics;

impl ToHashValue for Panics {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        let _half = out.display("half of it")?;
        panic!("in an encoder");
    }
}

impl ToRedisHash for Person {
    const RECORD: Record = Record::new("Person");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        visitor.field(Field::new("name", b"$4\r\nname\r\n").keep(), self.name.as_ref());
    }
}

impl HashKeyTemplate for Person {
    fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
        key.begin(const { &KeyTemplate::new("Person", "{id}", "") });
        self.id.write_key_segment(key.segment("", "id"))
    }
}

#[test]
fn nothing_to_send_is_no_way_round_the_key() {
    // Were anything sent, it would be an error: nobody listens there.
    let mut nobody = redis::Client::open("unix:///nowhere/at/all").unwrap();
    let written = Person { id: "1", name: None }.as_hash().write(&mut nobody).unwrap();
    assert_eq!(written, Written::Nothing);

    let bad = Person { id: "", name: None }.as_hash().write(&mut nobody).unwrap_err();
    assert_eq!(bad.kind(), crate::ErrorKind::Key);

    let mut out = b"before".to_vec();
    assert_eq!(Person { id: "1", name: None }.as_hash().encode(&mut out).unwrap(), 0);
    assert!(Person { id: "", name: None }.as_hash().encode(&mut out).is_err());
    assert_eq!(out, b"before");
}

#[test]
fn a_panic_leaves_no_half_of_a_command() {
    let mut out = b"before".to_vec();
    let person = Person { id: "1", name: Some(Panics) };
    let encode = AssertUnwindSafe(|| person.as_hash().encode(&mut out).map(drop));
    catch_unwind(encode).unwrap_err();
    assert_eq!(out, b"before");
}
