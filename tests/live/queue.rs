//! Writes among the commands of somebody's own pipeline.

use redis::{ErrorKind, FromRedisValue, Pipeline, RedisResult};
use redis_hashmap::{Absent, Effect, Exists, ToRedisHash};

use crate::aio_cluster;
use crate::lab::{Case, Lab, block_on, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, before, fields, put_before, ttl};
use crate::way::Way;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("queue_every_shape_among_foreign_commands", every_shape),
        Case::new("queue_a_condition_has_an_answer", conditions),
        Case::new("queue_made_atomic_afterwards", atomic_afterwards),
        Case::new("queue_another_type_at_the_key", another_type),
        Case::new("queue_a_write_that_cannot_be_encoded", not_encoded),
        Case::new("queue_a_pipeline_sent_twice", twice),
        Case::new("queue_on_a_server_that_never_saw_the_script", fresh_server),
        Case::new("queue_a_thousand_records", thousand),
        Case::new("queue_in_a_cluster_pipeline", cluster_pipeline),
        Case::new("queue_over_an_asynchronous_cluster", async_cluster),
    ]
}

fn query<T: FromRedisValue>(way: &mut Way, pipeline: &Pipeline) -> RedisResult<T> {
    match way {
        Way::Blocking(con) => pipeline.query(&mut **con),
        Way::Async(runtime, con) => runtime.block_on(pipeline.query_async(con)),
    }
}

fn new(is_atomic: bool) -> Pipeline {
    let mut pipeline = redis::pipe();
    if is_atomic {
        pipeline.atomic();
    }
    pipeline
}

/// Every way to send one, under a name.
fn each(lab: &Lab, mut run: impl FnMut(&mut Way, bool)) {
    for mut way in Way::both(lab) {
        for is_atomic in [false, true] {
            run(&mut way, is_atomic);
            way.assert_in_step(is_atomic);
        }
    }
}

fn queue(pipeline: &mut Pipeline, shape: Shape, key: &str) {
    shape.with(&shape.record(), key).queue(pipeline).expect("queued");
}

fn every_shape(lab: &Lab) {
    let mut reader = lab.connection();
    let counter = lab.key("counter");
    each(lab, |way, is_atomic| {
        let keys = Shape::ALL.map(|shape| lab.key(&format!("{shape:?}")));
        let () = run(&mut reader, &["SET", &counter, "0"]);
        let mut pipeline = new(is_atomic);
        for (shape, key) in Shape::ALL.into_iter().zip(&keys) {
            put_before(&mut reader, key, 0);
            queue(&mut pipeline, shape, key);
            // Its answer is not moved by what was queued before it.
            pipeline.cmd("INCR").arg(&counter);
            pipeline.cmd("HSET").arg(key).arg("after").arg(1).ignore();
        }
        let counts: Vec<usize> = query(way, &pipeline).expect("answers");
        assert_eq!(counts, (1..=Shape::ALL.len()).collect::<Vec<_>>(), "{way:?} {is_atomic}");
        for (shape, key) in Shape::ALL.into_iter().zip(&keys) {
            let mut expected = shape.after(&before());
            expected.insert("after".into(), "1".into());
            assert_eq!(fields(&mut reader, key), expected, "{way:?} {is_atomic} {shape:?}");
            assert_eq!(ttl(&mut reader, key) > 0, shape.expires(), "{way:?} {is_atomic} {shape:?}");
        }
    });
}

#[derive(ToRedisHash)]
struct Counted {
    count: u64,
    none: Option<u64>,
    #[redis_hash(version)]
    version: u64,
}

/// Four refused conditions, an echo, versions by turns, and a creation.
type Answers = (u8, u8, u8, u8, String, u8, u8, u8, u8, u8);

