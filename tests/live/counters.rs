//! Counting in one field: exact sums, and every type's edges.

use std::fmt::{Debug, Display};

use redis_hashmap::{Countable, Effect, ErrorKind, FieldCommand, HashField, Result};

use crate::lab::{Case, Lab, block_on, run};
use crate::runner::Runner;
use crate::state::{Snapshot, told};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("fields_incr_at_every_edge_of_every_integer", every_edge),
        Case::new("fields_incr_of_what_is_no_number", no_number),
        Case::new("fields_incr_floats", floats),
        Case::new("fields_incr_64_threads_and_10000_steps", threads),
        Case::new("fields_incr_64_tasks_and_10000_steps", tasks),
        Case::new("fields_incr_many_threads_to_the_last_of_a_u8", to_the_last),
        Case::new("fields_incr_many_tasks_on_a_cluster", cluster_tasks),
    ]
}

fn field<T>() -> HashField<T> {
    HashField::new("User", "", "visits")
}

/// A field that holds `stored` (or nothing) counts as `i128` would, within these two.
fn edges<T>(by_way: &mut Runner, key: &str, con: &mut redis::Connection, min: i128, max: i128)
where
    T: Countable<By = i64> + Debug + Display,
{
    let numbers = [
        min,
        min + 1,
        min / 2,
        -1,
        0,
        1,
        100,
        (1 << 53) - 1,
        1 << 53,
        (1 << 53) + 1,
        max / 2,
        max - 1,
        max,
        max + 1,
        u64::MAX.into(),
    ];
    let steps = [
        i64::MIN,
        i64::MIN + 1,
        -(1 << 53) - 1,
        -256,
        -1,
        0,
        1,
        255,
        256,
        (1 << 53) + 1,
        i64::MAX - 1,
        i64::MAX,
    ];
    let edges = [min, max].into_iter().flat_map(|edge| {
        numbers.into_iter().filter_map(move |number| i64::try_from(edge - number).ok())
    });
    let steps: Vec<i64> =
        steps
            .into_iter()
            .chain(edges.flat_map(|to_edge| {
                [to_edge.saturating_sub(1), to_edge, to_edge.saturating_add(1)]
            }))
            .collect();
    let stored = [None].into_iter().chain(numbers.into_iter().map(Some));
    for stored in stored {
        for &by in &steps {
            let () = run(con, &["DEL", key]);
            let () = run(con, &["HSET", key, "other", "1"]);
            if let Some(stored) = stored {
                let () = run(con, &["HSET", key, "visits", &stored.to_string()]);
            }
            let before = Snapshot::of(con, key);
            let what = format!("{} {stored:?} + {by}", std::any::type_name::<T>());
            let outcome = by_way.run(field::<T>().incr(key, by));
            let sum = stored.unwrap_or(0) + i128::from(by);
            // One that a server cannot count with is none.
            let is_there = stored.is_none_or(|stored| i64::try_from(stored).is_ok());
            if is_there && (min..=max).contains(&sum) {
                let answer = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(answer.to_string(), sum.to_string(), "{what}");
                let now: String = run(con, &["HGET", key, "visits"]);
                assert_eq!(now, sum.to_string(), "{what}");
            } else {
                let error = outcome.expect_err(&what);
                let told = told(&error);
                let is_plain = (min, max) == (i64::MIN.into(), i64::MAX.into());
                let kind =
                    if is_plain && !is_there { ErrorKind::Value } else { ErrorKind::Overflow };
                // A server says of neither limit where the stored text is no number of its own.
                assert!(
                    error.kind() == kind || !is_there && error.kind() == ErrorKind::Value,
                    "{told}"
                );
                assert_eq!(error.effect(), Effect::Rejected, "{what}: {told}");
                before.assert_same(con, what);
            }
        }
    }
}

#[allow(clippy::cast_lossless)] // `isize` and `usize` have no `From`
fn every_edge(lab: &Lab) {
    let mut con = lab.connection();
    let key = &lab.key("user");
    let mut by = Runner::Blocking(lab.connection());
    macro_rules! each {
        ($($integer:ty)*) => {$({
            let max = i128::from(i64::MAX).min(<$integer>::MAX as i128);
            edges::<$integer>(&mut by, key, &mut con, <$integer>::MIN as i128, max);
        })*};
    }
    each! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }
    by.assert_in_step();
}

