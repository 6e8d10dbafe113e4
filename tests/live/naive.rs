//! A server that reads on only when its last reply is taken: neither side waits for the other.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use redis_hashmap::{Checked, HashBatch, ToRedisHash, write_all};

use crate::lab::{Case, Lab};

/// It is the same beside every server.
pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("naive_server_that_writes_each_reply_by_itself", each_by_itself)]
}

/// Answers each command with a write of its own. (No value has a line break in it.)
fn serve(stream: &UnixStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let args =
            std::str::from_utf8(&line[1..]).ok().and_then(|n| n.trim().parse::<usize>().ok());
        for _ in 0..2 * args.expect("a command") {
            lines.read_until(b'\n', &mut line)?;
        }
        (&*stream).write_all(b":1\r\n")?;
    }
}

fn listen(path: &Path) {
    let listener = UnixListener::bind(path).expect("a socket");
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            // Ends with the connection.
            std::thread::spawn(move || drop(serve(&stream)));
        }
    });
}

/// Few bytes and many replies, many bytes and few replies, both, and a giant at each place.
fn records(size: usize, giant: Option<usize>) -> impl Iterator<Item = String> {
    (0..3_000).map(move |n| {
        let is_giant = giant.is_some_and(|at| n % 701 == at);
        "x".repeat(if is_giant { 1 << 20 } else { [size, 20][usize::from(n % 560 < 280)] })
    })
}

fn each_by_itself(_: &Lab) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s");
    listen(&path);
    let client = redis::Client::open(format!("unix://{}", path.display())).expect("a client");
    for size in [10, 200, 1_000, 30_000] {
        for giant in [None, Some(0), Some(300), Some(511), Some(512)] {
            let client = client.clone();
            let (over, done) = mpsc::channel();
            std::thread::spawn(move || {
                let mut con = client.get_connection().expect("a connection");
                let mut batch = HashBatch::new();
                for record in records(size, giant) {
                    batch.push(&[("f", record)][..].as_hash().key("k")).expect("encoded");
                }
                batch.execute(&mut con).into_result().expect("written");
                let mut sending = batch.sending(&mut con);
                for record in records(size, giant) {
                    sending.push(&[("f", record)][..].as_hash().key("k")).expect("encoded");
                }
                sending.finish().into_result().expect("written");
                let all: Vec<_> = records(size, giant).map(|record| [("f", record)]).collect();
                let all = || all.iter().map(|record| record[..].as_hash().key("k"));
                assert_eq!(write_all(&mut con, all()).applied, 3_000);
                let con = Checked::new(con).with_timeout(Duration::from_secs(60));
                assert_eq!(write_all(&mut con.expect("a timeout"), all()).applied, 3_000);
                over.send(()).expect("awaited");
            });
            let what = format!("records of {size} bytes, a giant at {giant:?}");
            done.recv_timeout(Duration::from_secs(30)).expect(&what);
        }
    }
}