/// 1, or 0 where it was refused; a write without a condition has none.
fn conditions(lab: &Lab) {
    let mut reader = lab.connection();
    let (there, missing, counted) = (lab.key("there"), lab.key("missing"), lab.key("counted"));
    each(lab, |way, is_atomic| {
        put_before(&mut reader, &there, 0);
        let () = run(&mut reader, &["DEL", &missing, &counted]);
        let () = run(&mut reader, &["HSET", &counted, "version", "4", "none", "1"]);
        let mut pipeline = new(is_atomic);
        for shape in [Shape::Transaction, Shape::ReplaceExpire] {
            let record = shape.record();
            let with = |key, exists| shape.with(&record, key).only_if(exists);
            with(&there, Exists::No).queue(&mut pipeline).expect("queued");
            with(&missing, Exists::Yes).queue(&mut pipeline).expect("queued");
        }
        queue(&mut pipeline, Shape::Plain, &there);
        pipeline.cmd("ECHO").arg("between");
        for version in [3, 4, 4, 5] {
            let record = Counted { count: version, none: None, version };
            record.as_hash().key(&counted).queue(&mut pipeline).expect("queued");
        }
        let record = Shape::Plain.record();
        let creation = Shape::Plain.with(&record, &missing).only_if(Exists::No);
        creation.queue(&mut pipeline).expect("queued");

        let answers: Answers = query(way, &pipeline).expect("answers");
        let expected = (0, 0, 0, 0, "between".to_owned(), 0, 1, 0, 1, 1);
        assert_eq!(answers, expected, "{way:?} {is_atomic}");
        assert_eq!(fields(&mut reader, &there), Shape::Plain.after(&before()));
        assert_eq!(fields(&mut reader, &missing), Shape::Plain.after(&[].into()));
        let expected = [("count", "5"), ("version", "6")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(&mut reader, &counted), expected.into());
    });
}

/// Nothing that was queued has a MULTI of its own, which would be one too many.
fn atomic_afterwards(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for mut way in Way::both(lab) {
        for shape in Shape::ALL {
            put_before(&mut reader, &key, 0);
            let mut pipeline = redis::pipe();
            queue(&mut pipeline, shape, &key);
            pipeline.atomic();
            pipeline.cmd("ECHO").arg("after");
            let (after,): (String,) = query(&mut way, &pipeline).expect("an answer");
            assert_eq!(after, "after");
            assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{way:?} {shape:?}");
        }
    }
}

/// An error is one of the pipeline; the key stays as it is, and so do the records beside it.
fn another_type(lab: &Lab) {
    let mut reader = lab.connection();
    let (text, hash) = (lab.key("text"), lab.key("hash"));
    let () = run(&mut reader, &["SET", &text, "a string", "EX", "1000"]);
    let foreign = Snapshot::of(&mut reader, &text);
    each(lab, |way, is_atomic| {
        for shape in Shape::ALL {
            put_before(&mut reader, &hash, 0);
            let mut pipeline = new(is_atomic);
            pipeline.cmd("ECHO").arg("first");
            queue(&mut pipeline, shape, &text);
            queue(&mut pipeline, shape, &hash);
            let outcome: RedisResult<(String,)> = query(way, &pipeline);
            let error = outcome.expect_err("the wrong type");
            assert!(error.to_string().contains("WRONGTYPE"), "{way:?} {shape:?}: {error}");
            foreign.assert_same(&mut reader, shape);
            assert_eq!(fields(&mut reader, &hash), shape.after(&before()), "{way:?} {shape:?}");
        }
    });
}

fn not_encoded(lab: &Lab) {
    let key = lab.key("person");
    each(lab, |way, is_atomic| {
        let mut pipeline = new(is_atomic);
        pipeline.cmd("ECHO").arg("first");
        let twice = [("name", "canary"), ("name", "canary")];
        let error = twice[..].as_hash().key(&key).queue(&mut pipeline).expect_err("a name twice");
        assert_eq!(error.effect(), Effect::NotSent);
        let record = Shape::Plain.record();
        let write = Shape::Plain.with(&record, &key).expire(std::time::Duration::ZERO);
        write.queue(&mut pipeline).expect_err("no time at all");
        // Nothing to say is nothing queued, and no error.
        let none = [("name", None::<&str>)];
        let write = none[..].as_hash().key(&key).absent(Absent::Keep);
        write.queue(&mut pipeline).expect("nothing");
        pipeline.cmd("ECHO").arg("last");
        let answers: (String, String) = query(way, &pipeline).expect("two answers");
        assert_eq!(answers, ("first".into(), "last".into()));
    });
}

fn twice(lab: &Lab) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    each(lab, |way, is_atomic| {
        let mut pipeline = new(is_atomic);
        queue(&mut pipeline, Shape::ReplaceExpire, &key);
        for _ in 0..2 {
            put_before(&mut reader, &key, 0);
            let () = query(way, &pipeline).expect("written");
            assert_eq!(fields(&mut reader, &key), Shape::ReplaceExpire.after(&before()));
        }
    });
}

