//! Running a plan: what each reply means, and what it says of the hash.

#[cfg(feature = "aio")]
pub(crate) mod aio;
pub(crate) mod blocking;

use redis::{RedisError, RedisResult, ServerError, Value};

use crate::checked;
use crate::error::{Effect, ErrorKind, Failure};
use crate::plan::TRANSACTION;
use crate::redact;
use crate::write::Written;

/// One command that the server answered with an error.
pub(crate) fn rejected(command: &str, error: &ServerError, packed: &[u8]) -> Failure {
    // Of what the server said itself: what is withheld of it depends on the record.
    let kind = kind(error);
    let source = redact::server_error(error.clone(), packed);
    let code = match reason(error.code(), error.details()) {
        known if ErrorKind::of_code(known) != ErrorKind::Server => known,
        _ => source.code().unwrap_or("ERR"),
    };
    let (what, effect) = match kind {
        // No command of ours is answered so: it was said to the AUTH of a connection being made.
        ErrorKind::Authentication => (UNAUTHENTICATED.to_owned(), Effect::NotSent),
        _ => (format!("{command} was refused with {code}"), Effect::Rejected),
    };
    Failure { what, effect, kind, source }
}

fn kind(error: &ServerError) -> ErrorKind {
    match error.details().and_then(|text| text.strip_prefix("Protocol error: ")) {
        // What Redis 7.0 to 8 say, before they hang up, to a long command of nobody they know.
        Some(text) if text.starts_with("unauthenticated") => ErrorKind::NoAuth,
        Some(_) => ErrorKind::Protocol,
        None => ErrorKind::of_code(reason(error.code(), error.details())),
    }
}

/// The code of an error. That of the cause, where EXEC only passes it on.
fn reason<'e>(code: &'e str, text: Option<&'e str>) -> &'e str {
    let cause = text.and_then(|text| text.split_once("discarded because of: "));
    match cause {
        Some((_, cause)) if code == "EXECABORT" => cause.split(' ').next().unwrap_or(code),
        _ => code,
    }
}

/// What `Unsupported` means.
pub(crate) const NO_LIFETIMES: &str =
    "the server knows no lifetime of a field, as Redis does from 7.4 and Valkey from 9.0";

const UNAUTHENTICATED: &str = "the server did not accept the credentials";

/// The reply of a plan of one command.
pub(crate) fn check_single(command: &str, reply: Value, packed: &[u8]) -> Result<(), Failure> {
    match reply {
        Value::Int(_) => Ok(()),
        Value::ServerError(error) => Err(rejected(command, &error, packed)),
        reply => Err(unexpected(command, &reply)),
    }
}

/// The reply of `write.lua`.
pub(crate) fn check_script(reply: Value, packed: &[u8]) -> Result<Written, Failure> {
    match reply {
        Value::Int(1) => Ok(Written::Applied),
        Value::Int(0) => Ok(Written::Refused),
        Value::ServerError(error) if error.code() == "UNSUPPORTED" => {
            Err(Failure { what: NO_LIFETIMES.into(), ..rejected("the write", &error, packed) })
        }
        // Only where the server could not be asked for the user's rights beforehand.
        Value::ServerError(error) if error.code() == "HALFWRITTEN" => Err(halfway(&error, packed)),
        Value::ServerError(error) => Err(rejected("the write", &error, packed)),
        reply => Err(unexpected("the write", &reply)),
    }
}

/// `HALFWRITTEN HSET+HDEL PEXPIRE NOPERM and why`: what was applied, what was refused, the error.
fn halfway(error: &ServerError, packed: &[u8]) -> Failure {
    let mut words = error.details().unwrap_or_default().splitn(3, ' ');
    let applied = words.next().unwrap_or_default().replace('+', " and ");
    let command = words.next().unwrap_or_default().to_owned();
    let line = format!("-{}\r\n", words.next().unwrap_or_default());
    let error = match redis::parse_redis_value(line.as_bytes()) {
        Ok(Value::ServerError(cause)) => cause,
        _ => error.clone(),
    };
    let refused = rejected(&command, &error, packed);
    let what = format!("{} after {applied} had been applied", refused.what);
    Failure { what, effect: Effect::Partial, ..refused }
}

