//! Running a plan: what each reply means, and what it says of the hash.

pub(crate) mod blocking;

use redis::{RedisError, ServerError, Value};

use crate::error::{Effect, ErrorKind, Failure};
use crate::redact;

/// One command that the server answered with an error.
fn rejected(command: &str, error: ServerError, packed: &[u8]) -> Failure {
    Failure {
        what: format!("{command} was refused with {}", error.code()),
        effect: Effect::Rejected,
        kind: ErrorKind::of_code(error.code()),
        source: redact::server_error(error, packed),
    }
}

/// The reply of a plan of one command.
fn check_single(command: &str, reply: Value, packed: &[u8]) -> Result<(), Failure> {
    match reply {
        Value::Int(_) => Ok(()),
        Value::ServerError(error) => Err(rejected(command, error, packed)),
        reply => Err(unexpected(command, &reply)),
    }
}

/// The reply of `write.lua`.
fn check_script(reply: Value, packed: &[u8]) -> Result<(), Failure> {
    match reply {
        // Only where the server could not be asked for the user's rights beforehand.
        Value::ServerError(error) if error.code() == "HALFWRITTEN" => {
            let mut words = error.details().unwrap_or_default().split(' ');
            let command = words.next().unwrap_or_default().to_owned();
            let code = words.next().unwrap_or_default().to_owned();
            Err(Failure {
                what: format!("HSET was applied, then {command} was refused with {code}"),
                effect: Effect::Partial,
                kind: ErrorKind::of_code(&code),
                source: redact::server_error(error, packed),
            })
        }
        reply => check_single("the write", reply, packed),
    }
}

/// The replies of `MULTI`, `HSET`, `HDEL`, `EXEC`, every one of them: a server that refuses
/// `MULTI` runs the rest bare.
fn check_transaction(replies: Vec<Value>, packed: &[u8]) -> Result<(), Failure> {
    let replies: [Value; 4] = replies
        .try_into()
        .map_err(|replies: Vec<Value>| unexpected("MULTI", &Value::Array(replies)))?;
    let [multi, hset, hdel, exec] = replies;
    match multi {
        Value::Okay => {}
        Value::ServerError(refused) => return Err(without_multi(refused, &[hset, hdel], packed)),
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
            (Value::ServerError(error), _) => rejected("HSET", error, packed),
            (_, Value::ServerError(error)) => rejected("HDEL", error, packed),
            _ => rejected("EXEC", exec, packed),
        }),
        reply => Err(unexpected("EXEC", &reply)),
    }
}

/// The results of a transaction that ran. Redis rolls nothing back, so each counts.
fn check_both(hset: Value, hdel: Value, packed: &[u8]) -> Result<(), Failure> {
    match (hset, hdel) {
        (Value::Int(_), Value::Int(_)) => Ok(()),
        // Both check the key's type first: both refuse it.
        (Value::ServerError(error), Value::ServerError(_)) => Err(rejected("HSET", error, packed)),
        (Value::ServerError(error), _) => Err(Failure {
            what: format!("HSET was refused with {}, and HDEL was applied", error.code()),
            effect: Effect::Partial,
            ..rejected("HSET", error, packed)
        }),
        (_, Value::ServerError(error)) => Err(Failure {
            what: format!("HSET was applied, and HDEL was refused with {}", error.code()),
            effect: Effect::Partial,
            ..rejected("HDEL", error, packed)
        }),
        (reply, Value::Int(_)) => Err(unexpected("HSET", &reply)),
        (_, reply) => Err(unexpected("HDEL", &reply)),
    }
}

/// `MULTI` was refused, so each command ran for itself. Says what each did.
fn without_multi(refused: ServerError, commands: &[Value; 2], packed: &[u8]) -> Failure {
    if commands.iter().all(|reply| matches!(reply, Value::ServerError(_))) {
        return rejected("MULTI", refused, packed);
    }
    let did = |reply: &Value| match reply {
        Value::Int(_) => "was applied".to_owned(),
        Value::ServerError(error) => format!("was refused with {}", error.code()),
        // The caller had a transaction open on this connection.
        Value::SimpleString(text) if text == "QUEUED" => {
            "ran in the transaction that was open already".to_owned()
        }
        _ => "was answered with nonsense".to_owned(),
    };
    Failure {
        what: format!(
            "MULTI was refused with {}, so the commands ran one by one: HSET {}, HDEL {}",
            refused.code(),
            did(&commands[0]),
            did(&commands[1]),
        ),
        effect: Effect::Partial,
        ..rejected("MULTI", refused, packed)
    }
}

/// A reply of another shape than the command's. Its content is not shown.
fn unexpected(command: &str, reply: &Value) -> Failure {
    let queued = matches!(reply, Value::SimpleString(text) if text == "QUEUED");
    let what = if queued {
        format!(
            "{command} was queued: this connection is inside a MULTI, and only its EXEC will write"
        )
    } else {
        format!("{command} was answered with {}, which is no answer to it", shape(reply))
    };
    Failure {
        what,
        effect: Effect::Unknown,
        kind: ErrorKind::Protocol,
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

/// The connection answered an error instead of a reply.
///
/// `redirects`: the connection may have tried more than once (a cluster's), so that what the last
/// try says is not all that happened.
fn transport(error: RedisError, redirects: bool, packed: &[u8]) -> Failure {
    use redis::ErrorKind as Redis;
    let never_sent = !redirects
        && (error.is_connection_refusal()
            || matches!(error.kind(), Redis::AuthenticationFailed | Redis::InvalidClientConfig));
    let kind = ErrorKind::of_transport(&error);
    Failure {
        what: match kind {
            ErrorKind::Timeout => "no answer in time".to_owned(),
            ErrorKind::Authentication => "the server did not accept the credentials".to_owned(),
            _ if never_sent => "no connection to the server".to_owned(),
            ErrorKind::Protocol => "the answer made no sense".to_owned(),
            _ => "the connection failed before the answer came".to_owned(),
        },
        effect: if never_sent { Effect::NotSent } else { Effect::Unknown },
        kind,
        source: redact::transport_error(error, packed),
    }
}

#[cfg(test)]
mod tests;
