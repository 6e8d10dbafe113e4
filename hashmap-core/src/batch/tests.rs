//! What is sent of many records, and what each answer means, from a connection that says what it is told to.

use std::io;

use redis::{ConnectionLike, RedisError, RedisResult, Value};

use super::HashBatch;
use crate::plan::{CallScript, Commands, Whole};
use crate::{
    Effect, Error, ErrorKind, Exists, ToHashValue, ToRedisHash, ValueError, ValueWriter, Written,
};
use crate::{WrittenValue, plan, write_all};

/// Takes windows one by one, and remembers them. Answers what is there, or all well.
#[derive(Default)]
struct Scripted {
    answers: Vec<RedisResult<Vec<Value>>>,
    sent: Vec<Vec<u8>>,
}

impl Scripted {
    fn answering(answers: impl IntoIterator<Item = RedisResult<Vec<Value>>>) -> Self {
        Self { answers: answers.into_iter().collect(), sent: Vec::new() }
    }
}

impl ConnectionLike for Scripted {
    fn req_packed_command(&mut self, _: &[u8]) -> RedisResult<Value> {
        unreachable!("many go as many")
    }

    fn req_packed_commands(&mut self, cmd: &[u8], _: usize, n: usize) -> RedisResult<Vec<Value>> {
        self.sent.push(cmd.to_vec());
        if self.answers.is_empty() { Ok(vec![Value::Int(1); n]) } else { self.answers.remove(0) }
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
    let long = "x".repeat(100 * 1024);
    batch(5, &long).execute(&mut con).into_result().unwrap();
    assert_eq!(
        con.sent.iter().map(|window| window.len() / long.len()).collect::<Vec<_>>(),
        [2, 2, 1]
    );
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
    assert!(con.sent.iter().all(Vec::is_empty));
}

/// `EXEC` is refused, and the connection stays in the `MULTI`: what follows is queued there, and dropped.
#[test]
fn a_transaction_that_does_not_end() {
    let queued = || Value::SimpleString("QUEUED".into());
    let refused = || server_error("NOPERM this user has no permissions to run the 'exec' command");
    let mut batch = HashBatch::new();
    let half = [("a", Some("x")), ("b", None)];
    batch.push(&half[..].as_hash().key("k0")).unwrap();
    batch.push(&pair("v")[..].as_hash().key("k1")).unwrap();
    for n in 2..600 {
        batch.push(&pair("v")[..].as_hash().key(format!("k{n}"))).unwrap();
    }
    let mut first = vec![Value::Okay, queued(), queued(), refused()];
    first.extend((1..509).map(|_| queued()));
    let mut con = Scripted::answering([Ok(first), Ok(vec![Value::Okay])]);
    let outcomes = batch.execute(&mut con);
    let effects = effects(&outcomes);
    assert!(effects[..509].iter().all(|effect| *effect == Some(Effect::Rejected)));
    assert!(effects[509..].iter().all(|effect| *effect == Some(Effect::NotSent)));
    assert_eq!(con.sent.last().unwrap(), plan::DISCARD);
    assert_eq!(con.sent.len(), 2);
}

#[test]
fn the_script_is_whole_once_a_window() {
    let mut batch = HashBatch::new();
    for n in 0..600 {
        let key = format!("k{n}");
        batch.push(&pair("v")[..].as_hash().key(key).only_if(Exists::No)).unwrap();
    }
    let mut con = Scripted::default();
    batch.execute(&mut con).into_result().unwrap();
    let count =
        |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).filter(|part| *part == word).count();
    for window in &con.sent {
        assert!(window.starts_with(b"*14\r\n$4\r\nEVAL\r\n"));
        assert_eq!(count(window, b"$4\r\nEVAL\r\n"), 1);
    }
    assert_eq!(
        con.sent.iter().map(|window| count(window, b"EVALSHA")).collect::<Vec<_>>(),
        [511, 87]
    );
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
    let plan = write.plan(Whole::Multi, CallScript::Eval, &mut transaction).unwrap();
    assert!(matches!(plan.commands, Commands::Transaction));
    let expected = write.plan(Whole::Script, CallScript::Evalsha, &mut script).unwrap();
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
