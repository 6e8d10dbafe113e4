//! Records that others read, and what is special in a struct.

use std::time::Duration;

use redis_hashmap::{ErrorKind, FromRedisHash, ToRedisHash};

use super::super::shelf::Shelf;
use super::{Device, Renamed, User};

#[test]
fn handles_know_their_names() {
    let fields = User::hash_fields();
    let names = [
        fields.first_name.name(),
        fields.email.name(),
        fields.home.street.name(),
        fields.home.at.y.name(),
        fields.point.x.name(),
        fields.tags.name(),
        fields.shade.name(),
    ];
    assert_eq!(names, ["firstName", "mail", "home_street", "home_at_y", "x", "tags", "shade"]);
    assert_eq!(Device::hash_fields().rest.field("colour").name(), "colour");
    // The type that is got and set is that of the value.
    let _: redis_hashmap::FieldCommand<Option<String>> = fields.email.get("u");
    let _: redis_hashmap::FieldCommand<Option<Vec<String>>> = fields.tags.get("u");
    let _: redis_hashmap::FieldCommand<()> = fields.shade.set("u", 1);
}

#[test]
fn records_in_the_commands_of_redis() {
    use redis::{FromRedisValue, Value};
    use redis_hashmap::IfFound;

    #[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
    #[redis_hash(redis_traits)]
    struct Plain {
        a: u8,
        b: Option<String>,
        c: bool,
    }
    let record = Plain { a: 1, b: None, c: true };
    let mut cmd = redis::cmd("HSET");
    cmd.arg("k").arg(&record);
    assert_eq!(
        cmd.get_packed_command(),
        b"*6\r\n$4\r\nHSET\r\n$1\r\nk\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nc\r\n$1\r\n1\r\n"
    );
    let bulk = |text: &str| Value::BulkString(text.into());
    let flat = Value::Array(["a", "1", "c", "1"].map(bulk).to_vec());
    let map = Value::Map(vec![(bulk("a"), Value::Int(1)), (bulk("c"), Value::Boolean(true))]);
    for reply in [flat, map] {
        assert_eq!(Plain::from_redis_value_ref(&reply).unwrap(), record);
        assert_eq!(
            Option::<Plain>::from_redis_value(reply.clone()).unwrap().as_ref(),
            Some(&record)
        );
        assert_eq!(IfFound::from_redis_value(reply).unwrap().0.as_ref(), Some(&record));
    }
    let nil = Value::Attribute { data: Box::new(Value::Nil), attributes: vec![] };
    for none in [nil, Value::Nil, Value::Map(vec![]), Value::Array(vec![])] {
        assert_eq!(IfFound::<Plain>::from_redis_value(none).unwrap().0, None);
    }
    let error = Plain::from_redis_value(Value::Map(vec![])).unwrap_err().to_string();
    assert!(error.contains("there is no hash at that key: an `IfFound`"), "{error}");
    let error = Plain::from_redis_value(Value::Array(["a", "canary"].map(bulk).to_vec()));
    let error = error.unwrap_err().to_string();
    assert!(
        error.ends_with("field `a` of `Plain` cannot be read: it is not a `u8` (0 to 255)"),
        "{error}"
    );
}

/// The default is for replies that say nothing of their key: else the record would be written to
/// another key than it was read from.
#[test]
fn a_segment_with_a_default_comes_from_the_key_where_there_is_one() {
    use redis::{FromRedisValue, Value};

    #[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
    #[redis_hash(key = "doc:{id}", redis_traits)]
    struct Doc {
        #[redis_hash(skip, default)]
        id: u64,
        text: String,
    }
    let mut shelf = Shelf::default();
    let doc = Doc { id: 42, text: "x".into() };
    doc.write_hash(&mut shelf).unwrap();
    assert_eq!(Doc::read_hash(&mut shelf, "doc:42").unwrap().as_ref(), Some(&doc));
    assert!(Doc::read_hash(&mut Shelf::with("other", &[("text", "x")]), "other").is_err());
    let reply = Value::Map(
        vec![("text", "x")]
            .into_iter()
            .map(|(name, value)| (Value::BulkString(name.into()), Value::BulkString(value.into())))
            .collect(),
    );
    assert_eq!(Doc::from_redis_value(reply).unwrap(), Doc { id: 0, ..doc });
}

/// It has no value that could live.
#[test]
fn an_old_name_has_no_lifetime() {
    #[derive(ToRedisHash)]
    struct Renamed {
        #[redis_hash(alias = "was")]
        now: u8,
    }
    let expire = |name| {
        let write = Renamed { now: 1 };
        let write = write.as_hash().key("k").expire_field(name, Duration::from_secs(1));
        write.encode(&mut Vec::new()).map_err(|error| error.kind())
    };
    assert_eq!((expire("now"), expire("was")), (Ok(1), Err(ErrorKind::Value)));
}

/// What is only written may not be packed.
#[test]
fn a_packed_struct_is_read() {
    #[derive(FromRedisHash)]
    #[repr(Rust, packed)]
    struct Packed {
        a: u8,
        b: u32,
    }
    let mut shelf = Shelf::with("k", &[("a", "1"), ("b", "2")]);
    let Packed { a, b } = Packed::read_hash(&mut shelf, "k").unwrap().unwrap();
    assert_eq!((a, b), (1, 2));
}

/// The server refuses the command then.
#[test]
#[cfg(unix)]
fn what_cannot_be_written_leaves_no_argument() {
    use std::os::unix::ffi::OsStringExt;

    #[derive(ToRedisHash)]
    #[redis_hash(redis_traits)]
    struct Bad {
        a: u8,
        path: std::path::PathBuf,
    }
    let path = std::ffi::OsString::from_vec(vec![0xff]).into();
    let mut cmd = redis::cmd("HSET");
    cmd.arg("k").arg(Bad { a: 1, path });
    assert_eq!(cmd.get_packed_command(), b"*2\r\n$4\r\nHSET\r\n$1\r\nk\r\n");
}

/// RESP3 may say something about a value, and about there being none.
#[test]
fn nothing_with_attributes_is_nothing() {
    use redis::{FromRedisValue, Value};
    use redis_hashmap::IfFound;

    let bulk = |text: &str| Value::BulkString(text.into());
    let about = |data| Value::Attribute { data: Box::new(data), attributes: vec![] };
    let reply = Value::Map(vec![
        (bulk("id"), about(bulk("1"))),
        (bulk("email"), about(Value::Nil)),
        (bulk("mail"), bulk("old")),
    ]);
    let IfFound(read) = IfFound::<Renamed>::from_redis_value(reply).unwrap();
    assert_eq!(read, Some(Renamed { id: 1, email: Some("old".into()), name: None }));
}
