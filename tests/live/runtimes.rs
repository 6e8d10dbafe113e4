//! The runtimes that `redis` knows, and time on them.

use std::time::{Duration, Instant};

use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use redis_hashmap::{Effect, ErrorKind};
use redis_hashmap_tests::servers::Server;

use crate::lab::{Case, Lab, PATIENCE, await_that, block_on};
use crate::shapes::Shape;
use crate::state::{assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("runtime_smol", smol_writes),
        Case::new("runtime_smol_deadline", smol_deadline),
        Case::new("runtime_tokio_deadline", tokio_deadline),
    ]
}

const DEADLINE: Duration = Duration::from_millis(100);

async fn connect(lab: &Lab, server: &Server) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(PATIENCE));
    let client = server.client(lab.protocol()).expect("a client");
    client.get_multiplexed_async_connection_with_config(&config).await.expect("a connection")
}

fn smol_writes(lab: &Lab) {
    let mut plain = lab.connection();
    let key = lab.key("person");
    smol::block_on(async {
        let mut con = connect(lab, lab.server()).await;
        for shape in Shape::ALL {
            put_before(&mut plain, &key, 0);
            shape.write_async(&mut con, &key).await.expect("written");
            assert_eq!(fields(&mut plain, &key), shape.after(&before()), "{shape:?}");
        }
    });
}

fn smol_deadline(lab: &Lab) {
    let server = lab.fresh(&[]);
    smol::block_on(deadlines(lab, &server));
}

fn tokio_deadline(lab: &Lab) {
    let server = lab.fresh(&[]);
    block_on(deadlines(lab, &server));
}

/// Over when it says; and the connection is in step afterwards, which the late answer does not
/// disturb.
async fn deadlines(lab: &Lab, server: &Server) {
    let mut plain = lab.connection_to(server);
    let mut con = connect(lab, server).await;
    for shape in Shape::ALL {
        put_before(&mut plain, "person", 0);
        if shape.is_script() {
            shape.write_async(&mut con, "the server knows the script").await.expect("written");
        }
        let record = shape.record();
        let write = shape.with(&record, "person").deadline(DEADLINE);
        server.pause().expect("stalled");
        let started = Instant::now();
        let outcome = write.write_async(&mut con).await;
        let took = started.elapsed();
        server.resume().expect("going on");
        let error = assert_failed(outcome, ErrorKind::Timeout, Effect::Unknown, shape);
        assert!(error.to_string().contains("no answer before the deadline"), "{error}");
        assert!(took >= DEADLINE && took < DEADLINE * 20, "{shape:?} took {took:?}");

        let expected = shape.after(&before());
        await_that("the server has done it", || fields(&mut plain, "person") == expected);
        let patient = shape.with(&record, "person").deadline(PATIENCE);
        patient.write_async(&mut con).await.expect("in step");
    }
}