fn no_number(lab: &Lab) {
    let mut con = lab.connection();
    let key = &lab.key("user");
    let mut check = |stored: &str, run_it: &dyn Fn(&mut redis::Connection) -> Result<String>| {
        let () = run(&mut con, &["HSET", key, "visits", stored]);
        let before = Snapshot::of(&mut con, key);
        let error = run_it(&mut con).expect_err(stored);
        let told = told(&error);
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Value, Effect::Rejected), "{told}");
        let words = "what the field holds is no number that a server counts; the hash is as it was";
        assert!(error.to_string().ends_with(words), "{told}");
        before.assert_same(&mut con, stored);
    };
    for stored in ["canary", "", " 1", "1 ", "+1", "-0", "007", "1.0", "0x10", "1e3", "-", "--1"] {
        check(stored, &|con| field::<i64>().incr(key, 1).run(con).map(|n| n.to_string()));
        check(stored, &|con| field::<u8>().incr(key, 1).run(con).map(|n| n.to_string()));
        check(stored, &|con| field::<u8>().incr(key, -1).run(con).map(|n| n.to_string()));
        check(stored, &|con| field::<u64>().incr(key, i64::MIN).run(con).map(|n| n.to_string()));
    }
    for stored in ["canary", "", " 1", "1 ", "nan", "NaN", "1.5.5", "-"] {
        check(stored, &|con| field::<f64>().incr(key, 1.0).run(con).map(|n| n.to_string()));
        check(stored, &|con| field::<f32>().incr(key, 1.0).run(con).map(|n| n.to_string()));
    }
}

#[allow(clippy::float_cmp)] // bit for bit is what is meant
fn floats(lab: &Lab) {
    let mut con = lab.connection();
    let key = &lab.key("user");
    let mut put = |stored: Option<&str>| {
        let () = run(&mut con, &["DEL", key]);
        let () = run(&mut con, &["HSET", key, "other", "1"]);
        if let Some(stored) = stored {
            let () = run(&mut con, &["HSET", key, "visits", stored]);
        }
        Snapshot::of(&mut con, key)
    };
    let mut reader = lab.connection();
    for mut by in Runner::to_one(lab) {
        for (stored, add, sum) in [
            (None, 1.5, 1.5),
            (Some("1.5"), -1.5, 0.0),
            (Some("0.1"), 0.2, 0.3),
            (Some("1e21"), 1.0, 1e21),
            (Some("-0.0"), -0.0, 0.0),
            (Some("1e308"), 7e307, 1.7e308),
            (Some("-1e308"), -7e307, -1.7e308),
            // As documented: 17 digits after the point are kept.
            (Some("1e-300"), 1e-300, 0.0),
        ] {
            put(stored);
            let answer: f64 = by.run(field().incr(key, add)).expect("a sum");
            assert_eq!(answer, sum, "{stored:?} + {add}");
            let stored: String = run(&mut reader, &["HGET", key, "visits"]);
            assert_eq!(stored.parse::<f64>(), Ok(answer));
            assert_eq!(by.run(field().get(key)).expect("read"), Some(answer));
        }
        put(Some("0.5"));
        assert_eq!(by.run(field::<f32>().incr(key, 0.25)).expect("a sum"), 0.75);
        put(Some("0"));
        let tenth: f32 = by.run(field().incr(key, 0.1)).expect("a sum");
        assert_eq!(tenth, 0.1);
        assert_eq!(run::<String>(&mut reader, &["HGET", key, "visits"]), "0.1");

        let wide = [
            ("1.7976931348623157e308", f64::MAX),
            ("1.7976931348623157e308", 9.979_201_547_673_598e291),
            ("-1.7976931348623157e308", f64::MIN),
            ("1e400", 0.0),
            ("inf", 1.0),
            ("-inf", 1.0),
            ("0", f64::MAX),
        ];
        for (stored, add) in wide {
            let before = put(Some(stored));
            let error = by.run(field::<f64>().incr(key, add)).expect_err(stored);
            let told = told(&error);
            assert_eq!(error.kind(), ErrorKind::Overflow, "{told}");
            assert_eq!(error.effect(), Effect::Rejected, "{told}");
            before.assert_same(&mut reader, (stored, add));
        }
        for (stored, add) in [("3e38", 3e38), ("-3e38", -3e38), ("1e39", 1.0), ("0", f32::MAX)] {
            let before = put(Some(stored));
            let error = by.run(field::<f32>().incr(key, add)).expect_err(stored);
            assert_eq!(error.kind(), ErrorKind::Overflow, "{}", told(&error));
            before.assert_same(&mut reader, (stored, add));
        }
        by.assert_in_step();
    }
}

