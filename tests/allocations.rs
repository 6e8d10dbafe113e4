//! Law 6: after a warm-up, a record is encoded into a reused buffer, and written to a connection,
//! without an allocation. In a binary of its own, because it counts those of the whole process.

#[path = "allocations/bulk.rs"]
mod bulk;
#[path = "allocations/many.rs"]
mod many;

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::Duration;

use allocation_counter::measure;
use redis::{ConnectionAddr, ConnectionLike, IntoConnectionInfo, RedisResult, Value};
use redis_hashmap::{
    Absent, FromHashValue, FromRedisHash, ToHashValue, ToRedisHash, ValueError, ValueReader,
    ValueWriter, WrittenValue,
};

/// Nine fields, as in the benchmarks.
#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
    name: String,
    email: String,
    age: u8,
    active: bool,
    score: f64,
    balance: i64,
    country: String,
    created_at: u64,
}

fn user() -> User {
    User {
        id: 1005,
        name: "Grace Hopper".into(),
        email: "grace@example.org".into(),
        age: 37,
        active: true,
        score: 1234.5678,
        balance: -250_075,
        country: "US".into(),
        created_at: 1_716_239_022,
    }
}

/// Absent fields of both policies, between present ones.
#[derive(ToRedisHash, Default)]
#[redis_hash(key = "{{shop:{shop}}}:{id}", rename_all = "camelCase")]
struct Sparse<'a> {
    id: u32,
    shop: &'a str,
    full_name: Option<Cow<'a, str>>,
    #[redis_hash(absent = "keep")]
    last_login: Option<u64>,
    bytes: &'a [u8],
    ratio: Option<f32>,
    #[redis_hash(absent = "keep")]
    wide: Option<i128>,
}

fn sparse() -> Sparse<'static> {
    Sparse {
        id: 7,
        shop: "eu",
        full_name: Some("Ada Lovelace".into()),
        last_login: None,
        bytes: b"\0\r\n",
        ratio: Some(0.5),
        wide: Some(i128::MIN),
    }
}

/// Every write of it is a script.
#[derive(ToRedisHash)]
#[redis_hash(key = "session:{token}", expire = "30m")]
struct Session {
    token: &'static str,
    user: Option<u64>,
}

/// How often this allocates when it runs for the second time.
fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    measure(run).count_total
}

/// Encodes the record by every kind of plan, each twice.
#[track_caller]
fn encodes_without(record: &impl ToRedisHash, key: &[u8]) {
    let mut packed = Vec::new();
    for expire in [None, Some(Duration::from_secs(3_600))] {
        for replace in [false, true] {
            for absent in [None, Some(Absent::Delete), Some(Absent::Keep)] {
                let allocated = allocations(|| {
                    packed.clear();
                    let mut write = record.as_hash().key(key);
                    if let Some(expire) = expire {
                        write = write.expire(expire);
                    }
                    if replace {
                        write = write.replace();
                    }
                    if let Some(absent) = absent {
                        write = write.absent(absent);
                    }
                    write.encode(&mut packed).unwrap();
                });
                assert_eq!(allocated, 0, "expire {expire:?}, replace {replace}, {absent:?}");
            }
        }
    }
}

#[test]
fn they_are_counted() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
    assert_eq!(allocations(|| assert_eq!(user().country, "US")), 3);
    let mut growing = vec![0_u8];
    assert_eq!(allocations(|| growing.reserve(growing.capacity())), 1);
}

#[test]
fn encoding() {
    encodes_without(&user(), b"user:1005");
    encodes_without(&Sparse::default(), b"k");
    encodes_without(&sparse(), b"k");
    encodes_without(&Session { token: "t", user: None }, b"k");
}

/// As the documentation of `encode` counts it: for the record, and a KiB more.
#[test]
fn encoding_into_room_that_is_there() {
    let bytes = vec![b'x'; 1_000];
    for len in [0, 9, 300, 400, 420, 440, 460, 480, 500, 520, 540, 560, 1_000] {
        let record = Sparse { bytes: &bytes[..len], ..sparse() };
        let (mut packed, mut begun) = (Vec::new(), vec![b'x'; len]);
        record.as_hash().key("k").encode(&mut packed).unwrap();
        begun.reserve_exact(packed.len() + 1024);
        let info = measure(|| {
            record.as_hash().key("k").encode(&mut begun).unwrap();
        });
        assert_eq!(info.count_total, 0, "{len}");
        assert_eq!(begun[len..], packed);
    }
}

/// Headers of one, two, three and more digits.
#[test]
fn encoding_at_every_length() {
    let bytes = vec![b'x'; 100_000];
    for len in [0, 1, 9, 10, 99, 100, 300, 1_000, 100_000] {
        let bytes = &bytes[..len];
        encodes_without(&Sparse { bytes, ..sparse() }, b"k");
        encodes_without(&Sparse { bytes, ..sparse() }, &bytes[..len.min(300)]);
    }
}

