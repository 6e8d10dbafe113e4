//! Connections that fail: before, in the middle of a plan, and after it.

use redis_hashmap::{Checked, Effect, ErrorKind};

use crate::lab::{Case, Lab, block_on, multiplexed, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};
use crate::wire::{Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("lost_a_refused_connection_sends_nothing", refused),
        Case::new("lost_a_server_killed_between_two_writes", killed_between),
        Case::new("lost_a_connection_of_a_pool_that_is_closed", closed_in_a_pool),
        Case::new("lost_a_multiplexed_connection_that_is_closed", closed_multiplexed),
        Case::new("lost_a_request_cut_at_every_byte", request_cut),
        Case::new("lost_a_reply_cut_at_every_byte", reply_cut),
        Case::new("lost_by_client_kill", client_kill),
    ]
}

/// Over TCP, and over a socket that is not there; the client connects as it writes.
fn refused(lab: &Lab) {
    let server = lab.fresh_with_tcp(&[]);
    let mut clients = [
        server.client(lab.protocol()).expect("a client"),
        server.tcp_connection_info(lab.protocol()).and_then(redis::Client::open).expect("a client"),
    ];
    for client in &mut clients {
        Shape::Plain.write(client, "person").expect("the client is good");
    }
    server.kill().expect("killed");
    for shape in Shape::ALL {
        for client in &mut clients {
            let outcome = shape.write(client, "person");
            let error =
                assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, (shape, &client));
            assert!(error.is_connection() && error.is_retryable() && !error.is_timeout());
            assert!(error.redis_error().is_some_and(redis::RedisError::is_connection_refusal));
        }
    }
    let socket = match lab.info(&server).addr() {
        redis::ConnectionAddr::Unix(path) => path.clone(),
        other => panic!("{other}"),
    };
    if socket.exists() {
        std::fs::remove_file(&socket).expect("removed");
    }
    let outcome = Shape::Plain.write(&mut clients[0], "person");
    assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, "no socket at all");
}

fn killed_between(lab: &Lab) {
    let server = lab.fresh(&[]);
    for shape in Shape::ALL {
        let mut con = lab.connection_to(&server);
        shape.write(&mut con, "person").expect("written");
        server.restart().expect("restarted");
        let outcome = shape.write(&mut con, "person");
        let error = assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, shape);
        assert!(error.is_connection() && !error.is_retryable() && !error.is_timeout());
        // From then on it is known to be closed, whoever holds it.
        sends_nothing(shape, &mut con);
        sends_nothing(shape, &mut &mut con);
        sends_nothing(shape, &mut Checked::new(con));
        // A new connection is all that it takes: the script is sent again to a server that
        // has never seen it.
        let mut con = lab.connection_to(&server);
        put_before(&mut con, "person", 0);
        shape.write(&mut con, "person").expect("written");
        assert_eq!(fields(&mut con, "person"), shape.after(&before()));
    }
}

fn sends_nothing<C: redis::ConnectionLike>(shape: Shape, con: &mut C) {
    let outcome = shape.write(con, "person");
    let error = assert_failed(outcome, ErrorKind::Connection, Effect::NotSent, shape);
    assert!(error.is_connection() && error.is_retryable() && !error.is_timeout());
    assert!(error.redis_error().is_some_and(|error| error.to_string().contains("is closed")));
}

/// One from a pool of `redis` itself, which gives it out again as long as it does not know.
fn closed_in_a_pool(lab: &Lab) {
    let server = lab.fresh(&[]);
    let client = server.client(lab.protocol()).expect("a client");
    let pool = r2d2::Pool::builder().max_size(1).build(client).expect("a pool");
    let mut admin = lab.connection_to(&server);
    for shape in Shape::ALL {
        let mut con = pool.get().expect("a connection");
        let id: String = run(&mut *con, &["CLIENT", "ID"]);
        let _killed: u64 = run(&mut admin, &["CLIENT", "KILL", "ID", &id]);
        let outcome = shape.write(&mut con, "person");
        assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, shape);
        sends_nothing(shape, &mut con);
        sends_nothing(shape, &mut *con);
    }
    assert_eq!(run::<u64>(&mut admin, &["EXISTS", "person"]), 0);
}

/// It answers the same whether a request was sent and its answer lost, or never taken: so each is
/// said to be in doubt, and none is said to be safe to send again.
fn closed_multiplexed(lab: &Lab) {
    let server = lab.fresh(&[]);
    block_on(async {
        let mut con = multiplexed(lab.info(&server)).await;
        Shape::Plain.write_async(&mut con, "person").await.expect("written");
        server.restart().expect("restarted, empty");
        for _ in 0..3 {
            for shape in Shape::ALL {
                let outcome = shape.write_async(&mut con, "person").await;
                let error = assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, shape);
                assert!(error.is_connection() && !error.is_retryable() && !error.is_timeout());
            }
        }
    });
    assert_eq!(run::<u64>(&mut lab.connection_to(&server), &["EXISTS", "person"]), 0);
}

/// The server sees a beginning of the plan, and nothing of the record is in the hash.
fn request_cut(lab: &Lab) {
    let mut con = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("person");
    Shape::Expire.write(&mut con, &key).expect("the server knows the script");
    put_before(&mut con, &key, 1000);
    let untouched = Snapshot::of(&mut con, &key);
    for shape in Shape::ALL {
        wire.set(Fault::None);
        // A key of the same length.
        let sent = wire.count(|con| drop(shape.write(con, &lab.key("friend"))));
        assert!(sent > 40, "{shape:?}: {sent}");
        for bytes in 0..sent {
            wire.set(Fault::None);
            let mut cut = wire.connection();
            wire.set(Fault::CutRequestAfter(bytes));
            let what = (shape, bytes);
            let outcome = shape.write(&mut cut, &key);
            let error = assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, what);
            assert!(error.is_connection() && !error.is_retryable(), "{what:?}: {error}");
        }
        untouched.assert_same(&mut con, shape);
    }
}

/// The server did it all, and the client cannot know.
fn reply_cut(lab: &Lab) {
    let mut con = lab.connection();
    let wire = Wire::to(lab.info(lab.server()));
    let key = lab.key("person");
    Shape::Expire.write(&mut con, &key).expect("the server knows the script");
    for shape in Shape::ALL {
        // `:2`, or `+OK`, twice `+QUEUED`, and the array of two integers.
        let reply = match shape {
            Shape::Transaction => "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:0\r\n:1\r\n".len(),
            _ => ":0\r\n".len(),
        };
        for bytes in 0..reply {
            put_before(&mut con, &key, 0);
            wire.set(Fault::None);
            let mut cut = wire.connection();
            wire.set(Fault::CutReplyAfter(bytes));
            let outcome = shape.write(&mut cut, &key);
            let what = (shape, bytes);
            assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, what);
            assert_eq!(fields(&mut con, &key), shape.after(&before()), "{what:?}");
        }
    }
}

/// The server itself closes the connection, and lives on.
fn client_kill(lab: &Lab) {
    let mut con = lab.connection();
    let key = lab.key("person");
    put_before(&mut con, &key, 1000);
    let untouched = Snapshot::of(&mut con, &key);
    for shape in Shape::ALL {
        let mut killed = lab.connection();
        let id: u64 = run(&mut killed, &["CLIENT", "ID"]);
        let () = run(&mut con, &["CLIENT", "KILL", "ID", &id.to_string()]);
        let outcome = shape.write(&mut killed, &key);
        assert_failed(outcome, ErrorKind::Connection, Effect::Unknown, shape);
        untouched.assert_same(&mut con, shape);
    }
}
