//! What other clients write, we read: as what they meant, or not at all.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use redis_hashmap::{FromHashValue, FromRedisHash};

use crate::interop::{HAS_REDIS_PY, python};
use crate::lab::{Case, Lab};

pub(crate) fn cases() -> Vec<Case> {
    let mut by_python = Case::new("others_redis_py_wrote_what_we_read", redis_py);
    if !*HAS_REDIS_PY {
        by_python.lacks = Some("python3 has no redis-py here: run `cargo xtask test`");
    }
    let mut by_node = Case::new("others_node_redis_wrote_what_we_read", node_redis);
    if !*HAS_NODE_REDIS {
        // `cargo xtask test` brings it, and fails without it where CI is set.
        by_node.lacks = Some("node has no node-redis here: run `cargo xtask test`");
    }
    vec![by_python, by_node]
}

static HAS_NODE_REDIS: LazyLock<bool> = LazyLock::new(|| {
    let version = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
        && redis_hashmap_tests::target().join("node/node_modules/@redis/client").is_dir()
});

#[derive(Debug, FromRedisHash)]
struct Written {
    int: i8,
    big: u64,
    float: f64,
    tiny: f64,
    nan: f32,
    inf: f64,
    flag: bool,
    text: String,
    bytes: Vec<u8>,
    empty: String,
    when: chrono::DateTime<chrono::Utc>,
    day: chrono::NaiveDate,
    uuid: uuid::Uuid,
}

/// Reads one of the fields that mean nothing certain.
fn refused<T: FromHashValue>(lab: &Lab, key: &str, name: &'static str) -> String {
    let fields = redis_hashmap::HashField::<T>::new("Written", "", name);
    let error = fields.get(key).run(&mut lab.connection()).err();
    error.map_or_else(|| "read".to_owned(), |error| error.to_string())
}

fn check(lab: &Lab, key: &str) {
    let read = Written::read_hash(&mut lab.connection(), key).expect("read").expect("there");
    assert_eq!((read.int, read.big), (-42, u64::MAX));
    assert_eq!((read.float.to_bits(), read.tiny.to_bits()), (1e16_f64.to_bits(), 1));
    assert!(read.nan.is_nan() && read.inf == f64::NEG_INFINITY && read.flag);
    assert_eq!(read.text, "Ada é \u{1f980}");
    assert!(read.bytes.iter().copied().eq(0..=255));
    assert_eq!(read.empty, "");
    assert_eq!(read.when.to_rfc3339(), "2026-11-24T08:00:00.500+00:00");
    assert_eq!(read.day.to_string(), "2026-11-24");
    assert_eq!(read.uuid, uuid::Uuid::from_u128(7));

    let none = refused::<u64>(lab, key, "none");
    assert!(none.ends_with("it is not a `u64` (0 to 18446744073709551615)"), "{none}");
}

fn run(mut command: Command) {
    let done = command.stdin(Stdio::null()).output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("live").join(name)
}

fn redis_py(lab: &Lab) {
    let key = lab.key("hash");
    let mut command = python();
    command.arg(script("others.py")).arg(lab.server().socket()).arg(&key);
    run(command);
    check(lab, &key);
    // `True` is no boolean of ours, `3.0` is no integer; both are texts and one is a float.
    let flag = refused::<bool>(lab, &key, "true");
    assert!(
        flag.contains("`1`, `0`, `true` or `false`") || flag.contains("not a `bool`"),
        "{flag}"
    );
    assert!(refused::<u8>(lab, &key, "whole").contains("is not a `u8`"));
    assert_eq!(refused::<f64>(lab, &key, "whole"), "read");
}

fn node_redis(lab: &Lab) {
    let key = lab.key("hash");
    let mut command = Command::new("node");
    let packages = redis_hashmap_tests::target().join("node");
    command.arg(script("others.mjs")).arg(packages).arg(lab.server().socket()).arg(&key);
    run(command);
    check(lab, &key);
    // JavaScript has one kind of number, and writes a whole one as an integer.
    assert_eq!(refused::<bool>(lab, &key, "true"), "read");
    assert_eq!(refused::<u8>(lab, &key, "whole"), "read");
}