#[test]
fn encoding_by_the_template() {
    let (user, long) = (user(), "x".repeat(300));
    let mut packed = Vec::new();
    for shop in ["eu", &long] {
        let sparse = Sparse { shop, ..sparse() };
        let allocated = allocations(|| {
            packed.clear();
            user.as_hash().encode(&mut packed).unwrap();
            sparse.as_hash().encode(&mut packed).unwrap();
            Session { token: "t", user: None }.as_hash().encode(&mut packed).unwrap();
        });
        assert_eq!(allocated, 0, "{} bytes", shop.len());
    }
}

#[test]
fn encoding_what_is_displayed() {
    struct Shown<'a>(&'a str);
    impl ToHashValue for Shown<'_> {
        fn write_hash_value<'w>(
            &self,
            out: ValueWriter<'w>,
        ) -> Result<WrittenValue<'w>, ValueError> {
            out.display(format_args!("<{}>", self.0))
        }
    }
    #[derive(ToRedisHash)]
    struct Page<'a> {
        shown: Shown<'a>,
    }
    let long = "x".repeat(1_000);
    for len in [0, 7, 8, 97, 98, 1_000] {
        encodes_without(&Page { shown: Shown(&long[..len]) }, b"k");
    }
}

/// Answers with what was put in, and remembers how much came.
#[derive(Default)]
struct Fake {
    replies: Vec<Vec<Value>>,
    commands: usize,
    bytes: usize,
}

impl Fake {
    fn answer(&mut self, packed: &[u8], count: usize) -> Vec<Value> {
        self.commands += 1;
        self.bytes += packed.len();
        let replies = self.replies.pop().expect("no more than was expected");
        assert_eq!(replies.len(), count);
        replies
    }
}

impl ConnectionLike for Fake {
    fn req_packed_command(&mut self, packed: &[u8]) -> RedisResult<Value> {
        Ok(self.answer(packed, 1).swap_remove(0))
    }

    fn req_packed_commands(
        &mut self,
        packed: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        assert_eq!(offset, 0);
        Ok(self.answer(packed, count))
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

/// Up to 64 KiB, as the documentation of `write_hash` says.
#[test]
fn writing_what_is_long() {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "page:{id}")]
    struct Page {
        id: u64,
        text: String,
        more: String,
    }
    for len in [10, 16_000, 33_000, 40_000, 60_000, 64_800] {
        // On a thread of its own, which has a buffer of its own.
        let allocated = thread::scope(|scope| {
            let write = || {
                let page = Page { id: 1, text: "x".repeat(len), more: "x".repeat(600) };
                let mut fake = Fake { replies: vec![vec![Value::Int(1)]; 3], ..Fake::default() };
                page.write_hash(&mut fake).unwrap();
                measure(|| page.write_hash(&mut fake).unwrap()).count_total
            };
            scope.spawn(write).join().unwrap()
        });
        assert_eq!(allocated, 0, "{len}");
    }
}

/// The reply's buffer is all that a value is read from, and what a `String` is made of.
#[test]
fn decoding() {
    fn decodes_without<T: FromHashValue>(text: &str) {
        let mut value = Some(ValueReader::new(text));
        let info = measure(|| {
            let value = value.take().expect("one value");
            assert!(std::hint::black_box(T::from_hash_value(value)).is_ok(), "{text}");
        });
        let name = std::any::type_name::<T>();
        assert_eq!(info.count_total, 0, "{name} of {text}: {info:?}");
    }
    decodes_without::<u8>("255");
    decodes_without::<i64>("-9223372036854775808");
    decodes_without::<u64>("18446744073709551615");
    decodes_without::<i128>("-170141183460469231731687303715884105728");
    decodes_without::<std::num::NonZero<u32>>("1");
    decodes_without::<bool>("1");
    decodes_without::<bool>("false");
    decodes_without::<String>("Grace Hopper, of a name that is longer than any small buffer");
    decodes_without::<Cow<str>>("Grace Hopper");
    decodes_without::<Vec<u8>>("Grace Hopper");
    decodes_without::<[u8; 5]>("Grace");
    decodes_without::<char>("é");
    decodes_without::<f64>("1234.5678");
    decodes_without::<f64>("-1.7976931348623157e308");
    decodes_without::<Duration>("1.000000001");
    decodes_without::<std::net::IpAddr>("2001:db8::ff00:42:8329");
    decodes_without::<chrono::DateTime<chrono::Utc>>("2026-11-24T09:00:00.25+01:00");
    decodes_without::<jiff::Timestamp>("2026-11-24T09:00:00.25+01:00");
    decodes_without::<time::OffsetDateTime>("2026-11-24T09:00:00.25+01:00");
    decodes_without::<uuid::Uuid>("67e55044-10b1-426f-9247-bb680e5fe0c8");
    decodes_without::<rust_decimal::Decimal>("-1.10");
}

