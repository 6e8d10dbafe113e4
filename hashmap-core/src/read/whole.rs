//! A hash as a whole, by its key.

use redis::Value;

use super::FromRedisHash;
use crate::command::{Args, FieldCommand, Op, Ttl, script};
use crate::error::Result;
use crate::key::KeyArg;

const DELETE: &str = script!("delete.lua");

pub(super) fn delete<R: FromRedisHash>(key: impl KeyArg) -> FieldCommand<bool> {
    let args = Args { before_key: &[b"EVAL", DELETE.as_bytes(), b"1"], ..Args::default() };
    let op = Op::write("delete_hash");
    FieldCommand::new(op, R::NAME, None, key, &args, |asked, reply| match reply {
        Value::Int(0) => Ok(false),
        Value::Int(1) => Ok(true),
        other => Err(asked.unexpected(&other)),
    })
}

pub(super) fn ttl<R: FromRedisHash>(key: impl KeyArg) -> FieldCommand<Ttl> {
    let args = Args { before_key: &[b"PTTL"], ..Args::default() };
    let op = Op::read("PTTL");
    FieldCommand::new(op, R::NAME, None, key, &args, |asked, reply| match reply {
        Value::Int(answer) => Ttl::of(answer).ok_or_else(|| asked.unexpected(&reply)),
        other => Err(asked.unexpected(&other)),
    })
}

/// Whether there is any field, and where that says no: whether there are fields. The first takes
/// constant time; but in a hash of which nearly all fields are over, Valkey may find none.
pub(super) fn exists<R: FromRedisHash>(key: impl KeyArg) -> Result<[FieldCommand<bool>; 2]> {
    let key = key.into_key()?;
    let any = Args { before_key: &[b"HRANDFIELD"], ..Args::default() };
    let op = Op::read("HRANDFIELD");
    let any =
        FieldCommand::new(op, R::NAME, None, key.as_ref(), &any, |asked, reply| match reply {
            Value::Nil => Ok(false),
            Value::BulkString(_) => Ok(true),
            other => Err(asked.unexpected(&other)),
        });
    let all = Args { before_key: &[b"HKEYS"], ..Args::default() };
    let op = Op::read("HKEYS");
    let all =
        FieldCommand::new(op, R::NAME, None, key.as_ref(), &all, |asked, reply| match reply {
            Value::Array(names) | Value::Set(names) => Ok(!names.is_empty()),
            other => Err(asked.unexpected(&other)),
        });
    Ok([any, all])
}
