//! Servers quote arguments in their errors: values, in ours. They are cut off here.

use redis::{RedisError, ServerError};

use crate::error::ErrorKind;
use crate::plan;
use crate::sink;

/// Values shorter than this are found in any sentence, and tell nobody anything.
const TELLING: usize = 3;
/// A server quotes at most about 128 bytes; this much of a value's beginning gives it away.
const BEGINNING: usize = 24;
/// Redis and Valkey: ``unknown command `HSET`, with args beginning with: `user:1` `name` ...``.
const QUOTES: &str = ", with args beginning with";

/// The same error, cut before the first thing that it quotes of the write's arguments. A code that
/// is known stays, whatever the values are.
pub(crate) fn server_error(error: ServerError, packed: &[u8]) -> RedisError {
    let (code, text) = (error.code(), error.details().unwrap_or_default());
    let line = format!("{code} {text}");
    // An unknown code is no more than the first word of the server's line.
    let known = ErrorKind::of_code(code) != ErrorKind::Server || code == "ERR";
    let from = if known { code.len() + 1 } else { 0 };
    let Some(cut) = first_quote(&line[from..], packed).map(|cut| from + cut) else {
        return error.into();
    };
    let kept = if cut > code.len() { &line[..cut] } else { "ERR " };
    let line = format!("-{kept}{WITHHELD}\r\n");
    match redis::parse_redis_value(line.as_bytes()) {
        Ok(redis::Value::ServerError(error)) => error.into(),
        // A line of ours is an error line; were it not, nothing of it is shown.
        _ => redis::make_extension_error("ERR".to_owned(), Some(WITHHELD.to_owned())),
    }
}

/// The same error with no word of the server's but its code, for where the arguments are not known
/// any more.
pub(crate) fn all(error: &ServerError) -> ServerError {
    let known = ErrorKind::of_code(error.code()) != ErrorKind::Server;
    let line = format!("-{} {WITHHELD}\r\n", if known { error.code() } else { "ERR" });
    match redis::parse_redis_value(line.as_bytes()) {
        Ok(redis::Value::ServerError(error)) => error,
        _ => unreachable!("{line:?} is an error line"),
    }
}

const WITHHELD: &str = "[withheld]";

/// The same for an error of the connection, whose text may quote an answer that made no sense.
/// What the operating system says quotes nothing.
pub(crate) fn transport_error(error: RedisError, packed: &[u8]) -> RedisError {
    if error.is_io_error() || first_quote(&error.to_string(), packed).is_none() {
        return error;
    }
    (error.kind(), "withheld: the text quotes the record").into()
}

fn first_quote(text: &str, packed: &[u8]) -> Option<usize> {
    let marker = text.find(QUOTES);
    let value = values(packed).filter_map(telling).filter_map(|value| text.find(value)).min();
    marker.into_iter().chain(value).min()
}

/// The beginning of a value, as far as it is text, where that is enough to give it away.
fn telling(value: &[u8]) -> Option<&str> {
    let beginning = &value[..value.len().min(BEGINNING)];
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default(),
    };
    Some(text).filter(|text| text.len() >= TELLING)
}

/// The values among the arguments of a plan's commands, every second one of the pairs, and of the
/// question to one field, all that follow its name.
fn values(packed: &[u8]) -> impl Iterator<Item = &[u8]> {
    sink::commands(packed).flat_map(|args| {
        let args: Vec<_> = args.collect();
        let all = |from| args.get(from..).unwrap_or_default().to_vec();
        let second = |pairs| {
            let pairs: &[&[u8]] = args.get(pairs).unwrap_or_default();
            pairs.chunks_exact(2).map(|pair| pair[1]).collect()
        };
        match args[..] {
            [b"HSET", ..] => second(2..args.len()),
            [b"HSETNX" | b"HINCRBY" | b"HINCRBYFLOAT", ..] => all(3),
            // EVALSHA digest 1 key, then what `write.lua` says.
            [b"EVALSHA" | b"EVAL", script, ..] if plan::is_script(script) => {
                let pairs = 4 + plan::SCRIPT_HEAD;
                let count = args.get(pairs - 2).and_then(|n| std::str::from_utf8(n).ok());
                second(pairs..pairs + count.and_then(|n| n.parse().ok()).unwrap_or(0))
            }
            [b"EVAL", ..] => all(5),
            _ => Vec::new(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(line: &str) -> String {
        let command = "HSET user:1 key canary-of-a-length-that-is-cut-by-servers age 37";
        let mut packed = Vec::new();
        sink::array(&mut packed, 6);
        command.split(' ').for_each(|arg| sink::bulk(&mut packed, arg.as_bytes()));
        match redis::parse_redis_value(line.as_bytes()).unwrap() {
            redis::Value::ServerError(error) => server_error(error, &packed).to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_server_quotes_is_cut() {
        for line in [
            "-canary-of-a-length-that-is-cut-by-servers\r\n",
            "-canary-of-a-length-that-is-cut-by-servers is no command\r\n",
            "-ERR unknown command `HSET`, with args beginning with: `user:1` `key` `canary-of-a-length\r\n",
            "-ERR no such thing as canary-of-a-length-that-is-cut-by-servers\r\n",
            "-WEIRD canary-of-a-length-that-is-cu...\r\n",
        ] {
            let text = redacted(line);
            assert!(!text.contains("canary"), "{text}");
            assert!(text.ends_with("[withheld]"), "{text}");
        }
    }

    /// Whatever the values are, an error is of the kind that its code says.
    #[test]
    fn no_value_changes_a_known_code() {
        let values: [&[u8]; 8] = [
            &[0xff; 6],
            b"E\xff\xff\xff",
            b"WRONGTYPE",
            b"OOM",
            b"ERR",
            b"READONLY",
            b"Operation",
            b"",
        ];
        for value in values {
            let mut packed = Vec::new();
            sink::array(&mut packed, 4);
            for arg in [b"HSET", &b"k"[..], b"f", value] {
                sink::bulk(&mut packed, arg);
            }
            for code in ["WRONGTYPE", "OOM", "READONLY", "ERR", "NOSUCHCODE"] {
                let line = format!("-{code} Operation against a key\r\n");
                let Ok(redis::Value::ServerError(error)) =
                    redis::parse_redis_value(line.as_bytes())
                else {
                    panic!("an error line");
                };
                let error = server_error(error, &packed);
                assert_eq!(error.code(), Some(code), "{value:?}");
            }
            let refused = std::io::Error::other("Operation WRONGTYPE OOM ERR READONLY");
            let error = transport_error(refused.into(), &packed);
            assert!(error.to_string().contains("Operation WRONGTYPE"));
        }
    }

    #[test]
    fn a_code_that_is_cut_is_no_code() {
        assert_eq!(
            redacted("-canary-of-a-length-that-is-cut-by-servers!\r\n"),
            "ResponseError: [withheld]"
        );
    }

    #[test]
    fn what_quotes_nothing_is_left() {
        let text =
            redacted("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
        assert_eq!(text, "\"WRONGTYPE\": Operation against a key holding the wrong kind of value");
    }
}
