//! A key that holds another type: its value and its time to live stay as they were.

use redis_hashmap::{Effect, ErrorKind};

use crate::lab::{Case, Lab, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed};

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("another_type_at_the_key_stays_as_it_was", another_type)]
}

fn another_type(lab: &Lab) {
    let mut con = lab.connection();
    let values: [&[&str]; 6] = [
        &["SET", "text"],
        &["SET", "42"],
        &["RPUSH", "a", "b"],
        &["SADD", "a", "b"],
        &["ZADD", "1", "a"],
        &["XADD", "1-1", "field", "value"],
    ];
    for value in values {
        for ttl in [None, Some("1000")] {
            let key = lab.key(value[0]);
            let () = run(&mut con, &["DEL", &key]);
            let mut command = value.to_vec();
            command.insert(1, &key);
            let _: redis::Value = run(&mut con, &command);
            if let Some(ttl) = ttl {
                let () = run(&mut con, &["EXPIRE", &key, ttl]);
            }
            let foreign = Snapshot::of(&mut con, &key);
            for shape in Shape::ALL {
                let what = (shape, value, ttl);
                let outcome = shape.write(&mut con, &key);
                let error = assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, what);
                assert_eq!(error.code(), Some("WRONGTYPE"), "{what:?}");
                assert!(!error.is_retryable() && !error.is_connection(), "{what:?}");
                assert!(error.to_string().contains(&key), "{error}");
                foreign.assert_same(&mut con, what);
            }
        }
    }
}
