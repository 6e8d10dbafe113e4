//! What is read, field by field, from a reply.

#[path = "reading/elsewhere.rs"]
mod elsewhere;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use redis_hashmap::{
    Error, ErrorKind, FromHashValue, FromRedisHash, KeySegment, ToHashValue, ToRedisHash,
};

use super::shelf::{SHAPES, Shelf};

mod hex {
    use redis_hashmap::{ValueError, ValueReader, ValueWriter, WrittenValue};

    #[allow(clippy::trivially_copy_pass_by_ref)] // as the derive calls it
    pub(super) fn to_hash_value<'w>(
        n: &u32,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        out.display(format_args!("{n:x}"))
    }

    #[allow(clippy::needless_pass_by_value)] // as the derive calls it
    pub(super) fn from_hash_value(value: ValueReader) -> Result<u32, ValueError> {
        u32::from_str_radix(value.text()?, 16)
            .map_err(|_| ValueError::new("is no hexadecimal number"))
    }
}

#[derive(Debug, Clone, PartialEq, ToHashValue, FromHashValue)]
#[redis_hash(rename_all = "kebab-case")]
enum Plan {
    Free,
    TeamAnnual,
}

#[derive(Debug, Clone, PartialEq, KeySegment, ToHashValue, FromHashValue)]
struct Id<T>(T);

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
struct Point {
    x: i32,
    y: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
struct Address {
    street: String,
    #[redis_hash(flatten(prefix = "at_"))]
    at: Point,
}

fn free() -> Plan {
    Plan::Free
}

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "user:{id}", rename_all = "camelCase", redis_traits)]
struct User {
    id: Id<u64>,
    first_name: String,
    #[redis_hash(flatten(prefix = "home_"))]
    home: Address,
    #[redis_hash(rename = "mail")]
    email: Option<String>,
    #[redis_hash(json)]
    tags: Vec<String>,
    #[redis_hash(json)]
    more: Option<BTreeMap<String, u8>>,
    #[redis_hash(display)]
    ip: std::net::IpAddr,
    #[redis_hash(with = "hex")]
    colour: u32,
    #[redis_hash(with = "hex")]
    shade: Option<u32>,
    #[redis_hash(default)]
    visits: u64,
    #[redis_hash(default = "free", absent = "keep", skip_if = "is_free")]
    plan: Plan,
    #[redis_hash(json, default, skip_if = "Vec::is_empty")]
    notes: Vec<u8>,
    #[redis_hash(skip)]
    cached: Vec<u8>,
    #[redis_hash(skip, default = "free")]
    other: Plan,
    bytes: Vec<u8>,
    when: SystemTime,
    #[redis_hash(flatten)]
    point: Point,
}

fn is_free(plan: &Plan) -> bool {
    *plan == Plan::Free
}

fn user() -> User {
    User {
        id: Id(42),
        first_name: "Ada".into(),
        home: Address { street: "Rue".into(), at: Point { x: -1, y: Some(2) } },
        email: Some("a@b.c".into()),
        tags: vec!["a".into()],
        more: Some(BTreeMap::from([("k".into(), 1)])),
        ip: "::1".parse().unwrap(),
        colour: 0xff,
        shade: Some(0xa),
        visits: 7,
        plan: Plan::TeamAnnual,
        notes: vec![1],
        cached: Vec::new(),
        other: Plan::Free,
        bytes: vec![0, 255, b'\r', b'\n'],
        when: SystemTime::UNIX_EPOCH + Duration::from_nanos(1),
        point: Point { x: 3, y: None },
    }
}

#[test]
fn what_is_written_is_read() {
    let mut shelf = Shelf::default();
    let full = user();
    full.write_hash(&mut shelf).unwrap();
    assert_eq!(User::read_hash(&mut shelf, User::hash_key(Id(42))).unwrap(), Some(full.clone()));
    let bare = User {
        email: None,
        more: None,
        shade: None,
        visits: 0,
        plan: Plan::Free,
        notes: vec![],
        home: Address { at: Point { x: 0, y: None }, ..full.home.clone() },
        ..full.clone()
    };
    bare.write_hash(&mut shelf).unwrap();
    let read = User::read_hash(&mut shelf, "user:42").unwrap();
    // What is kept is read.
    assert_eq!(read, Some(User { plan: Plan::TeamAnnual, ..bare }));
    assert_eq!(User::read_hash(&mut shelf, "user:43").unwrap(), None);
    assert_eq!(
        shelf.asked.last().unwrap(),
        "HMGET user:43 id firstName mail tags more ip colour shade visits plan notes bytes when \
         home_street home_at_x home_at_y x y"
    );
}

#[test]
fn a_projection_asks_for_no_more() {
    #[derive(Debug, PartialEq, FromRedisHash)]
    struct Name {
        name: String,
    }
    let mut shelf = Shelf::with("u", &[("name", "Ada"), ("mail", "x")]);
    let name = Name::read_hash(&mut shelf, "u").unwrap();
    assert_eq!(name, Some(Name { name: "Ada".into() }));
    assert_eq!(shelf.asked, ["HMGET u name"]);
}

