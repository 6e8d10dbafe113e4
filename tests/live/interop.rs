//! What we wrote, redis-py reads as equal values: `interop.py` is the other half.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use redis_hashmap::ToRedisHash;
use serde_json::json;

use crate::lab::{Case, Lab};
use crate::shapes::EXPIRE;

pub(crate) fn cases() -> Vec<Case> {
    let mut case = Case::new("interop_redis_py_reads_what_we_wrote", redis_py);
    if !*HAS_REDIS_PY {
        // `cargo xtask test` brings it, and fails without it where CI is set.
        case.lacks = Some("python3 has no redis-py here: run `cargo xtask test`");
    }
    vec![case]
}

pub(crate) static HAS_REDIS_PY: LazyLock<bool> = LazyLock::new(|| {
    let import = python().args(["-c", "import redis"]).stderr(Stdio::null()).status();
    import.is_ok_and(|status| status.success())
});

/// With the packages that `cargo xtask` has provisioned before all others.
pub(crate) fn python() -> Command {
    let others = env::var_os("PYTHONPATH").unwrap_or_default();
    let ours = redis_hashmap_tests::target().join("python");
    let path = env::join_paths([ours].into_iter().chain(env::split_paths(&others)));
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", path.expect("no colon in it")).env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

struct Reader {
    python: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("live/interop.py");
        let mut command = python();
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut python = command.spawn().expect("python3");
        let requests = python.stdin.take().expect("a pipe");
        let answers = BufReader::new(python.stdout.take().expect("a pipe"));
        Self { python, requests, answers }
    }

    fn read(&mut self, request: &serde_json::Value) -> BTreeMap<String, String> {
        writeln!(self.requests, "{request}").expect("it reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop((self.python.kill(), self.python.wait()));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all");
        hex
    })
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase")]
struct Everything<'a> {
    first_name: &'a str,
    empty_text: String,
    odd_text: &'a str,
    letter: char,
    least: i64,
    most: u64,
    very_least: i128,
    very_most: u128,
    small: i8,
    float: f64,
    single: f32,
    is_active: bool,
    is_gone: bool,
    raw: Vec<u8>,
    fixed: [u8; 3],
    maybe: Option<i32>,
    none: Option<i32>,
    #[redis_hash(absent = "keep")]
    kept: Option<i32>,
}

impl Everything<'_> {
    /// What Python is to say of each field that is there.
    fn expected(&self) -> BTreeMap<String, String> {
        let text = |text: &str| format!("str {}", hex(text.as_bytes()));
        let float = |n: f64| format!("float {}", hex(&n.to_be_bytes()));
        let mut expected = BTreeMap::new();
        let mut put = |name: &str, value: String| drop(expected.insert(name.to_owned(), value));
        put("firstName", text(self.first_name));
        put("emptyText", text(&self.empty_text));
        put("oddText", text(self.odd_text));
        put("letter", text(&self.letter.to_string()));
        put("least", format!("int {}", self.least));
        put("most", format!("int {}", self.most));
        put("veryLeast", format!("int {}", self.very_least));
        put("veryMost", format!("int {}", self.very_most));
        put("small", format!("int {}", self.small));
        put("float", float(self.float));
        // The shortest text of an f32, read as the double that Python has.
        put("single", float(self.single.to_string().parse().expect("a number")));
        put("isActive", format!("bool {}", self.is_active));
        put("isGone", format!("bool {}", self.is_gone));
        put("raw", format!("bytes {}", hex(&self.raw)));
        put("fixed", format!("bytes {}", hex(&self.fixed)));
        if let Some(maybe) = self.maybe {
            put("maybe", format!("int {maybe}"));
        }
        expected
    }
}

fn redis_py(lab: &Lab) {
    let redis::ConnectionAddr::Unix(socket) = lab.info(lab.server()).addr().clone() else {
        panic!("no socket")
    };
    let protocol = if lab.protocol() == redis::ProtocolVersion::RESP3 { 3 } else { 2 };
    let (mut con, mut reader) = (lab.connection(), Reader::start());
    let floats = [
        0.1 + 0.2,
        -0.0,
        5e-324,
        f64::MAX,
        1e16,
        1e21,
        1e22,
        123_456_789.123_456_79,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let texts =
        ["Ada", "naïve 🦀", "a\r\nb\0c", "\u{feff}\u{202e}\u{10ffff}", " leading", "1e5", "None"];
    for (n, float) in floats.into_iter().enumerate() {
        let everything = Everything {
            first_name: texts[n % texts.len()],
            empty_text: String::new(),
            odd_text: texts[(n + 1) % texts.len()],
            letter: '🦀',
            least: i64::MIN,
            most: u64::MAX,
            very_least: i128::MIN,
            very_most: u128::MAX,
            small: -7,
            float,
            #[allow(clippy::cast_possible_truncation)] // that is what makes an f32
            single: float as f32,
            is_active: n % 2 == 0,
            is_gone: n % 2 != 0,
            raw: (0..=u8::MAX).collect(),
            fixed: [0, 13, 10],
            maybe: (n % 3 == 0).then_some(-1),
            none: None,
            kept: None,
        };
        let expected = everything.expected();
        let types: BTreeMap<_, _> = expected
            .iter()
            .map(|(name, value)| (name, value.split(' ').next().unwrap_or_default()))
            .collect();
        let key = lab.key("everything");
        let write = everything.as_hash().key(&key);
        let write = if n % 3 == 1 { write.replace() } else { write };
        let write = if n % 3 == 2 { write.expire(EXPIRE) } else { write };
        write.write(&mut con).expect("written");
        let request = json!({ "socket": socket, "protocol": protocol, "key": key, "types": types });
        assert_eq!(reader.read(&request), expected, "{float}");
    }
}