/// The replies of `MULTI`, `HSET`, `HDEL`, `EXEC`, every one of them: a server that refuses
/// `MULTI` runs the rest bare.
pub(crate) fn check_transaction(
    replies: [Value; TRANSACTION],
    packed: &[u8],
) -> Result<(), Failure> {
    let [multi, hset, hdel, exec] = replies;
    match multi {
        Value::Okay => {}
        Value::ServerError(refused) => {
            return Err(without_multi(&refused, [hset, hdel], exec, packed));
        }
        reply => return Err(unexpected("MULTI", &reply)),
    }
    match exec {
        Value::Array(results) => match <[Value; 2]>::try_from(results) {
            Ok([hset, hdel]) => check_both(hset, hdel, packed),
            Err(results) => Err(unexpected("EXEC", &Value::Array(results))),
        },
        Value::Nil => Err(Failure {
            what: "the transaction was dropped, because a key that this connection watches was changed".into(),
            effect: Effect::Rejected,
            kind: ErrorKind::Aborted,
            source: (redis::ErrorKind::Client, "EXEC answered nil").into(),
        }),
        // One of the two was refused when it was queued: that is the reason to name.
        Value::ServerError(exec) => Err(match (hset, hdel) {
            (Value::ServerError(error), _) => rejected("HSET", &error, packed),
            (_, Value::ServerError(error)) => rejected("HDEL", &error, packed),
            _ => rejected("EXEC", &exec, packed),
        }),
        reply => Err(unexpected("EXEC", &reply)),
    }
}

/// The replies of a transaction that was sent alone.
fn all_four(replies: Vec<Value>) -> Result<[Value; TRANSACTION], Failure> {
    replies.try_into().map_err(|replies| unexpected("MULTI", &Value::Array(replies)))
}

/// Whether the connection is still inside our `MULTI`: its `EXEC` was refused, and not even taken
/// for the end of it. So it is where the server does not know the command.
pub(crate) fn is_left_open(replies: &[Value]) -> bool {
    matches!(
        replies,
        [Value::Okay, _, _, Value::ServerError(exec)] if exec.code() != "EXECABORT"
    )
}

/// The results of a transaction that ran. Redis rolls nothing back, so each counts.
fn check_both(hset: Value, hdel: Value, packed: &[u8]) -> Result<(), Failure> {
    match (hset, hdel) {
        (Value::Int(_), Value::Int(_)) => Ok(()),
        // Both check the key's type first: both refuse it.
        (Value::ServerError(error), Value::ServerError(_)) => Err(rejected("HSET", &error, packed)),
        (Value::ServerError(error), _) => {
            let refused = rejected("HSET", &error, packed);
            let what = format!("{}, and HDEL was applied", refused.what);
            Err(Failure { what, effect: Effect::Partial, ..refused })
        }
        (_, Value::ServerError(error)) => {
            let refused = rejected("HDEL", &error, packed);
            let what = format!("HSET was applied, and {}", refused.what);
            Err(Failure { what, effect: Effect::Partial, ..refused })
        }
        (reply, Value::Int(_)) => Err(unexpected("HSET", &reply)),
        (_, reply) => Err(unexpected("HDEL", &reply)),
    }
}

