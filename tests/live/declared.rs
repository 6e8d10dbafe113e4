//! Law 2: a write touches the declared fields of its key, and nothing else, unless it is asked to.

use std::time::Duration;

use redis_hashmap::{Absent, ToRedisHash, Written};

use crate::lab::{Case, Lab, run};
use crate::shapes::{EXPIRE, Shape};
use crate::state::{Snapshot, assert_ttl, before, fields, put_before, ttl};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("law2_only_declared_fields_are_touched", only_declared_fields),
        Case::new("law2_the_keys_ttl_survives", ttl_survives),
        Case::new("law2_expire_sets_the_ttl", expire_sets_the_ttl),
        Case::new("law2_expire_on_the_struct", expire_on_the_struct),
        Case::new("law2_a_key_that_is_not_there", no_key_before),
        Case::new("law2_nothing_to_say_sends_nothing", nothing_to_say),
        Case::new("law2_absent_for_a_whole_write", absent_for_a_whole_write),
        Case::new("law2_replace_deletes_thousands_of_fields", replace_deletes_thousands),
        Case::new("law2_names_that_look_like_options", names_that_look_like_options),
    ]
}

fn only_declared_fields(lab: &Lab) {
    let mut con = lab.connection();
    for shape in Shape::ALL {
        let key = lab.key(&format!("{shape:?}"));
        put_before(&mut con, &key, 0);
        assert_eq!(shape.write(&mut con, &key).expect("written"), Written::Applied, "{shape:?}");
        assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
        if !shape.expires() {
            assert_eq!(ttl(&mut con, &key), -1, "{shape:?}");
        }
    }
}

/// `replace` keeps it too: a DEL and an HSET would not.
fn ttl_survives(lab: &Lab) {
    let mut con = lab.connection();
    for shape in Shape::ALL.into_iter().filter(|shape| !shape.expires()) {
        let key = lab.key(&format!("{shape:?}"));
        put_before(&mut con, &key, 1000);
        shape.write(&mut con, &key).expect("written");
        assert_ttl(&mut con, &key, Duration::from_secs(1000));
    }
}

fn expire_sets_the_ttl(lab: &Lab) {
    let mut con = lab.connection();
    for shape in Shape::ALL.into_iter().filter(|shape| shape.expires()) {
        // None before, a longer one before, a shorter one before.
        for had in [0, 1000, 100] {
            let key = lab.key(&format!("{shape:?}"));
            put_before(&mut con, &key, had);
            shape.write(&mut con, &key).expect("written");
            assert_ttl(&mut con, &key, EXPIRE);
            assert_eq!(fields(&mut con, &key), shape.after(&before()), "{shape:?}");
        }
    }
}

fn expire_on_the_struct(lab: &Lab) {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{key}", expire = "1h30m")]
    struct Session {
        #[redis_hash(skip)]
        key: String,
        user: u64,
    }
    let mut con = lab.connection();
    // A template with one segment and no separator takes any text.
    let session = Session { key: lab.key("session"), user: 7 };
    session.write_hash(&mut con).expect("written");
    assert_ttl(&mut con, &session.key, Duration::from_secs(5400));
    // The builder's comes before it.
    session.as_hash().expire(EXPIRE).write(&mut con).expect("written");
    assert_ttl(&mut con, &session.key, EXPIRE);
    // A time below a millisecond is one millisecond: set, and soon over.
    session.as_hash().expire(Duration::from_nanos(1)).write(&mut con).expect("written");
    crate::lab::await_that("the hash is gone", || ttl(&mut con, &session.key) == -2);
    // A hundred years, and the most that is taken at all.
    for long in [Duration::from_secs(3_155_760_000), Duration::from_millis(u64::MAX / 4)] {
        session.as_hash().expire(long).write(&mut con).expect("written");
        assert!(ttl(&mut con, &session.key) > 3_155_759_000_000, "{long:?}");
    }
}

/// A hash whose every field is absent is no key at all.
fn no_key_before(lab: &Lab) {
    let mut con = lab.connection();
    for shape in Shape::ALL {
        let key = lab.key(&format!("{shape:?}"));
        let () = run(&mut con, &["DEL", &key]);
        shape.write(&mut con, &key).expect("written");
        let expected = shape.after(&crate::state::Fields::new());
        assert_eq!(fields(&mut con, &key), expected, "{shape:?}");
        assert_eq!(run::<bool>(&mut con, &["EXISTS", &key]), !expected.is_empty(), "{shape:?}");
    }
}

/// All absent and all kept: not even the type of the key is looked at.
fn nothing_to_say(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("a string");
    let () = run(&mut con, &["SET", &key, "of somebody else"]);
    let untouched = Snapshot::of(&mut con, &key);
    let write = Shape::Removal.record();
    let written = write.as_hash().key(&key).absent(Absent::Keep).write(&mut con);
    assert_eq!(written.expect("nothing is wrong with it"), Written::Nothing);
    untouched.assert_same(&mut con, "all kept");
}

fn absent_for_a_whole_write(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("person");
    let person = Shape::Transaction.record();

    put_before(&mut con, &key, 0);
    person.as_hash().key(&key).absent(Absent::Keep).write(&mut con).expect("written");
    let mut expected = before();
    expected.insert("name".to_owned(), person.name.expect("a name").to_owned());
    assert_eq!(fields(&mut con, &key), expected, "kept, whatever the struct says");

    person.as_hash().key(&key).absent(Absent::Keep).replace().write(&mut con).expect("written");
    expected.remove("nobody declared this");
    assert_eq!(fields(&mut con, &key), expected, "replaced, and what is absent is kept");

    person.as_hash().key(&key).absent(Absent::Delete).write(&mut con).expect("written");
    expected.retain(|name, _| name == "name");
    assert_eq!(fields(&mut con, &key), expected, "deleted, whatever the struct says");
}

/// More than Lua can unpack at once.
fn replace_deletes_thousands(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("big");
    put_before(&mut con, &key, 1000);
    let mut grow = redis::pipe();
    for name in 0..20_011 {
        grow.cmd("HSET").arg(&key).arg(format!("field {name}")).arg(name).ignore();
    }
    let () = grow.query(&mut con).expect("a big hash");
    Shape::Replace.write(&mut con, &key).expect("written");
    assert_eq!(fields(&mut con, &key), Shape::Replace.after(&before()));
    assert_ttl(&mut con, &key, Duration::from_secs(1000));
}

/// The script's own words are data like any other where they are names, values or keys.
fn names_that_look_like_options(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct Options<'a> {
        replace: &'a str,
        #[redis_hash(rename = "1")]
        one: &'a str,
        #[redis_hash(rename = "-1")]
        minus: Option<&'a str>,
        #[redis_hash(rename = "name with spaces\tand \"quotes\" 🦀")]
        spaces: &'a str,
    }
    // The keys are not the trial's own.
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    for key in ["replace", "4", "1"].map(str::to_owned) {
        let () = run(&mut con, &["DEL", &key]);
        let () = run(&mut con, &["HSET", &key, "-1", "x", "other", "y"]);
        let options = Options { replace: "", one: "replace", minus: None, spaces: "0" };
        options.as_hash().key(&key).replace().expire(EXPIRE).write(&mut con).expect("written");
        let expected =
            [("replace", ""), ("1", "replace"), ("name with spaces\tand \"quotes\" 🦀", "0")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(&mut con, &key), expected.into());
    }
}