const RACERS: u64 = 64;
const STEPS: u64 = 10_000;

/// How many of the steps this racer takes.
fn share(racer: u64) -> u64 {
    STEPS / RACERS + u64::from(racer < STEPS % RACERS)
}

/// Every sum from 1 on was answered once.
fn assert_exact(mut sums: Vec<u64>) {
    sums.sort_unstable();
    assert!(sums.into_iter().eq(1..=STEPS), "each sum was answered once");
}

/// One step, as this type counts it.
fn step<T: Countable<By = i64>>(key: &str) -> FieldCommand<T> {
    field().incr(key, 1)
}

fn threads(lab: &Lab) {
    fn race<T>(lab: &Lab, key: &str)
    where
        T: Countable<By = i64> + TryInto<u64, Error: Debug>,
    {
        let () = run(&mut lab.connection(), &["DEL", key]);
        let sums = std::thread::scope(|threads| {
            let racer = |racer| {
                let mut con = lab.connection();
                let sums = (0..share(racer)).map(|_| step::<T>(key).run(&mut con).expect("a sum"));
                sums.map(|sum| sum.try_into().expect("a count")).collect::<Vec<u64>>()
            };
            let racers: Vec<_> = (0..RACERS).map(|n| threads.spawn(move || racer(n))).collect();
            racers.into_iter().flat_map(|racer| racer.join().expect("no panic")).collect()
        });
        assert_exact(sums);
        assert_eq!(run::<u64>(&mut lab.connection(), &["HGET", key, "visits"]), STEPS);
    }
    race::<i64>(lab, &lab.key("i64"));
    race::<u32>(lab, &lab.key("u32"));
}

fn tasks(lab: &Lab) {
    async fn race<T>(con: redis::aio::MultiplexedConnection, key: String) -> Vec<u64>
    where
        T: Countable<By = i64> + TryInto<u64, Error: Debug> + Send + 'static,
    {
        let mut tasks = tokio::task::JoinSet::new();
        for racer in 0..RACERS {
            let (mut con, key) = (con.clone(), key.clone());
            tasks.spawn(async move {
                let mut sums = Vec::new();
                for _ in 0..share(racer) {
                    let sum = step::<T>(&key).run_async(&mut con).await.expect("a sum");
                    sums.push(sum.try_into().expect("a count"));
                }
                sums
            });
        }
        tasks.join_all().await.concat()
    }
    for (key, is_plain) in [(lab.key("i64"), true), (lab.key("u32"), false)] {
        let () = run(&mut lab.connection(), &["DEL", &key]);
        assert_exact(block_on(async {
            let con = lab.multiplexed().await;
            if is_plain {
                race::<i64>(con, key.clone()).await
            } else {
                race::<u32>(con, key.clone()).await
            }
        }));
        assert_eq!(run::<u64>(&mut lab.connection(), &["HGET", &key, "visits"]), STEPS);
    }
}

/// 16 threads want 320 steps of a type that has room for 255.
fn to_the_last(lab: &Lab) {
    let key = &lab.key("u8");
    let () = run(&mut lab.connection(), &["DEL", key]);
    let mut sums: Vec<u8> = std::thread::scope(|threads| {
        let racer = || {
            let mut con = lab.connection();
            let mut sums = Vec::new();
            for _ in 0..20 {
                match step::<u8>(key).run(&mut con) {
                    Ok(sum) => sums.push(sum),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Overflow, "{error}"),
                }
            }
            sums
        };
        let racers: Vec<_> = (0..16).map(|_| threads.spawn(racer)).collect();
        racers.into_iter().flat_map(|racer| racer.join().expect("no panic")).collect()
    });
    sums.sort_unstable();
    assert!(sums.into_iter().eq(1..=u8::MAX), "255 steps, and no more");
}

fn cluster_tasks(lab: &Lab) {
    let key = lab.key("u16");
    let mut reader = lab.cluster().connection(lab.protocol()).expect("a connection");
    let () = run(&mut reader, &["DEL", &key]);
    block_on(async {
        let con = crate::aio_cluster::connect(lab.cluster(), lab.protocol()).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (mut con, key) = (con.clone(), key.clone());
            tasks.spawn(async move {
                for _ in 0..50 {
                    step::<u16>(&key).run_async(&mut con).await.expect("a sum");
                }
            });
        }
        tasks.join_all().await;
    });
    assert_eq!(run::<u16>(&mut reader, &["HGET", &key, "visits"]), 800);
}
