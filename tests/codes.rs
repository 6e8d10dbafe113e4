//! Every error code of a server, for every shape of a plan, over both kinds of connection: from a
//! server that answers what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::Duration;

use redis::{ConnectionAddr, IntoConnectionInfo};
use redis_hashmap::ErrorKind::{
    self, Aborted, Ask, Busy, ClusterDown, CrossSlot, Loading, MasterDown, Misconfigured, Moved,
    NoAuth, NoPermission, NoReplicas, NoScript, OutOfMemory, ReadOnly, Server, TryAgain, WrongType,
};
use redis_hashmap::{Effect, Error, Exists, ToRedisHash};
use tempfile::TempDir;

/// Each code as servers say it, its kind, and whether the same write may succeed after a pause.
const CODES: [(&str, ErrorKind, bool); 18] = [
    ("ERR something", Server, false),
    ("WRONGTYPE Operation against a key holding the wrong kind of value", WrongType, false),
    ("OOM command not allowed when used memory > 'maxmemory'.", OutOfMemory, true),
    ("READONLY You can't write against a read only replica.", ReadOnly, true),
    ("MOVED 3999 127.0.0.1:6381", Moved, false),
    ("ASK 3999 127.0.0.1:6381", Ask, false),
    ("TRYAGAIN Multiple keys request during rehashing of slot", TryAgain, true),
    ("LOADING Redis is loading the dataset in memory", Loading, true),
    ("CLUSTERDOWN Hash slot not served", ClusterDown, true),
    ("MASTERDOWN Link with MASTER is down", MasterDown, true),
    ("CROSSSLOT Keys in request don't hash to the same slot", CrossSlot, false),
    ("MISCONF Redis is configured to save RDB snapshots", Misconfigured, true),
    ("NOSCRIPT No matching script. Please use EVAL.", NoScript, true),
    ("EXECABORT Transaction discarded because of previous errors.", Aborted, true),
    ("NOPERM this user has no permissions to run the 'hset' command", NoPermission, false),
    ("NOAUTH Authentication required.", NoAuth, false),
    ("NOREPLICAS Not enough good replicas to write.", NoReplicas, true),
    ("BUSY Redis is busy running a script.", Busy, true),
];

#[derive(ToRedisHash)]
#[redis_hash(key = "person:{id}")]
struct Person {
    #[redis_hash(skip)]
    id: u32,
    name: &'static str,
    email: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Single,
    /// Refused as it is queued.
    Queued,
    /// Refused as it runs.
    Run,
    Script,
}

/// Answers every command: those that write with this error.
struct Scripted {
    _folder: TempDir,
    client: redis::Client,
}

impl Scripted {
    fn new(error: String, shape: Shape) -> Self {
        Self::start(usize::MAX, error, shape)
    }

    /// So many times; then it writes.
    fn refusing(times: usize, error: String) -> Self {
        Self::start(times, error, Shape::Single)
    }

    fn start(refusals: usize, error: String, shape: Shape) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("s");
        let listener = UnixListener::bind(&socket).expect("a socket");
        thread::spawn(move || {
            // Ends with the process: nobody else knows the socket.
            for stream in listener.incoming().flatten() {
                let error = error.clone();
                thread::spawn(move || answer(&stream, &error, refusals, shape));
            }
        });
        let info = ConnectionAddr::Unix(socket).into_connection_info().expect("a socket");
        Self { _folder: folder, client: redis::Client::open(info).expect("a client") }
    }
}

fn answer(stream: &UnixStream, error: &str, mut refusals: usize, shape: Shape) -> Option<()> {
    let mut requests = BufReader::new(stream);
    let mut in_multi = false;
    loop {
        let name = command(&mut requests)?;
        let refused = format!("-{error} canary\r\n");
        let reply = match name.as_str() {
            "MULTI" => {
                in_multi = true;
                "+OK\r\n".to_owned()
            }
            "HSET" | "HDEL" if in_multi && shape != Shape::Queued => "+QUEUED\r\n".to_owned(),
            "EXEC" => {
                in_multi = false;
                match shape {
                    Shape::Queued => "-EXECABORT Transaction discarded\r\n".to_owned(),
                    _ => format!("*2\r\n{refused}{refused}"),
                }
            }
            "HSET" | "HDEL" | "EVALSHA" | "EVAL" if refusals > 0 => {
                refusals -= 1;
                refused
            }
            "HSET" | "HDEL" | "EVALSHA" | "EVAL" => ":1\r\n".to_owned(),
            _ => "+OK\r\n".to_owned(),
        };
        { stream }.write_all(reply.as_bytes()).ok()?;
    }
}