/// No copy: the record's `String`s are the buffers of the reply, and there is nothing else.
#[test]
fn reading() {
    #[derive(FromRedisHash)]
    #[allow(dead_code)] // they are read
    struct Back {
        id: u64,
        name: String,
        email: String,
        age: u8,
        active: bool,
        score: f64,
        balance: i64,
        country: String,
        created_at: u64,
    }
    let bulk = |text: &str| Value::BulkString(text.into());
    let values = [
        "1005",
        "Grace Hopper",
        "grace@navy.local",
        "37",
        "1",
        "1234.5678",
        "-250075",
        "US",
        "1716239022",
    ];
    let reply = || vec![Value::Array(values.map(bulk).to_vec())];
    let mut fake = Fake { replies: (0..2).map(|_| reply()).collect(), ..Fake::default() };
    let mut read = || {
        let back = Back::read_hash(&mut fake, "user:1005").unwrap().unwrap();
        assert_eq!(std::hint::black_box(&back).name, "Grace Hopper");
    };
    assert_eq!(allocations(&mut read), 0);
}

#[test]
fn writing() {
    let queued = || Value::SimpleString("QUEUED".into());
    let results = || Value::Array(vec![Value::Int(4), Value::Int(2)]);
    let transaction = || vec![Value::Okay, queued(), queued(), results()];
    let one = || vec![Value::Int(1)];

    let mut con = Fake {
        replies: [[one(), transaction(), one()], [one(), transaction(), one()]].concat(),
        ..Fake::default()
    };
    let (user, absent) = (user(), Sparse { shop: "eu", ..Sparse::default() });
    let session = Session { token: "t", user: Some(7) };
    let allocated = allocations(|| {
        session.write_hash(&mut con).unwrap();
        absent.write_hash(&mut con).unwrap();
        user.write_hash(&mut con).unwrap();
    });
    assert_eq!(allocated, 0);
    assert_eq!(con.commands, 6);

    let mut packed = Vec::new();
    user.as_hash().encode(&mut packed).unwrap();
    assert!(con.bytes > 2 * packed.len());
    assert!(con.replies.is_empty());
}

/// Over a multiplexed connection, which takes a `Cmd`: no more than the `Cmd` that a careful hand
/// would write. (The server is a thread of its own, whose allocations are not counted.)
#[test]
fn an_asynchronous_write_allocates_no_more_than_one_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("s");
    let listener = UnixListener::bind(&socket).expect("a socket");
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer_all(&stream)));

    let info = ConnectionAddr::Unix(socket).into_connection_info().expect("a socket");
    let client = redis::Client::open(info).expect("a client");
    // What `redis` does in the background is done on this thread, and counted for both alike.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let con = client.get_multiplexed_async_connection();
    let mut con = runtime.block_on(con).expect("a connection");

    let user = user();
    let by_hand = allocations(|| {
        let mut cmd = redis::Cmd::with_capacity(20, 254);
        cmd.arg("HSET").arg("user:1005");
        cmd.arg("id").arg(user.id).arg("name").arg(&user.name).arg("email").arg(&user.email);
        cmd.arg("age").arg(user.age).arg("active").arg(user.active);
        cmd.arg("score").arg(user.score).arg("balance").arg(user.balance);
        cmd.arg("country").arg(&user.country).arg("created_at").arg(user.created_at);
        let () = runtime.block_on(cmd.query_async(&mut con)).expect("written");
    });
    let derived = allocations(|| {
        runtime.block_on(user.write_hash_async(&mut con)).expect("written");
    });
    println!("{derived} allocations, and {by_hand} by hand");
    assert!(derived <= by_hand, "{derived} allocations, and {by_hand} by hand");
}

/// Each command with `:1`.
fn answer_all(mut stream: &UnixStream) {
    let lines = BufReader::new(stream).lines();
    for line in lines.map_while(Result::ok) {
        // No value of ours begins so.
        if line.starts_with('*') && stream.write_all(b":1\r\n").is_err() {
            return;
        }
    }
}

/// The size of a future that nobody makes.
fn size_of_future<C: 'static, F>(_: impl FnOnce(&'static mut C) -> F) -> usize {
    size_of::<F>()
}

/// Thousands of them may be waiting: what is rare in a write is not in its future.
#[test]
fn an_awaited_write_is_small() {
    let user = user();
    let size =
        size_of_future(|con: &mut redis::aio::MultiplexedConnection| user.write_hash_async(con));
    println!("{size} bytes");
    assert!(size <= 448, "{size}");
}