fn fresh_server(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut reader = lab.connection_to(&server);
    for mut way in Way::both_to(lab.info(&server)) {
        for is_atomic in [false, true] {
            for shape in Shape::ALL {
                let () = run(&mut reader, &["SCRIPT", "FLUSH"]);
                put_before(&mut reader, "person", 0);
                let mut pipeline = new(is_atomic);
                queue(&mut pipeline, shape, "person");
                let () = query(&mut way, &pipeline).expect("written");
                assert_eq!(fields(&mut reader, "person"), shape.after(&before()), "{shape:?}");
            }
        }
    }
}

fn thousand(lab: &Lab) {
    let mut reader = lab.connection();
    each(lab, |way, is_atomic| {
        let mut pipeline = new(is_atomic);
        let records: Vec<_> = Shape::ALL
            .into_iter()
            .cycle()
            .zip(0..1000)
            .map(|(shape, n)| (shape, lab.key(&format!("person {n}"))))
            .collect();
        for (shape, key) in &records {
            queue(&mut pipeline, *shape, key);
        }
        let () = query(way, &pipeline).expect("written");
        for (shape, key) in &records {
            assert_eq!(fields(&mut reader, key), shape.after(&[].into()), "{shape:?}");
        }
        for (_, key) in &records {
            let () = run(&mut reader, &["DEL", key]);
        }
    });
}

/// Its keys are in one slot, by the tag: in more, `redis` loses its place where a node fails.
fn tagged(lab: &Lab, name: impl std::fmt::Debug) -> String {
    lab.key(&format!("{{tag}} {name:?}"))
}

fn cluster_pipeline(lab: &Lab) {
    let mut con = lab.cluster().connection(lab.protocol()).expect("a connection");
    let counter = tagged(lab, "counter");
    let mut pipeline = redis::cluster::cluster_pipe();
    let () = run(&mut con, &["SET", &counter, "0"]);
    for shape in Shape::ALL {
        let key = tagged(lab, shape);
        put_before(&mut con, &key, 0);
        shape.with(&shape.record(), &key).queue(&mut pipeline).expect("queued");
        pipeline.cmd("INCR").arg(&counter);
    }
    let record = Shape::Plain.record();
    let there = tagged(lab, Shape::Plain);
    let creation = Shape::Plain.with(&record, &there).only_if(Exists::No);
    creation.queue(&mut pipeline).expect("queued");
    let answers: Vec<u64> = pipeline.query(&mut con).expect("answers");
    assert_eq!(answers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0], "counted, and at last refused");
    for shape in Shape::ALL {
        let hash = fields(&mut con, &tagged(lab, shape));
        assert_eq!(hash, shape.after(&before()), "{shape:?}");
    }
    assert_eq!(run::<u64>(&mut con, &["GET", &counter]), 9, "in step");
}

fn async_cluster(lab: &Lab) {
    let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
    let counter = tagged(lab, "counter");
    block_on(async {
        let mut con = aio_cluster::connect(lab.cluster(), lab.protocol()).await;
        for is_atomic in [false, true] {
            let () = run(&mut reader, &["SET", &counter, "0"]);
            let mut pipeline = new(is_atomic);
            for shape in Shape::ALL {
                let key = tagged(lab, shape);
                put_before(&mut reader, &key, 0);
                queue(&mut pipeline, shape, &key);
                pipeline.cmd("INCR").arg(&counter);
            }
            let answers: Vec<u64> = pipeline.query_async(&mut con).await.expect("answers");
            assert_eq!(answers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
            for shape in Shape::ALL {
                let hash = fields(&mut reader, &tagged(lab, shape));
                assert_eq!(hash, shape.after(&before()), "{shape:?}");
            }
            // Records of several slots are refused before anything is sent.
            let mut pipeline = new(is_atomic);
            for key in ["a", "b"] {
                queue(&mut pipeline, Shape::Plain, key);
            }
            let error = pipeline.exec_async(&mut con).await.expect_err("two slots");
            assert!(
                matches!(error.kind(), ErrorKind::Client | ErrorKind::Server(_)),
                "{:?}: {error}",
                error.kind()
            );
            for key in ["a", "b"] {
                assert!(fields(&mut reader, key).is_empty(), "{key}");
            }
        }
    });
}
