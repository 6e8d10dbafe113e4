//! What is sent of many records, and what each answer means, from a connection that says what it is told to.

mod scripts;

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use redis::{ConnectionLike, RedisError, RedisResult, Value};

use super::HashBatch;
use super::blocking::Line;
use crate::plan::{CallScript, Commands, Whole};
use crate::write::Deadline;
use crate::{
    Checked, Effect, Error, ErrorKind, Exists, ToHashValue, ToRedisHash, ValueError, ValueWriter,
    Written,
};
use crate::{WrittenValue, plan, write_all};

/// Takes windows one by one, and remembers them. Answers what is there, or all well.
#[derive(Default)]
struct Scripted {
    answers: Vec<RedisResult<Vec<Value>>>,
    sent: Vec<Vec<u8>>,
    is_cluster: bool,
}

impl Scripted {
    fn answering(answers: impl IntoIterator<Item = RedisResult<Vec<Value>>>) -> Self {
        Self { answers: answers.into_iter().collect(), ..Self::default() }
    }
}

impl ConnectionLike for Scripted {
    fn req_packed_command(&mut self, cmd: &[u8]) -> RedisResult<Value> {
        assert!(self.is_cluster, "many go as many");
        self.req_packed_commands(cmd, 0, 1).map(|mut replies| replies.remove(0))
    }

    fn req_packed_commands(&mut self, cmd: &[u8], _: usize, n: usize) -> RedisResult<Vec<Value>> {
        if cmd.is_empty() {
            return Err((redis::ErrorKind::Client, "empty command").into()); // as `redis` says it
        }
        self.sent.push(cmd.to_vec());
        if self.answers.is_empty() { Ok(vec![Value::Int(1); n]) } else { self.answers.remove(0) }
    }

