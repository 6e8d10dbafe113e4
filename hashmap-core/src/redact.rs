//! Servers quote arguments in their errors: values, in ours. They are cut off here.

use redis::{RedisError, ServerError};

use crate::sink;

/// Values shorter than this are found in any sentence, and tell nobody anything.
const TELLING: usize = 3;
/// A server quotes at most about 128 bytes; this much of a value's beginning gives it away.
const BEGINNING: usize = 24;
/// Redis and Valkey: ``unknown command `HSET`, with args beginning with: `user:1` `name` ...``.
const QUOTES: &str = ", with args beginning with";

/// The same error, cut before the first thing that it quotes of the write's arguments.
pub(crate) fn server_error(error: ServerError, packed: &[u8]) -> RedisError {
    const WITHHELD: &str = "[withheld]";
    let (code, text) = (error.code(), error.details().unwrap_or_default());
    // The code too: it is no more than the first word of the server's line.
    let line = format!("{code} {text}");
    let Some(cut) = first_quote(&line, packed) else {
        return error.into();
    };
    let line = match line[..cut].strip_prefix(code) {
        Some(_) => format!("-{}{WITHHELD}\r\n", &line[..cut]),
        None => format!("-ERR {WITHHELD}\r\n"),
    };
    match redis::parse_redis_value(line.as_bytes()) {
        Ok(redis::Value::ServerError(error)) => error.into(),
        // A line of ours is an error line; were it not, nothing of it is shown.
        _ => redis::make_extension_error("ERR".to_owned(), Some(WITHHELD.to_owned())),
    }
}

/// The same for an error of the connection, whose text may quote an answer that made no sense.
pub(crate) fn transport_error(error: RedisError, packed: &[u8]) -> RedisError {
    if first_quote(&error.to_string(), packed).is_none() {
        return error;
    }
    (error.kind(), "withheld: the text quotes the record").into()
}

fn first_quote(text: &str, packed: &[u8]) -> Option<usize> {
    let marker = text.find(QUOTES);
    let value = values(packed)
        .filter(|value| value.len() >= TELLING)
        .filter_map(|value| {
            let beginning = String::from_utf8_lossy(&value[..value.len().min(BEGINNING)]);
            text.find(beginning.trim_end_matches('\u{fffd}'))
        })
        .min();
    marker.into_iter().chain(value).min()
}

/// The values among the arguments of a plan's commands: every second one of the pairs.
fn values(packed: &[u8]) -> impl Iterator<Item = &[u8]> {
    sink::commands(packed).flat_map(|args| {
        let pairs = match args.first() {
            Some(&b"HSET") => 2..args.len(),
            // EVALSHA digest 1 key ttl mode count, then the pairs: see `write.lua`.
            Some(&(b"EVALSHA" | b"EVAL")) => {
                let count = args.get(6).and_then(|n| std::str::from_utf8(n).ok()?.parse().ok());
                7..7 + count.unwrap_or(0)
            }
            _ => 0..0,
        };
        args.get(pairs).unwrap_or_default().chunks_exact(2).map(|pair| pair[1]).collect::<Vec<_>>()
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
