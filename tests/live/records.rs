//! All that a field can be besides a plain value, stored, and read back by plain commands.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::num::Wrapping;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis_hashmap::{SerdeHash, ToRedisHash};
use time::format_description::well_known::Rfc3339;

use crate::lab::{Case, Lab, run};
use crate::state::fields;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("records_json_display_with_skip_if_and_flatten", attributes),
        Case::new("records_maps_and_serde", maps),
        Case::new("records_types_of_std", std_types),
        Case::new("records_types_of_other_crates", other_types),
        Case::new("records_texts_of_times_sort_as_the_times", times_sort),
    ]
}

fn expected<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

mod hex {
    use redis_hashmap::{ValueError, ValueWriter, WrittenValue};

    #[allow(clippy::trivially_copy_pass_by_ref)] // as `with` calls it
    pub(super) fn to_hash_value<'w>(
        n: &u32,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        out.display(format_args!("{n:x}"))
    }
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase")]
struct Place {
    street_name: &'static str,
    zip: Option<u32>,
    #[redis_hash(absent = "keep")]
    note: Option<&'static str>,
}

#[derive(ToRedisHash)]
struct Every {
    #[redis_hash(json)]
    tags: Vec<&'static str>,
    #[redis_hash(json)]
    draft: Option<BTreeMap<u8, Vec<bool>>>,
    #[redis_hash(display)]
    level: std::fmt::Arguments<'static>,
    #[redis_hash(with = "hex")]
    colour: u32,
    #[redis_hash(with = "hex")]
    edge: Option<u32>,
    #[redis_hash(skip_if = "String::is_empty")]
    text: String,
    #[redis_hash(flatten)]
    home: Place,
    #[redis_hash(flatten(prefix = "work_"))]
    work: Place,
    #[redis_hash(flatten(prefix = "x:"))]
    more: HashMap<String, Option<i8>>,
}

#[derive(ToRedisHash)]
struct Clash {
    tags: &'static str,
    #[redis_hash(flatten)]
    more: BTreeMap<&'static str, &'static str>,
}

fn attributes(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("every"));
    let place = |zip, note| Place { street_name: "Elm", zip, note };
    let mut every = Every {
        tags: vec!["a", "\"b\""],
        draft: Some(BTreeMap::from([(1, vec![true])])),
        level: format_args!("high"),
        colour: 0xff_88_00,
        edge: Some(1),
        text: "text".into(),
        home: place(Some(1), Some("first")),
        work: place(Some(2), Some("second")),
        more: [("a".to_owned(), Some(-1)), ("b".to_owned(), Some(2))].into(),
    };
    every.as_hash().key(&key).write(&mut con).expect("written");
    let whole = [
        ("tags", r#"["a","\"b\""]"#),
        ("draft", r#"{"1":[true]}"#),
        ("level", "high"),
        ("colour", "ff8800"),
        ("edge", "1"),
        ("text", "text"),
        ("streetName", "Elm"),
        ("zip", "1"),
        ("note", "first"),
        ("work_streetName", "Elm"),
        ("work_zip", "2"),
        ("work_note", "second"),
        ("x:a", "-1"),
        ("x:b", "2"),
    ];
    assert_eq!(fields(&mut con, &key), expected(whole));

    // All that can be absent is, and only what has the policy `keep` stays.
    (every.draft, every.edge, every.text) = (None, None, String::new());
    (every.home, every.work) = (place(None, None), place(None, None));
    every.more.insert("b".into(), None);
    every.as_hash().key(&key).write(&mut con).expect("written");
    let mut rest = expected(whole);
    for gone in ["draft", "edge", "text", "zip", "work_zip", "x:b"] {
        rest.remove(gone);
    }
    assert_eq!(fields(&mut con, &key), rest);

    // A name of the map that is a field's: nothing is sent.
    let taken = Every { more: [("a".to_owned(), None)].into(), ..every };
    assert_eq!(taken.tags.len() + taken.level.to_string().len(), 6);
    let clash = Clash { tags: "lost", more: [("tags", "lost too")].into() };
    let error = clash.as_hash().key(&key).write(&mut con).expect_err("a name twice").to_string();
    assert!(error.contains("`tags`") && !error.contains("lost"), "{error}");
    assert_eq!(fields(&mut con, &key), rest);
}

#[derive(serde::Serialize)]
struct Scalars<'a> {
    id: u64,
    name: &'a str,
    ratio: f64,
    on: bool,
    letter: char,
    none: Option<u8>,
}

