//! What is asked for many records, and what each answer means, from a connection that says what it is
//! told to.

mod many;
mod scan;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::io;

use redis::{ConnectionLike, RedisError, RedisResult, Value};

use crate::key::{HashKeyPattern, KeyTemplate, is_read};
use crate::record::names::Names;
use crate::record::read::FieldReader;
use crate::value::read::{FromHashField as _, Unread};
use crate::{Error, ErrorKind, FromHashValue as _, FromRedisHash, Result};

#[derive(Debug, PartialEq)]
struct User {
    id: u64,
}

impl FromRedisHash for User {
    const NAME: &'static str = "User";
    const FIELDS: Names = Names::new(&["id"], &[]);

    type Handles = ();

    fn hash_handles(_: &str) {}

    fn read_hash_fields(fields: &mut FieldReader<'_>) -> Result<Self, Unread> {
        u64::from_hash_field(fields.field("id", 0)).map(|id| Self { id })
    }
}

impl HashKeyPattern for User {
    const TEMPLATE: &'static KeyTemplate =
        &KeyTemplate::new("User", "u*:{id}", ":").parts(&[("u*:", "id")], "");

    fn fits(segments: &[Cow<'_, str>]) -> bool {
        is_read(segments, 0, u64::from_hash_value)
    }
}

/// Answers by what it is asked, unless a call is to fail, and remembers what it was sent.
#[derive(Default)]
struct Scripted {
    /// The pages of `SCAN`, in turn: the next cursor, and the keys.
    pages: Vec<Value>,
    /// What a call answers instead, by its number.
    fails: BTreeMap<usize, RedisError>,
    /// As many replies as there were commands, and this one not.
    loses_reply_of: Option<usize>,
    /// Each call's commands.
    sent: Vec<Vec<String>>,
    /// As a cluster's connection: pipelines are for one slot, an error is an `Err`.
    is_cluster: bool,
}

impl Scripted {
    fn failing(call: usize, error: impl Into<RedisError>) -> Self {
        Self { fails: [(call, error.into())].into(), ..Self::default() }
    }

    fn cluster(self) -> Self {
        Self { is_cluster: true, ..self }
    }

    /// How many commands each call had.
    fn calls(&self) -> Vec<usize> {
        self.sent.iter().map(Vec::len).collect()
    }

    fn call(&mut self, commands: Vec<String>) -> RedisResult<Vec<Value>> {
        let call = self.sent.len();
        let mut replies: Vec<_> = commands.iter().map(|command| self.reply(command)).collect();
        self.sent.push(commands);
        if self.loses_reply_of == Some(call) {
            replies.pop();
        }
        self.fails.remove(&call).map_or(Ok(replies), Err)
    }

    /// To `HMGET u*:7 id`: 7. Other keys say themselves what they are.
    fn reply(&mut self, command: &str) -> Value {
        let words: Vec<_> = command.split(' ').collect();
        let number = |key: &str| key.rsplit(':').next().unwrap_or(key).to_owned();
        match words[..] {
            ["SCAN", ..] => self.pages.remove(0),
            ["HMGET", "text", "id"] => resp("-WRONGTYPE no hash"),
            ["HMGET", "gone", "id"] => Value::Array(vec![Value::Nil]),
            ["HMGET", "bad", "id"] => Value::Array(vec![Value::BulkString(b"canary".into())]),
            ["HMGET", "wide", "id"] => Value::Array(vec![Value::Nil, Value::Nil]),
            ["HMGET", key, "id"] if key.ends_with(":404") => Value::Array(vec![Value::Nil]),
            ["HMGET", key, "id"] if key.ends_with(":666") => resp("-WRONGTYPE no hash"),
            ["HMGET", key, "id"] => Value::Array(vec![Value::BulkString(number(key).into_bytes())]),
            _ => panic!("{command}"),
        }
    }
}

fn resp(line: &str) -> Value {
    redis::parse_redis_value(format!("{line}\r\n").as_bytes()).expect("RESP")
}

fn lost() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

fn text(args: crate::sink::Args<'_>) -> String {
    args.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

impl ConnectionLike for Scripted {
    fn req_packed_command(&mut self, packed: &[u8]) -> RedisResult<Value> {
        let commands: Vec<_> = crate::sink::commands(packed).map(text).collect();
        assert_eq!(commands.len(), 1);
        let reply = self.call(commands)?.remove(0);
        if self.is_cluster { reply.extract_error() } else { Ok(reply) }
    }

    fn req_packed_commands(
        &mut self,
        packed: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        assert!(!self.is_cluster, "no pipeline over a synchronous cluster connection");
        let commands: Vec<_> = crate::sink::commands(packed).map(text).collect();
        assert_eq!((offset, count), (0, commands.len()), "every reply is asked for");
        self.call(commands)
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn supports_pipelining(&self) -> bool {
        !self.is_cluster
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

#[cfg(feature = "aio")]
mod aio {
    use std::future::poll_fn;
    use std::task::Poll;

    use redis::aio::ConnectionLike;
    use redis::{Cmd, Pipeline, RedisFuture, ServerErrorKind, Value};

    use super::Scripted;

    fn text(cmd: &Cmd) -> String {
        crate::sink::commands(&cmd.get_packed_command()).map(super::text).collect()
    }

    /// Answers when it is asked for the second time.
    async fn pause() {
        let mut is_over = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut is_over, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    impl ConnectionLike for Scripted {
        fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
            Box::pin(async {
                pause().await;
                let reply = self.call(vec![text(cmd)])?.remove(0);
                if self.is_cluster { reply.extract_error() } else { Ok(reply) }
            })
        }

        fn req_packed_commands<'a>(
            &'a mut self,
            pipeline: &'a Pipeline,
            offset: usize,
            count: usize,
        ) -> RedisFuture<'a, Vec<Value>> {
            Box::pin(async move {
                pause().await;
                let commands: Vec<_> = pipeline.cmd_iter().map(text).collect();
                assert_eq!((offset, count), (0, commands.len()), "every reply is asked for");
                if self.is_cluster && commands.len() > 1 {
                    // As `redis` 1.8.1 has it, before anything is sent.
                    let kind = redis::ErrorKind::Server(ServerErrorKind::CrossSlot);
                    return Err((kind, "Received crossed slots in pipeline").into());
                }
                self.call(commands)
            })
        }

        fn get_db(&self) -> i64 {
            0
        }
    }
}

/// `7`, `none`, or an error's kind and key.
fn shown(record: Result<Option<User>>) -> String {
    match record {
        Ok(Some(user)) => user.id.to_string(),
        Ok(None) => "none".into(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> String {
    let key = match error {
        Error::Read(error) => error.key(),
        Error::Value(error) => error.key(),
        _ => "",
    };
    assert!(!format!("{error:?} {:?}", error.source()).contains("canary"));
    format!("{:?} {key}", error.kind()).trim().to_owned()
}