    fn supports_pipelining(&self) -> bool {
        !self.is_cluster
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

fn pair(value: &str) -> [(&'static str, &str); 1] {
    [("f", value)]
}

fn batch(records: usize, value: &str) -> HashBatch {
    let mut batch = HashBatch::new();
    for n in 0..records {
        batch.push(&pair(value)[..].as_hash().key(format!("k{n}"))).unwrap();
    }
    batch
}

fn server_error(line: &str) -> Value {
    redis::parse_redis_value(format!("-{line}\r\n").as_bytes()).unwrap()
}

fn gone() -> RedisError {
    io::Error::from(io::ErrorKind::ConnectionReset).into()
}

fn effects(outcomes: &super::Outcomes<'_>) -> Vec<Option<Effect>> {
    outcomes.iter().map(|outcome| outcome.result.err().map(Error::effect)).collect()
}

#[test]
fn windows_hold_all_of_it_in_order() {
    let mut batch = batch(1100, "v");
    let mut whole = Vec::new();
    batch.write_to(&mut whole).unwrap();
    assert_eq!((batch.len(), batch.bytes()), (1100, whole.len()));
    let mut alone = Vec::new();
    for n in 0..1100 {
        pair("v")[..].as_hash().key(format!("k{n}")).encode(&mut alone).unwrap();
    }
    assert_eq!(whole, alone);

    let mut con = Scripted::default();
    let outcomes = batch.execute(&mut con);
    assert_eq!((outcomes.len(), outcomes.failed().count()), (1100, 0));
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!((outcome.index, outcome.key), (n, format!("k{n}").as_bytes()));
        assert_eq!(outcome.result.unwrap(), Written::Applied);
    }
    assert_eq!(con.sent.concat(), whole);
    assert_eq!(con.sent.len(), 3); // 512, 512, 76

    // Executed once.
    assert!(batch.is_empty() && batch.bytes() == 0);
    assert!(batch.execute(&mut con).is_empty());
    assert_eq!(con.sent.len(), 3);
}

#[test]
fn windows_are_cut_by_bytes_too() {
    let mut con = Scripted::default();
    let long = "x".repeat(30 * 1024);
    batch(5, &long).execute(&mut con).into_result().unwrap();
    let records = |window: &Vec<u8>| crate::sink::commands(window).count();
    assert_eq!(con.sent.iter().map(records).collect::<Vec<_>>(), [3, 2]);

    // A giant ends one, and waits for the answers to what is before it where those are many.
    let giant = "x".repeat(32 * 1024);
    for (small, expected) in
        [(3, &[4, 4][..]), (200, &[200, 1, 200, 1]), (600, &[512, 88 + 1, 512, 88 + 1])]
    {
        let mut batch = HashBatch::new();
        for n in 0..2 * (small + 1) {
            let value = if n % (small + 1) == small { &giant } else { "v" };
            batch.push(&pair(value)[..].as_hash().key("k")).unwrap();
        }
        let mut con = Scripted::default();
        batch.execute(&mut con).into_result().unwrap();
        assert_eq!(con.sent.iter().map(records).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn each_failure_is_its_own_records() {
    let wrong = server_error("WRONGTYPE Operation against a key holding the wrong kind of value");
    let replies = vec![Value::Int(1), wrong, Value::Int(0), Value::Nil];
    let mut batch = batch(4, "v");
    let outcomes = batch.execute(&mut Scripted::answering([Ok(replies)]));
    let failed: Vec<_> = outcomes.failed().map(|outcome| outcome.index).collect();
    assert_eq!(failed, [1, 3]);
    let results: Vec<_> =
        outcomes.iter().map(|outcome| outcome.result.map_err(Error::kind)).collect();
    assert_eq!(
        results,
        [
            Ok(Written::Applied),
            Err(ErrorKind::WrongType),
            Ok(Written::Applied),
            Err(ErrorKind::Protocol)
        ]
    );
    let first = outcomes.into_result().unwrap_err();
    assert!(first.to_string().contains("at key \"k1\""), "{first}");
}

#[test]
fn after_a_lost_connection() {
    let answers = [Ok(vec![Value::Int(1); 512]), Err(gone())];
    let mut con = Scripted::answering(answers);
    let mut batch = batch(1100, "v");
    let outcomes = batch.execute(&mut con);
    let effects = effects(&outcomes);
    assert!(effects[..512].iter().all(Option::is_none));
    assert!(effects[512..1024].iter().all(|effect| *effect == Some(Effect::Unknown)));
    assert!(effects[1024..].iter().all(|effect| *effect == Some(Effect::NotSent)));
    let last = outcomes.failed().last().unwrap().result.unwrap_err();
    assert!(last.is_retryable() && last.is_connection());
    assert!(last.to_string().contains("its turn never came"), "{last}");
    assert_eq!(con.sent.len(), 2);
}

#[test]
fn too_few_replies_are_no_answer_to_anybody() {
    let mut batch = batch(3, "v");
    let outcomes = batch.execute(&mut Scripted::answering([Ok(vec![Value::Int(1); 2])]));
    assert_eq!(effects(&outcomes), [Some(Effect::Unknown); 3]);
}

#[test]
fn nothing_to_say_is_said_to_nobody() {
    let nothing = [("f", None::<&str>)];
    let mut batch = HashBatch::new();
    batch.push(&nothing[..].as_hash().key("a").absent(crate::Absent::Keep)).unwrap();
    let mut con = Scripted::default();
    let outcomes = batch.execute(&mut con);
    assert_eq!(outcomes.iter().next().unwrap().result.unwrap(), Written::Nothing);
    outcomes.into_result().unwrap();
    HashBatch::new().execute(&mut con).into_result().unwrap();
    let report = write_all(&mut con, Vec::<crate::Changes<'_, User>>::new());
    assert_eq!((report.records, report.is_cut_short), (0, false));
    let report = write_all(&mut con, [nothing[..].as_hash().key("a").absent(crate::Absent::Keep)]);
    assert_eq!((report.empty, report.is_cut_short), (1, false));
    assert!(con.sent.is_empty());
}

/// A deadline that is over between two windows, while replies to the first are on their way: nobody is to
/// be given them.
#[test]
fn a_deadline_between_two_windows() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    // As many answers as anybody may want.
    let server = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        client.write_all(&b":1\r\n".repeat(2_000)).unwrap();
        io::copy(&mut client, &mut io::sink())
    });
    let client = redis::Client::open(url).unwrap();
    let mut con = Checked::new(client.get_connection().unwrap());
    let mut batch = batch(600, "v");
    let until = Instant::now() + Duration::from_millis(50);
    let windows: Vec<_> = batch.arena.windows().collect();
    batch.verdicts.begin(600);
    let mut line = Line::<_, Deadline>::new(&mut con, Some(until));
    line.send(windows[0], None, false, &mut |_, _, _| unreachable!("too early"));
    while Instant::now() <= until {
        std::thread::yield_now();
    }
    line.send(windows[1], Some(windows[0]), true, &mut |which, answer, is_open: &mut bool| {
        batch.verdicts.settle(windows[which as usize], answer, is_open);
    });
    drop(line);
    for nth in 0..600 {
        let effect = if nth < 512 { Effect::Unknown } else { Effect::NotSent };
        assert_eq!(batch.verdicts.get(nth).unwrap_err().effect(), effect);
    }
    assert!(con.is_broken() && redis::cmd("PING").exec(&mut con).is_err());
    drop(con);
    server.join().unwrap().unwrap();
}

/// Whatever it holds, a window comes to its end.
#[test]
fn records_that_say_nothing_fill_a_window_too() {
    let nothing = [("f", None::<&str>)];
    let records = (0..100_000).map(|_| nothing[..].as_hash().key("a").absent(crate::Absent::Keep));
    let mut steps = Vec::new();
    let all = crate::WriteAll::new(records).progress(|so_far| steps.push(so_far.records));
    assert_eq!(all.run(&mut Scripted::default()).empty, 100_000);
    let largest = steps.iter().scan(0, |before, now| Some(now - std::mem::replace(before, *now)));
    assert!(largest.max() < Some(10_000), "{steps:?}");
}

struct Panics;
impl ToHashValue for Panics {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        let _written = out.bytes(b"half of it")?;
        panic!("an encoder of the user's");
    }
}

struct Refuses;
impl ToHashValue for Refuses {
    fn write_hash_value<'w>(&self, _: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Err(ValueError::new("no"))
    }
}

#[test]
fn what_cannot_be_encoded_is_not_in_it() {
    let mut batch = batch(1, "v");
    let bytes = batch.bytes();
    assert!(batch.push(&[("a", Refuses)][..].as_hash().key("k")).is_err());
    let push = || batch.push(&[("a", Panics)][..].as_hash().key("k"));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(push)).is_err());
    assert_eq!((batch.len(), batch.bytes()), (1, bytes));
    batch.push(&pair("w")[..].as_hash().key("k")).unwrap();
    assert_eq!(batch.execute(&mut Scripted::default()).failed().count(), 0);
}