fn maps(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("map"));
    let () = run(&mut con, &["HSET", &key, "gone", "before", "other", "stays"]);
    let map = BTreeMap::from([("a", Some("1")), ("ключ 🦀", Some("")), ("gone", None)]);
    map.as_hash().key(&key).write(&mut con).expect("written");
    let after = expected([("a", "1"), ("ключ 🦀", ""), ("other", "stays")]);
    assert_eq!(fields(&mut con, &key), after);
    [("a", 2), ("b", 3)][..].as_hash().key(&key).replace().write(&mut con).expect("written");
    assert_eq!(fields(&mut con, &key), expected([("a", "2"), ("b", "3")]));

    let scalars = Scalars { id: 7, name: "Ada", ratio: 1.5, on: true, letter: 'é', none: None };
    SerdeHash(&scalars).as_hash().key(&key).replace().write(&mut con).expect("written");
    let after = [("id", "7"), ("name", "Ada"), ("ratio", "1.5"), ("on", "1"), ("letter", "é")];
    assert_eq!(fields(&mut con, &key), expected(after));

    let nested = serde_json::json!({ "id": 8, "tags": ["secret"] });
    let error = SerdeHash(&nested).as_hash().key(&key).write(&mut con).expect_err("nested");
    assert!(error.to_string().contains("`tags`"), "{error}");
    let numbers = BTreeMap::from([(1, "secret")]);
    SerdeHash(&numbers).as_hash().key(&key).write(&mut con).expect_err("a name that is no text");
    assert_eq!(fields(&mut con, &key), expected(after), "nothing was sent");
}

#[derive(ToRedisHash)]
struct Std {
    wait: Duration,
    seen: SystemTime,
    before: SystemTime,
    ip: IpAddr,
    socket: SocketAddr,
    path: PathBuf,
    wrapping: Wrapping<u8>,
}

fn std_types(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("std"));
    let record = Std {
        wait: Duration::new(90, 1),
        seen: UNIX_EPOCH + Duration::from_millis(1_795_431_152_250),
        before: UNIX_EPOCH - Duration::from_millis(1_500),
        ip: "2001:db8::1".parse().expect("an address"),
        socket: "[::1]:80".parse().expect("an address"),
        path: "/etc/größe".into(),
        wrapping: Wrapping(255),
    };
    record.as_hash().key(&key).write(&mut con).expect("written");
    let stored = fields(&mut con, &key);
    let texts = [
        ("wait", "90.000000001"),
        ("seen", "1795431152.25"),
        ("before", "-1.5"),
        ("ip", "2001:db8::1"),
        ("socket", "[::1]:80"),
        ("path", "/etc/größe"),
        ("wrapping", "255"),
    ];
    assert_eq!(stored, expected(texts));
    assert_eq!(stored["ip"].parse(), Ok(record.ip));
    assert_eq!(stored["socket"].parse(), Ok(record.socket));
}

#[derive(ToRedisHash)]
struct Others {
    id: uuid::Uuid,
    price: rust_decimal::Decimal,
    blob: bytes::Bytes,
    chrono: chrono::DateTime<chrono::FixedOffset>,
    chrono_date: chrono::NaiveDate,
    chrono_time: chrono::NaiveTime,
    jiff: jiff::Timestamp,
    jiff_civil: jiff::civil::DateTime,
    jiff_date: jiff::civil::Date,
    time: time::OffsetDateTime,
}

