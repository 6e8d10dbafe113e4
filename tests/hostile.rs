//! Hostile replies: an error each time, no panic, bounded memory.

#[path = "hostile/decode.rs"]
mod decode;

use std::time::{Duration, Instant};

use allocation_counter::measure;
use decode::decode;

/// Bytes that are nearly RESP, and bytes that choose a reply: half a minute of them.
#[test]
fn no_reply_makes_a_panic() {
    let until = Instant::now() + Duration::from_secs(30);
    // The same in every run, up to the last.
    let mut random = fastrand::Rng::with_seed(5);
    let mut replies = 0_u32;
    while replies < 3_000_000 && Instant::now() < until {
        let mut bytes: Vec<u8> = (0..random.usize(..96)).map(|_| random.u8(..)).collect();
        if replies.is_multiple_of(3) {
            let pieces = [
                "*", "$", "%", "~", ":", "+", "-", "_", "|", ">", ",", "#", "=", "(", "1", "2",
                "9", "-1", "\r\n", "\r\n", "\r\n", "a", "b", "x_a", "txt:", "nan", "inf", "t",
            ];
            let text: String =
                (0..random.usize(..40)).map(|_| pieces[random.usize(..pieces.len())]).collect();
            bytes = text.into_bytes();
        }
        decode(&bytes);
        replies += 1;
    }
    println!("{replies} replies");
    assert!(replies > 1_000);
}

#[test]
fn replies_of_the_worst_kinds() {
    let deep = format!("{}_\r\n", "*1\r\n".repeat(90));
    for reply in [
        "*0\r\n",
        "*-1\r\n",
        "%0\r\n",
        "*1\r\n$1\r\na\r\n",
        "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
        // One name twice.
        "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n2\r\n",
        "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n2\r\n",
        "*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$1\r\nb\r\n",
        "-ERR no\r\n",
        "*2\r\n-ERR no\r\n$1\r\na\r\n",
        &deep,
    ] {
        decode(reply.as_bytes());
    }
}

/// What is read takes memory as the reply does, whatever it says of its length. (The parser of
/// `redis` itself makes room for a reply as it comes.)
#[test]
fn memory_is_that_of_the_reply() {
    let names: Vec<String> = (0..10_000).map(|n| format!("$5\r\n{n:05}\r\n")).collect();
    let names = names.concat();
    let reply = format!("*10000\r\n{names}");
    let info = measure(|| decode(reply.as_bytes()));
    let most = 300 * reply.len() as u64;
    assert!(info.bytes_max < most, "{} bytes for {}", info.bytes_max, reply.len());
}