#[test]
fn a_giant_is_given_back_and_a_habit_is_not() {
    let giant = "x".repeat(16 << 20);
    let mut batch = batch(1, &giant);
    batch.execute(&mut Scripted::default()).into_result().unwrap();
    batch.push(&pair("v")[..].as_hash().key("k")).unwrap();
    batch.execute(&mut Scripted::default()).into_result().unwrap();
    batch.push(&pair("v")[..].as_hash().key("k")).unwrap();
    assert!(batch.arena.capacity() <= 1 << 20, "{}", batch.arena.capacity());

    // The same of what is known of many records.
    let mut many = HashBatch::new();
    for _ in 0..100_000 {
        many.push(&pair("v")[..].as_hash().key("k")).unwrap();
    }
    many.execute(&mut Scripted::default()).into_result().unwrap();
    for _ in 0..2 {
        many.push(&pair("v")[..].as_hash().key("k")).unwrap();
        many.execute(&mut Scripted::default()).into_result().unwrap();
    }
    many.clear();
    assert!(many.arena.memory() + many.verdicts.memory() <= 3 << 20, "{}", many.arena.memory());

    let much = "x".repeat(3 << 20);
    for _ in 0..3 {
        batch.push(&pair(&much)[..].as_hash().key("k")).unwrap();
        let capacity = batch.arena.capacity();
        batch.execute(&mut Scripted::default()).into_result().unwrap();
        batch.clear();
        assert_eq!(batch.arena.capacity(), capacity);
    }
}

/// A cluster's synchronous connection is given the script that the encoder would have written for it.
#[test]
fn a_transaction_as_a_script() {
    let pairs = [("a", Some("x\r\n")), ("b", None), ("c", Some("")), ("d", None)];
    let write = pairs[..].as_hash().key("k");
    let (mut transaction, mut script) = (Vec::new(), Vec::new());
    let plan = write.append(Whole::Multi, CallScript::Eval, &mut transaction).unwrap();
    assert!(matches!(plan.commands, Commands::Transaction));
    let expected = write.append(Whole::Script, CallScript::Evalsha, &mut script).unwrap();
    let (commands, packed) = plan::script_instead(&transaction);
    assert_eq!(packed, script);
    let same = |commands: &Commands| match *commands {
        Commands::Script { args, rest } => (args, rest),
        _ => unreachable!("a script"),
    };
    assert_eq!(same(&commands), same(&expected.commands));
}

#[derive(crate::ToRedisHash)]
#[redis_hash(crate = crate, key = "user:{id}")]
struct User {
    id: u32,
    name: &'static str,
}

#[test]
fn of_records_and_of_references_to_them() {
    let users = [User { id: 1, name: "Ada" }, User { id: 2, name: "Grace" }];
    let mut by_reference = Scripted::default();
    let report = write_all(&mut by_reference, &users).into_result().unwrap();
    assert_eq!((report.records, report.applied, report.bytes > 0), (2, 2, true));
    let mut by_options = Scripted::default();
    let report = write_all(&mut by_options, users.iter().map(ToRedisHash::as_hash));
    assert_eq!(report.applied, 2);
    let mut by_value = Scripted::default();
    assert_eq!(write_all(&mut by_value, users).applied, 2);
    assert_eq!(by_value.sent, by_reference.sent);
    assert_eq!(by_value.sent, by_options.sent);
    assert_eq!(crate::sink::commands(&by_value.sent[0]).count(), 2);
}