/// `MULTI` was refused, so each command ran for itself, or in the transaction that the caller had
/// open on this connection, which our `EXEC` has ended. Says what each did.
fn without_multi(
    refused: &ServerError,
    commands: [Value; 2],
    exec: Value,
    packed: &[u8],
) -> Failure {
    let mut refused = rejected("MULTI", refused, packed);
    let in_callers = commands.iter().any(is_queued);
    if in_callers {
        refused.kind = ErrorKind::InTransaction;
    }
    let (how, [hset, hdel]) = match (in_callers, exec) {
        (false, _) => ("one by one", commands),
        (true, Value::Array(mut results)) => {
            let ours = results.split_off(results.len().saturating_sub(2));
            let ours = ours.try_into().unwrap_or([Value::Nil, Value::Nil]);
            ("in the transaction that was open on this connection, and ended it", ours)
        }
        (true, _) => {
            let what = format!(
                "{}, and the transaction that was open on this connection was dropped",
                refused.what
            );
            return Failure { what, ..refused };
        }
    };
    let effect = match (&hset, &hdel) {
        (Value::ServerError(_), Value::ServerError(_)) => return refused,
        (Value::Int(_), Value::Int(_)) => Effect::Applied,
        _ => Effect::Partial,
    };
    let did = |reply: Value| match reply {
        Value::Int(_) => "was applied".to_owned(),
        Value::ServerError(error) => {
            let what = rejected("it", &error, packed).what;
            what.strip_prefix("it ").unwrap_or(&what).to_owned()
        }
        _ => "was answered with nonsense".to_owned(),
    };
    let what = format!(
        "{}, so the commands ran {how}: HSET {}, HDEL {}",
        refused.what,
        did(hset),
        did(hdel)
    );
    Failure { what, effect, ..refused }
}

pub(crate) fn is_queued(reply: &Value) -> bool {
    matches!(reply, Value::SimpleString(text) if text == "QUEUED")
}

/// A reply of another shape than the command's. Its content is not shown.
pub(crate) fn unexpected(command: &str, reply: &Value) -> Failure {
    let (what, effect, kind) = if is_queued(reply) {
        let what = format!("{command} was queued: this connection is inside a MULTI of its user's");
        (what, Effect::Queued, ErrorKind::InTransaction)
    } else {
        let shape = shape(reply);
        let what = format!("{command} was answered with {shape}, which is no answer to it");
        (what, Effect::Unknown, ErrorKind::Protocol)
    };
    Failure {
        what,
        effect,
        kind,
        source: (
            redis::ErrorKind::UnexpectedReturnType,
            "the reply has another shape than the command's",
        )
            .into(),
    }
}

fn shape(reply: &Value) -> &'static str {
    match reply {
        Value::Nil => "nil",
        Value::Int(_) => "an integer",
        Value::BulkString(_) | Value::SimpleString(_) | Value::Okay => "a string",
        Value::Array(_) => "an array",
        Value::Map(_) => "a map",
        Value::ServerError(_) => "an error",
        _ => "a reply of another type",
    }
}

/// The reply to one command, a server's error among them: some connections answer that as an `Err`.
pub(crate) fn answered<P: AsRef<[u8]>>(
    reply: RedisResult<Value>,
    redirects: bool,
    packed: impl FnOnce() -> P,
) -> Result<Value, Failure> {
    reply
        .or_else(|error| ServerError::try_from(error).map(Value::ServerError))
        .map_err(|error| transport(error, redirects, packed().as_ref()))
}

/// The connection answered an error instead of a reply.
///
/// `redirects`: the connection may have tried more than once (a cluster's), so that what the last
/// try says is not all that happened.
pub(crate) fn transport(error: RedisError, redirects: bool, packed: &[u8]) -> Failure {
    use redis::ErrorKind as Redis;
    let never_sent = checked::is_refusal(&error)
        || !redirects
            && (error.is_connection_refusal()
                || matches!(
                    error.kind(),
                    Redis::AuthenticationFailed | Redis::InvalidClientConfig
                ));
    let kind = ErrorKind::of_transport(&error);
    Failure {
        what: match kind {
            ErrorKind::Connection if checked::is_refusal(&error) => {
                "this connection failed before, and is used no more: make a new one"
            }
            ErrorKind::Timeout => "no answer in time",
            ErrorKind::Authentication => UNAUTHENTICATED,
            _ if never_sent => "no connection to the server",
            ErrorKind::Protocol => "the answer made no sense",
            _ => "the connection failed before the answer came",
        }
        .to_owned(),
        effect: if never_sent { Effect::NotSent } else { Effect::Unknown },
        kind,
        source: redact::transport_error(error, packed),
    }
}

#[cfg(test)]
mod tests;