/// The message of a read of `user:42` with one field changed, or taken away.
fn mistake(name: &str, value: Option<&[u8]>) -> (String, ErrorKind) {
    let mut shelf = Shelf::default();
    user().write_hash(&mut shelf).unwrap();
    let hash = shelf.hashes.get_mut(&b"user:42"[..]).unwrap();
    match value {
        Some(value) => drop(hash.insert(name.into(), value.into())),
        None => drop(hash.remove(name.as_bytes())),
    }
    let error = User::read_hash(&mut shelf, "user:42").unwrap_err();
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    (error.to_string(), error.kind())
}

#[test]
fn what_is_wrong_is_named_and_not_shown() {
    for (name, value, why) in [
        ("id", "canary", "is not a `u64` (0 to 18446744073709551615)"),
        ("firstName", "\u{0}", ""),
        ("tags", "[\"canary", "is not JSON, from line 1, column 8 on"),
        ("tags", "{\"canary\":1}", "is not JSON of the field's type, from line 1, column 0 on"),
        ("colour", "canary", "is no hexadecimal number"),
        ("shade", "canary", "is no hexadecimal number"),
        ("visits", "-1", "is not a `u64` (0 to 18446744073709551615)"),
        ("plan", "canary", "is not one of `free`, `team-annual`"),
        ("home_at_x", "1.5", "is not an `i32` (-2147483648 to 2147483647)"),
        ("y", "", "is not an `i32` (-2147483648 to 2147483647)"),
    ] {
        if why.is_empty() {
            continue;
        }
        let expected =
            format!("field `{name}` of `User` at key \"user:42\" cannot be read: it {why}");
        assert_eq!(mistake(name, Some(value.as_bytes())), (expected, ErrorKind::Value));
    }
    let (text, _) = mistake("ip", Some(b"canary"));
    assert!(text.ends_with("it is not the text of a `core::net::ip_addr::IpAddr`"), "{text}");
    let (text, _) = mistake("firstName", Some(b"canary\xff"));
    assert!(text.ends_with("cannot be read: it is not UTF-8"), "{text}");
}

#[test]
fn what_is_missing_is_named() {
    for name in
        ["id", "firstName", "tags", "ip", "colour", "bytes", "home_street", "home_at_x", "x"]
    {
        let expected =
            format!("field `{name}` of `User` at key \"user:42\" is missing in the hash");
        assert_eq!(mistake(name, None), (expected, ErrorKind::Missing));
    }
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "s:{shop}:{n}")]
struct Session {
    #[redis_hash(skip)]
    shop: String,
    #[redis_hash(skip)]
    n: i32,
    user: String,
}