fn other_types(lab: &Lab) {
    let (mut con, key) = (lab.connection(), lab.key("others"));
    let record = Others {
        id: uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8),
        price: rust_decimal::Decimal::new(-110, 2),
        blob: bytes::Bytes::from_static(b"\x01 \r\n\x7f"),
        chrono: "2026-11-23T10:52:32.5+02:00".parse().expect("a time"),
        chrono_date: "0001-02-28".parse().expect("a date"),
        chrono_time: "23:59:59.000000001".parse().expect("a time"),
        jiff: "1969-12-31T23:59:59.123456789Z".parse().expect("a time"),
        jiff_civil: "2026-11-23T10:52:32".parse().expect("a time"),
        jiff_date: "2024-02-29".parse().expect("a date"),
        time: time::OffsetDateTime::parse("2026-11-23T10:52:32+14:00", &Rfc3339).expect("a time"),
    };
    record.as_hash().key(&key).write(&mut con).expect("written");
    let stored = fields(&mut con, &key);
    assert_eq!(stored["id"].parse(), Ok(record.id));
    assert_eq!(stored["price"], "-1.10");
    assert_eq!(stored["price"].parse(), Ok(record.price));
    assert_eq!(stored["blob"].as_bytes(), record.blob);
    assert_eq!(stored["chrono"], "2026-11-23T08:52:32.500000000Z");
    let chrono = chrono::DateTime::parse_from_rfc3339(&stored["chrono"]).expect("RFC 3339");
    assert_eq!(chrono, record.chrono);
    assert_eq!(stored["chrono_date"].parse(), Ok(record.chrono_date));
    assert_eq!(stored["chrono_time"].parse(), Ok(record.chrono_time));
    assert_eq!(stored["jiff"].parse::<jiff::Timestamp>().expect("one"), record.jiff);
    let civil: jiff::civil::DateTime = stored["jiff_civil"].parse().expect("one");
    assert_eq!(civil, record.jiff_civil);
    assert_eq!(stored["jiff_date"].parse::<jiff::civil::Date>().expect("one"), record.jiff_date);
    let time = time::OffsetDateTime::parse(&stored["time"], &Rfc3339).expect("RFC 3339");
    assert_eq!(time, record.time);
}

/// A record of each of these points in time; the texts, as the server has them.
fn times_sort(lab: &Lab) {
    #[derive(ToRedisHash)]
    struct At {
        chrono: chrono::DateTime<chrono::Utc>,
        jiff: jiff::Timestamp,
        time: time::OffsetDateTime,
    }
    let mut con = lab.connection();
    let mut random = fastrand::Rng::with_seed(1);
    // The years 0 to 9998.
    let mut seconds: Vec<_> =
        (0..200).map(|_| random.i64(-62_167_219_200..253_370_764_800)).collect();
    seconds.extend([-62_167_219_200, -1, 0, 1, 951_782_400]);
    seconds.sort_unstable();
    let mut nanos: Vec<_> = seconds.iter().map(|&s| (s, random.u32(..1_000_000_000))).collect();
    nanos.extend(nanos.clone().iter().map(|&(s, _)| (s, 0)));
    nanos.sort_unstable();

    let mut last = (String::new(), String::new(), String::new());
    for (n, (second, nano)) in nanos.into_iter().enumerate() {
        let chrono = chrono::DateTime::from_timestamp(second, nano).expect("in range");
        let nano = i128::from(second) * 1_000_000_000 + i128::from(nano);
        let jiff = jiff::Timestamp::from_nanosecond(nano).expect("in range");
        let time = time::OffsetDateTime::from_unix_timestamp_nanos(nano).expect("in range");
        let key = lab.key(&n.to_string());
        At { chrono, jiff, time }.as_hash().key(&key).write(&mut con).expect("written");
        let mut stored = fields(&mut con, &key);
        let mut take = |name| stored.remove(name).expect("a text");
        let texts = (take("chrono"), take("jiff"), take("time"));
        assert!(texts.0 == texts.1 && texts.1 == texts.2, "one instant, one text: {texts:?}");
        assert!(last.0 < texts.0, "{last:?} before {texts:?}");
        last = texts;
    }
}
