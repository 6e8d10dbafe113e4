//! How long one field lives.

use std::time::Duration;

use redis::Value;

use super::HashField;
use super::codec::OwnValue;
use crate::command::{Args, Asked, FieldCommand, Op, Ttl};
use crate::error::{Error, Result};
use crate::key::KeyArg;
use crate::plan::field_lifetime;

/// The command by way of a script: see [`HashField::lifetime`].
const CALL: &str = "return redis.pcall(ARGV[1], KEYS[1], unpack(ARGV, 2))";

/// Redis knows the lifetime of a field from 7.4, and Valkey from 9.0. Others answer
/// [`Unsupported`](crate::ErrorKind::Unsupported), and nothing is changed. (Where the key is not
/// ASCII, these are sent by a script, which needs the right to `eval`, too.)
impl<T, C> HashField<T, C> {
    /// The field is gone after this time, counted by the server from now (in whole milliseconds,
    /// rounded up). Answers whether the field is there. (`HPEXPIRE`)
    ///
    /// Whoever writes the field then ends its lifetime; [`incr`](Self::incr) lets it run on.
    ///
    /// # Errors of its run
    ///
    /// [`Error::Expire`](crate::Error::Expire) of a time that is zero or too long: nothing is sent.
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, otp: Option<u32> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// use std::time::Duration;
    ///
    /// let otp = User::hash_fields().otp;
    /// let is_there = otp.expire(User::hash_key(42), Duration::from_secs(120)).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expire(&self, key: impl KeyArg, time: Duration) -> FieldCommand<bool>
    where
        C: OwnValue,
    {
        let ms = match field_lifetime(time) {
            Ok(ms) => ms,
            Err(error) => return FieldCommand::failed(error.into(), is_there),
        };
        let ms = itoa::Buffer::new().format(ms).to_owned();
        self.lifetime(Op::write("HPEXPIRE"), key, Some(&ms), is_there)
    }

    /// How long the field has left. (`HPTTL`)
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, otp: Option<u32> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// use redis_hashmap::Ttl;
    ///
    /// match User::hash_fields().otp.ttl(User::hash_key(42)).run(&mut con)? {
    ///     Ttl::Left(time) => println!("{time:?} are left"),
    ///     Ttl::Forever => println!("as long as its hash"),
    ///     Ttl::Missing => println!("not there"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ttl(&self, key: impl KeyArg) -> FieldCommand<Ttl> {
        self.lifetime(Op::read("HPTTL"), key, None, |asked, reply| {
            let answer = only(asked, reply)?;
            Ttl::of(answer).ok_or_else(|| asked.unexpected(&Value::Int(answer)))
        })
    }

    /// The field lives as long as its hash from now on. Answers whether the field is there.
    /// (`HPERSIST`)
    ///
    /// ```no_run
    /// # use redis_hashmap::{FromRedisHash, ToRedisHash};
    /// # #[derive(ToRedisHash, FromRedisHash)]
    /// # #[redis_hash(key = "user:{id}")]
    /// # struct User { id: u64, otp: Option<u32> }
    /// # let mut con = redis::Client::open("redis://127.0.0.1/")?.get_connection()?;
    /// let is_there = User::hash_fields().otp.persist(User::hash_key(42)).run(&mut con)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn persist(&self, key: impl KeyArg) -> FieldCommand<bool>
    where
        C: OwnValue,
    {
        self.lifetime(Op::write("HPERSIST"), key, None, is_there)
    }

    /// `HPTTL key FIELDS 1 field`.
    ///
    /// A server that does not know the command quotes its key, cut after 128 bytes: what is no UTF-8
    /// then, no connection of `redis` can read or get over. So such a key is asked about by a script,
    /// which quotes nothing.
    fn lifetime<A>(
        &self,
        op: Op,
        key: impl KeyArg,
        ms: Option<&str>,
        decode: fn(&Asked, Value) -> Result<A>,
    ) -> FieldCommand<A> {
        let key = match key.into_key() {
            Ok(key) => key.as_ref().to_vec(),
            Err(error) => return FieldCommand::failed(error.into(), decode),
        };
        let name = op.name.as_bytes();
        let is_quotable = key.is_ascii() && self.name.is_ascii();
        let (before_key, mut before_field): (&[&[u8]], Vec<&[u8]>) = if is_quotable {
            (&[name], Vec::new())
        } else {
            (&[b"EVAL", CALL.as_bytes(), b"1"], vec![name])
        };
        before_field.extend(ms.map(str::as_bytes));
        before_field.extend([&b"FIELDS"[..], b"1"]);
        let args = Args { before_key, before_field: &before_field, values: &[] };
        self.command(op, &key, &args, decode)
    }
}

/// What `HPEXPIRE` and `HPERSIST` say of one field.
fn is_there(asked: &Asked, reply: Value) -> Result<bool> {
    match only(asked, reply)? {
        -2 => Ok(false),
        // Set, or there was none to be taken away.
        1 | -1 => Ok(true),
        other => Err(asked.unexpected(&Value::Int(other))),
    }
}

fn only(asked: &Asked, reply: Value) -> Result<i64, Error> {
    match reply {
        Value::Array(answers) => match answers[..] {
            [Value::Int(answer)] => Ok(answer),
            _ => Err(asked.unexpected(&Value::Array(answers))),
        },
        other => Err(asked.unexpected(&other)),
    }
}