#[test]
fn segments_come_from_the_key() {
    let mut shelf = Shelf::default();
    let session = Session { shop: "eu".into(), n: -3, user: "Ada".into() };
    session.write_hash(&mut shelf).unwrap();
    assert_eq!(shelf.text("s:eu:-3"), "user=Ada");
    assert_eq!(Session::read_hash(&mut shelf, Session::hash_key("eu", -3)).unwrap(), Some(session));
    // Before anything is sent.
    shelf.asked.clear();
    let error = Session::read_hash(&mut shelf, Session::hash_key("e:u", 3)).unwrap_err();
    assert_eq!((error.kind(), shelf.asked.len()), (ErrorKind::Key, 0));

    for (key, why) in [
        (
            "other",
            "field `shop` of `Session` at key \"other\" cannot be read: it is a segment of the key, and this key does not fit the struct's template",
        ),
        (
            "s:eu:x",
            "field `n` of `Session` at key \"s:eu:x\" cannot be read: it is not an `i32` (-2147483648 to 2147483647)",
        ),
    ] {
        let mut shelf = Shelf::with(key, &[("user", "Ada")]);
        let error = Session::read_hash(&mut shelf, key).unwrap_err();
        assert_eq!(error.to_string(), why);
    }
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
struct Device {
    name: String,
    #[redis_hash(flatten(prefix = "at_"))]
    at: Point,
    #[redis_hash(extra)]
    rest: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
struct Sorted {
    #[redis_hash(flatten(prefix = "a_"))]
    a: HashMap<String, u8>,
    #[redis_hash(flatten(prefix = "b_"))]
    b: BTreeMap<Box<str>, String>,
}

#[derive(Debug, PartialEq, FromRedisHash)]
#[redis_hash(deny_unknown_fields)]
struct Strict {
    name: Option<String>,
    #[redis_hash(alias = "old")]
    new: Option<String>,
}

#[test]
fn undeclared_fields_are_taken_or_denied_in_every_shape() {
    for shape in SHAPES {
        let fields = [("name", "d"), ("at_x", "1"), ("colour", "red"), ("size", "9")];
        let mut shelf = Shelf { shape, ..Shelf::with("d", &fields) };
        let device = Device::read_hash(&mut shelf, "d").unwrap().unwrap();
        let rest = [("colour", "red"), ("size", "9")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let at = Point { x: 1, y: None };
        assert_eq!(device, Device { name: "d".into(), at, rest: rest.into() });
        assert_eq!(shelf.asked, ["HGETALL d"]);
        shelf.hashes.clear();
        assert_eq!(Device::read_hash(&mut shelf, "d").unwrap(), None);
        device.as_hash().key("d").write(&mut shelf).unwrap();
        assert_eq!(Device::read_hash(&mut shelf, "d").unwrap(), Some(device));

        let mut shelf =
            Shelf { shape, ..Shelf::with("s", &[("a_x", "1"), ("b_y", "z"), ("c", "?")]) };
        let sorted = Sorted::read_hash(&mut shelf, "s").unwrap().unwrap();
        let expected = Sorted {
            a: HashMap::from([("x".into(), 1)]),
            b: BTreeMap::from([("y".into(), "z".into())]),
        };
        assert_eq!(sorted, expected);

        let mut shelf = Shelf { shape, ..Shelf::with("t", &[("name", "x"), ("old", "y")]) };
        let strict = Strict::read_hash(&mut shelf, "t").unwrap();
        assert_eq!(strict, Some(Strict { name: Some("x".into()), new: Some("y".into()) }));
        let mut shelf = Shelf { shape, ..Shelf::with("t", &[("name", "x"), ("evil", "y")]) };
        let error = Strict::read_hash(&mut shelf, "t").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Undeclared);
        assert_eq!(
            error.to_string(),
            "field `evil` of `Strict` at key \"t\" is not declared, and the struct denies unknown fields"
        );
    }
    let mut shelf = Shelf::with("m", &[("a", "1"), ("b", "x")]);
    let error = BTreeMap::<String, u8>::read_hash(&mut shelf, "m").unwrap_err();
    assert!(matches!(&error, Error::Value(error) if error.field() == "b"), "{error}");
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
struct Renamed {
    id: u8,
    #[redis_hash(alias = "mail", alias = "e_mail")]
    email: Option<String>,
    #[redis_hash(alias = "nick", absent = "keep")]
    name: Option<String>,
}

#[test]
fn an_alias_is_read_and_goes_with_the_next_write() {
    let key = |shelf: &mut Shelf| Renamed::read_hash(shelf, "r").unwrap().unwrap();
    let mut shelf = Shelf::with("r", &[("id", "1"), ("e_mail", "old"), ("nick", "N")]);
    let read = key(&mut shelf);
    assert_eq!(read, Renamed { id: 1, email: Some("old".into()), name: Some("N".into()) });
    // A kept field that is absent keeps its old copy, too.
    let kept = Renamed { name: None, ..read };
    kept.as_hash().key("r").write(&mut shelf).unwrap();
    assert_eq!(shelf.text("r"), "email=old id=1 nick=N");
    let gone = Renamed { email: None, name: Some("M".into()), id: 1 };
    shelf.hashes.get_mut(&b"r"[..]).unwrap().insert(b"mail".to_vec(), b"older".to_vec());
    gone.as_hash().key("r").write(&mut shelf).unwrap();
    assert_eq!(shelf.text("r"), "id=1 name=M");
    assert_eq!(key(&mut shelf), gone);
    // The new name wins; what every write keeps, it keeps, but not the old name of what it writes.
    let mut shelf = Shelf::with("r", &[("id", "1"), ("mail", "old"), ("email", "new")]);
    assert_eq!(key(&mut shelf).email.as_deref(), Some("new"));
    let write = Renamed { id: 1, email: Some("x".into()), name: None };
    write.as_hash().key("r").absent(redis_hashmap::Absent::Keep).write(&mut shelf).unwrap();
    assert_eq!(shelf.text("r"), "email=x id=1");
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
struct Versioned {
    name: String,
    #[redis_hash(version)]
    rev: u64,
}

#[test]
fn a_version_that_was_never_written_is_none() {
    let mut shelf = Shelf::with("v", &[("name", "x")]);
    let read = Versioned::read_hash(&mut shelf, "v").unwrap();
    assert_eq!(read, Some(Versioned { name: "x".into(), rev: 0 }));
}

#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "g:{a}")]
struct Generic<'a, T: Clone, const N: usize>
where
    T: PartialEq,
{
    a: std::borrow::Cow<'a, str>,
    value: T,
    maybe: Option<T>,
    array: [u8; N],
    #[redis_hash(skip)]
    of: std::marker::PhantomData<&'a T>,
}

#[test]
fn generic_structs_are_read() {
    let mut shelf = Shelf::default();
    let generic = Generic {
        a: "x".into(),
        value: 7_u8,
        maybe: None,
        array: *b"abc",
        of: std::marker::PhantomData,
    };
    generic.write_hash(&mut shelf).unwrap();
    assert_eq!(Generic::read_hash(&mut shelf, "g:x").unwrap(), Some(generic));
    assert_eq!(Generic::<'_, u8, 3>::hash_fields().maybe.name(), "maybe");
}