/// Reads a whole command, and answers its name.
fn command(requests: &mut impl BufRead) -> Option<String> {
    let number = |requests: &mut dyn BufRead| {
        let mut line = String::new();
        requests.read_line(&mut line).ok()?;
        line.get(1..)?.trim().parse::<usize>().ok()
    };
    let count = number(requests)?;
    let mut name = None;
    for _ in 0..count {
        let mut arg = vec![0; number(requests)? + 2];
        requests.read_exact(&mut arg).ok()?;
        name.get_or_insert(arg);
    }
    Some(String::from_utf8(name?).ok()?.trim().to_owned())
}

fn assert_as_documented(outcome: Result<(), Error>, code: &str, kind: ErrorKind, passes: bool) {
    let error = outcome.expect_err(code);
    let name = code.split(' ').next().expect("a word");
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(error.effect(), Effect::Rejected, "{error:?}");
    assert_eq!(error.is_retryable(), passes, "{error:?}");
    assert_eq!(error.code(), Some(name), "{error:?}");
    let message = error.to_string();
    assert!(
        message.starts_with("`Person` at key \"person:7\": ")
            && message.ends_with(&format!("refused with {name}; the hash is as it was")),
        "{message}"
    );
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = source {
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        source = error.source();
    }
}

#[test]
fn every_code_is_told_apart() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    for (code, kind, passes) in CODES {
        for shape in [Shape::Single, Shape::Queued, Shape::Run, Shape::Script] {
            // What EXEC says of itself names no command's reason.
            if kind == Aborted && shape == Shape::Run {
                continue;
            }
            let server = Scripted::new(code.to_owned(), shape);
            let email = (shape == Shape::Single).then_some("canary");
            let person = Person { id: 7, name: "canary", email };
            let mut write = person.as_hash();
            if shape == Shape::Script {
                write = write.only_if(Exists::No);
            }
            let mut con = server.client.get_connection().expect("a connection");
            let outcome = write.write(&mut con).map(drop);
            assert_as_documented(outcome, code, kind, passes);

            let outcome = runtime.block_on(async {
                let con = server.client.get_multiplexed_async_connection();
                write.write_async(&mut con.await.expect("a connection")).await.map(drop)
            });
            assert_as_documented(outcome, code, kind, passes);
        }
    }
}

/// Twice refused, then written: over an asynchronous connection, as over the others.
#[test]
fn what_passes_is_tried_again() {
    let policy = backon::ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(1))
        .with_max_times(2);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        for (refusals, kind) in [(2, None), (3, Some(Loading))] {
            let server = Scripted::refusing(refusals, "LOADING Redis is loading".to_owned());
            let con = server.client.get_multiplexed_async_connection();
            let mut con = con.await.expect("a connection");
            let person = Person { id: 7, name: "canary", email: Some("canary") };
            let write = person.as_hash().retry(policy);
            let outcome = write.write_async(&mut con).await;
            assert_eq!(outcome.map_err(|error| error.kind()).err(), kind);
        }
    });
}

/// In the caller's own pipeline, the errors are those of `redis`: which command was refused, with
/// which code. What the write would do by itself, the kind says.
#[test]
fn a_pipeline_says_which_command_was_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    for (code, kind, _) in CODES {
        for shape in [Shape::Single, Shape::Script] {
            let server = Scripted::new(code.to_owned(), shape);
            let email = (shape == Shape::Single).then_some("canary");
            let person = Person { id: 7, name: "canary", email };
            let mut pipeline = redis::pipe();
            pipeline.cmd("PING").ignore();
            person.as_hash().queue(&mut pipeline).expect("queued");
            pipeline.cmd("PING").ignore();

            let mut con = server.client.get_connection().expect("a connection");
            let blocking = pipeline.exec(&mut con);
            let concurrent = runtime.block_on(async {
                let con = server.client.get_multiplexed_async_connection();
                let mut con = con.await.expect("a connection");
                let outcome = pipeline.exec_async(&mut con).await;
                // The other answers are where they belong.
                redis::cmd("PING").exec_async(&mut con).await.expect("in step");
                outcome
            });
            redis::cmd("PING").exec(&mut con).expect("in step");
            for outcome in [blocking, concurrent] {
                let error = outcome.expect_err(code);
                let refused = error.into_server_errors().expect("the server's");
                let [(1, error)] = &refused[..] else { panic!("{code}: {refused:?}") };
                assert_eq!(error.code(), code.split(' ').next().expect("a word"), "{kind:?}");
            }
        }
    }
}
