//! One record's question, and its answer as a record.

#[cfg(feature = "aio")]
use redis::Cmd;
use redis::Value;

use super::FromRedisHash;
#[cfg(feature = "aio")]
use crate::connection::AsyncConnection;
use crate::connection::Connection;
use crate::error::{Error, Failure, FieldError, ReadError, Result};
use crate::exec;
use crate::record::read::{FieldReader, fields};
use crate::sink;
use crate::value::read::is_nil;

/// Appends `HMGET key names..`, or `HGETALL key` where the record wants to see all.
pub(crate) fn encode<R: FromRedisHash>(key: &[u8], out: &mut Vec<u8>) {
    if wants_all::<R>() {
        sink::array(out, 2);
        sink::bulk(out, b"HGETALL");
        sink::bulk(out, key);
    } else {
        sink::array(out, 2 + const { R::FIELDS.count() });
        out.extend_from_slice(b"$5\r\nHMGET\r\n");
        sink::bulk(out, key);
        R::FIELDS.write(out);
    }
}

fn wants_all<R: FromRedisHash>() -> bool {
    const { R::FIELDS.wants_all() }
}

/// The record that a reply holds, whichever of the two commands it answers. `None`: there is none.
pub(crate) fn decode<R: FromRedisHash>(reply: Value, key: &[u8]) -> Result<Option<R>> {
    let command = if wants_all::<R>() { "HGETALL" } else { "HMGET" };
    let unread = |unread| FieldError::unread(R::NAME, Some(key), unread).into();
    let failed = |failure| Error::from(ReadError::new(R::NAME, key, failure));
    let mut reader = match reply {
        Value::ServerError(error) => return Err(failed(exec::rejected(command, &error, &[]))),
        Value::Array(values) if !wants_all::<R>() && values.len() == R::FIELDS.count() => {
            if values.iter().all(is_nil) {
                return Ok(None);
            }
            FieldReader::of_values(values, Some(key))
        }
        Value::Attribute { data, .. } => return decode(*data, key),
        Value::Map(_) | Value::Array(_) if wants_all::<R>() => {
            let fields = fields(reply).ok_or_else(|| failed(no_hash(command)))?;
            if fields.is_empty() {
                return Ok(None);
            }
            FieldReader::of_fields(fields, &R::FIELDS, Some(key)).map_err(unread)?
        }
        other => return Err(failed(exec::unexpected(command, &other))),
    };
    R::read_hash_fields(&mut reader).map(Some).map_err(unread)
}

#[cold]
fn no_hash(command: &str) -> Failure {
    let reply = exec::unexpected(command, &Value::Nil);
    let what = format!("{command} was answered with names and values that are no hash");
    Failure { what, ..reply }
}

pub(crate) fn blocking<R, C>(con: &mut C, key: &[u8]) -> Result<Option<R>>
where
    R: FromRedisHash,
    C: Connection + ?Sized,
{
    let reply = sink::with_buffer(|packed| {
        encode::<R>(key, packed);
        let redirects = !con.supports_pipelining();
        exec::answered(con.req_packed_command(packed), redirects, || packed)
    });
    decode(reply.map_err(|failure| ReadError::new(R::NAME, key, failure))?, key)
}

/// The question of one record, encoded: nothing of the caller's is in it.
#[cfg(feature = "aio")]
pub(crate) struct Question(Cmd);

#[cfg(feature = "aio")]
impl Question {
    pub(crate) fn new<R: FromRedisHash>(key: &[u8]) -> Self {
        sink::with_buffer(|packed| {
            encode::<R>(key, packed);
            Self(sink::cmd::cmds(packed).next().unwrap_or_default())
        })
    }

    pub(crate) async fn ask<R, C>(self, con: &mut C) -> Result<Option<R>>
    where
        R: FromRedisHash,
        C: AsyncConnection + ?Sized,
    {
        let key = || sink::cmd::arg(&self.0, crate::plan::KEY);
        let reply = exec::answered(con.req_packed_command(&self.0).await, true, || []);
        decode(reply.map_err(|failure| ReadError::new(R::NAME, key(), failure))?, key())
    }
}
