//! Servers that refuse every write for a while.

use redis::Connection;
use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab, await_that, info_field, is_before, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("refused_maxmemory_is_reached", out_of_memory),
        Case::new("refused_the_disk_takes_no_more", misconfigured),
        Case::new("refused_too_few_replicas", no_replicas),
        Case::new("refused_a_script_blocks_the_server", busy),
    ]
}

/// Refused for a while, the hash as it was, and written once that is over.
fn refused(
    con: &mut Connection,
    shapes: impl IntoIterator<Item = Shape>,
    kind: ErrorKind,
    begin: impl Fn(&mut Connection),
    end: impl Fn(&mut Connection),
) {
    for shape in shapes {
        put_before(con, "person", 1000);
        let untouched = Snapshot::of(con, "person");
        begin(con);
        let outcome = shape.write(con, "person");
        let error = assert_failed(outcome, kind, Effect::Rejected, shape);
        assert!(error.is_retryable() && !error.is_connection(), "{error}");
        end(con);
        untouched.assert_same(con, shape);
        shape.write(con, "person").expect("written");
        assert_eq!(fields(con, "person"), shape.after(&before()), "{shape:?}");
    }
}

fn out_of_memory(lab: &Lab) {
    let server = lab.fresh(&["--maxmemory-policy", "noeviction"]);
    let mut con = lab.connection_to(&server);
    let begin = |con: &mut Connection| run(con, &["CONFIG", "SET", "maxmemory", "1"]);
    let end = |con: &mut Connection| run(con, &["CONFIG", "SET", "maxmemory", "0"]);
    let (setting, deleting): (Vec<_>, Vec<_>) =
        Shape::ALL.into_iter().partition(|shape| shape.sets());
    refused(&mut con, setting, ErrorKind::OutOfMemory, begin, end);
    // What only deletes, and sets a time to live, frees memory: it is welcome.
    for shape in deleting {
        put_before(&mut con, "person", 0);
        begin(&mut con);
        shape.write(&mut con, "person").expect("written");
        assert_eq!(fields(&mut con, "person"), shape.after(&before()), "{shape:?}");
        end(&mut con);
    }
}

/// The dump cannot be put where a folder is, so BGSAVE fails, and with it every write.
fn misconfigured(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    std::fs::create_dir_all(server.folder().join("dump.rdb/full")).expect("a folder in the way");
    let () = run(&mut con, &["CONFIG", "SET", "save", "3600 1000000"]);
    let () = run(&mut con, &["BGSAVE"]);
    await_that("BGSAVE fails", || {
        info_field(&mut con, "persistence", "rdb_last_bgsave_status") == "err"
    });
    let stop = ["CONFIG", "SET", "stop-writes-on-bgsave-error"];
    let set = |con: &mut Connection, to| run(con, &[&stop[..], &[to]].concat());
    set(&mut con, "no");
    refused(&mut con, Shape::ALL, ErrorKind::Misconfigured, |c| set(c, "yes"), |c| set(c, "no"));
}

fn no_replicas(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut con = lab.connection_to(&server);
    let set = |con: &mut Connection, to| run(con, &["CONFIG", "SET", "min-replicas-to-write", to]);
    // Redis 6.2 does not count replicas for what a script writes.
    let (passing, counted): (Vec<_>, Vec<_>) = Shape::ALL
        .into_iter()
        .partition(|shape| shape.is_script() && is_before(lab.binary(), 7, 0));
    refused(&mut con, counted, ErrorKind::NoReplicas, |c| set(c, "1"), |c| set(c, "0"));
    set(&mut con, "1");
    for shape in passing {
        shape.write(&mut con, "person").expect("written");
    }
}

fn busy(lab: &Lab) {
    let server = lab.fresh(&["--lua-time-limit", "1"]);
    let mut con = lab.connection_to(&server);
    std::thread::scope(|scope| {
        let begin = |con: &mut Connection| {
            scope.spawn(|| {
                let mut con = lab.connection_to(&server);
                let endless = redis::cmd("EVAL").arg("while true do end").arg(0).exec(&mut con);
                endless.expect_err("killed");
            });
            await_that("the script blocks", || {
                redis::cmd("PING").exec(con).is_err_and(|error| error.code() == Some("BUSY"))
            });
        };
        let end = |con: &mut Connection| {
            let () = run(con, &["SCRIPT", "KILL"]);
            await_that("the script is killed", || redis::cmd("PING").exec(con).is_ok());
        };
        refused(&mut con, Shape::ALL, ErrorKind::Busy, begin, end);
    });
}
