//! Every asynchronous connection that `redis` has, and that pools put around one: each write does
//! what the same write does over a synchronous connection.

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis_hashmap::{
    AsyncConnection, Effect, ErrorKind, HashKeyTemplate, Result, ToRedisHash, Written,
};

use crate::lab::{Case, Lab, PATIENCE, block_on, multiplexed, run};
use crate::shapes::Shape;
use crate::state::{Snapshot, assert_failed, before, fields, put_before};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("aio_multiplexed_over_a_unix_socket", |lab| {
            block_on(async { all_shapes(lab, &mut lab.multiplexed().await).await });
        }),
        Case::new("aio_multiplexed_over_tcp", |lab| {
            let info = lab.server().tcp_connection_info(lab.protocol()).expect("it has TCP");
            block_on(async { all_shapes(lab, &mut multiplexed(info).await).await });
        }),
        Case::new("aio_connection_manager", |lab| {
            block_on(async { all_shapes(lab, &mut manager(lab).await).await });
        }),
        Case::new("aio_deadpool", deadpool),
        Case::new("aio_bb8", bb8),
        Case::new("aio_behind_dyn", |lab| {
            block_on(async {
                let con: &mut (dyn ConnectionLike + Send) = &mut lab.multiplexed().await;
                all_shapes(lab, con).await;
            });
        }),
        Case::new("aio_futures_can_be_spawned", spawned),
        Case::new("aio_a_write_is_what_the_record_was_when_it_was_called", encoded_at_once),
        Case::new("aio_script_flushed_between_two_writes", flushed),
        Case::new("aio_another_type_at_the_key", another_type),
        Case::new("aio_many_tasks_on_one_connection", many_tasks),
    ]
}

async fn manager(lab: &Lab) -> ConnectionManager {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let client = lab.server().client(lab.protocol()).expect("a client");
    client.get_connection_manager_with_config(config).await.expect("a connection")
}

/// Writes in every shape, and fails in every shape.
async fn all_shapes<C: AsyncConnection + ?Sized>(lab: &Lab, con: &mut C) {
    let mut reader = lab.connection();
    let key = lab.key("person");
    for shape in Shape::ALL {
        put_before(&mut reader, &key, 0);
        let written = shape.write_async(con, &key).await.expect("written");
        assert_eq!(written, Written::Applied, "{shape:?}");
        assert_eq!(fields(&mut reader, &key), shape.after(&before()), "{shape:?}");
    }
    let () = run(&mut reader, &["SET", &key, "a string", "EX", "1000"]);
    let foreign = Snapshot::of(&mut reader, &key);
    for shape in Shape::ALL {
        let outcome = shape.write_async(con, &key).await;
        assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, shape);
        foreign.assert_same(&mut reader, shape);
    }
    in_step(con).await;
}

/// The next answer is the one to the next question.
pub(crate) async fn in_step<C: AsyncConnection + ?Sized>(con: &mut C) {
    for question in ["one", "two"] {
        let mut echo = redis::cmd("ECHO");
        let answer = con.req_packed_command(echo.arg(question)).await.expect("an answer");
        assert_eq!(redis::from_redis_value::<String>(answer).as_deref(), Ok(question));
    }
}

fn deadpool(lab: &Lab) {
    use deadpool_redis::{Manager, Pool};
    block_on(async {
        let manager = Manager::new(lab.info(lab.server())).expect("a manager");
        let pool = Pool::builder(manager).max_size(2).build().expect("a pool");
        all_shapes(lab, &mut pool.get().await.expect("a connection")).await;
        all_shapes(lab, &mut *pool.get().await.expect("a connection")).await;
    });
}

fn bb8(lab: &Lab) {
    use bb8_redis::{RedisConnectionManager, bb8::Pool};
    block_on(async {
        let manager = RedisConnectionManager::new(lab.info(lab.server())).expect("a manager");
        let pool = Pool::builder().max_size(2).build(manager).await.expect("a pool");
        all_shapes(lab, &mut *pool.get().await.expect("a connection")).await;
        all_shapes(lab, &mut *pool.get().await.expect("a connection")).await;
    });
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
struct Numbered {
    #[redis_hash(skip)]
    key: String,
    number: u32,
    square: Option<u64>,
}

impl Numbered {
    fn new(lab: &Lab, number: u32) -> Self {
        let square = (!number.is_multiple_of(3)).then(|| u64::from(number).pow(2));
        Self { key: lab.key(&number.to_string()), number, square }
    }

    fn assert_is_there(&self, con: &mut redis::Connection) {
        let mut expected = vec![("number".to_owned(), self.number.to_string())];
        expected.extend(self.square.map(|square| ("square".to_owned(), square.to_string())));
        assert_eq!(fields(con, &self.key), expected.into_iter().collect());
    }
}

/// What a library does that knows neither the record nor the connection: the futures are `Send`,
/// and need nothing that is not in them.
async fn save<R, C>(record: &R, mut con: C) -> Result<()>
where
    R: ToRedisHash + HashKeyTemplate + Sync,
    C: AsyncConnection,
{
    record.write_hash_async(&mut con).await
}

/// The record itself is not even `Send`: only its encoded write moves to another thread.
fn save_later<R, C>(record: &R, con: C) -> tokio::task::JoinHandle<Result<()>>
where
    R: ToRedisHash + HashKeyTemplate + 'static,
    C: AsyncConnection + 'static,
{
    let con = Box::leak(Box::new(con));
    tokio::spawn(record.write_hash_async(con))
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
struct NotSend {
    #[redis_hash(skip)]
    key: std::rc::Rc<str>,
    number: std::rc::Rc<str>,
}

fn spawned(lab: &Lab) {
    let mut reader = lab.connection();
    block_on(async {
        let con = lab.multiplexed().await;
        let records: Vec<_> = (0..20).map(|number| Numbered::new(lab, number)).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..20 {
            let (record, con) = (Numbered::new(lab, number), con.clone());
            if number % 2 == 0 {
                tasks.spawn(async move { save(&record, con).await });
            } else {
                let later = save_later(&record, con);
                tasks.spawn(async move { later.await.expect("no panic") });
            }
        }
        // A key that the write owns is in its future too.
        let own: &'static mut _ = Box::leak(Box::new(con.clone()));
        let key = lab.key("own");
        let write = Numbered::new(lab, 0).as_hash().key(key.clone()).write_async(own);
        assert_eq!(
            tokio::spawn(write).await.expect("no panic").expect("written"),
            Written::Applied
        );
        assert_eq!(fields(&mut reader, &key)["number"], "0");

        let not_send = NotSend { key: lab.key("rc").into(), number: "seven".into() };
        let later = save_later(&not_send, con);
        drop(not_send);
        later.await.expect("no panic").expect("written");
        assert_eq!(fields(&mut reader, &lab.key("rc"))["number"], "seven");

        tasks.join_all().await.into_iter().for_each(|outcome| outcome.expect("written"));
        for record in records {
            record.assert_is_there(&mut reader);
        }
    });
}

fn encoded_at_once(lab: &Lab) {
    let mut reader = lab.connection();
    block_on(async {
        let mut con = lab.multiplexed().await;
        let mut record = Numbered::new(lab, 7);
        let write = record.write_hash_async(&mut con);
        assert!(fields(&mut reader, &record.key).is_empty(), "nobody awaited it");
        record.number = 8;
        write.await.expect("written");
        record.number = 7;
        record.assert_is_there(&mut reader);
        // One that is never polled is never sent.
        record.number = 9;
        drop(record.write_hash_async(&mut con));
        in_step(&mut con).await;
        record.number = 7;
        record.assert_is_there(&mut reader);
    });
}

fn flushed(lab: &Lab) {
    let server = lab.fresh(&[]);
    let mut reader = lab.connection_to(&server);
    block_on(async {
        let mut con = multiplexed(lab.info(&server)).await;
        for shape in Shape::ALL.into_iter().filter(|shape| shape.is_script()) {
            for _ in 0..3 {
                put_before(&mut reader, "person", 0);
                shape.write_async(&mut con, "person").await.expect("written");
                assert_eq!(fields(&mut reader, "person"), shape.after(&before()), "{shape:?}");
                let () = run(&mut reader, &["SCRIPT", "FLUSH"]);
            }
        }
        // Flushed while eighty writes are under way.
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..80 {
            let mut con = con.clone();
            tasks.spawn(async move {
                if task % 8 == 0 {
                    let mut flush = redis::cmd("SCRIPT");
                    flush.arg("FLUSH").exec_async(&mut con).await.expect("flushed");
                }
                let key = format!("person {task}");
                Shape::ReplaceExpire.write_async(&mut con, &key).await
            });
        }
        for outcome in tasks.join_all().await {
            assert_eq!(outcome.expect("written"), Written::Applied);
        }
    });
}

/// All on one connection at once: each failure goes to the task whose write it was.
fn another_type(lab: &Lab) {
    let mut reader = lab.connection();
    block_on(async {
        let con = lab.multiplexed().await;
        let mut tasks = tokio::task::JoinSet::new();
        let mut foreign = Vec::new();
        for (n, shape) in (0..90).zip(Shape::ALL.into_iter().cycle()) {
            let (text, hash) = (lab.key(&format!("text {n}")), lab.key(&format!("hash {n}")));
            let () = run(&mut reader, &["SET", &text, "a string", "EX", "1000"]);
            put_before(&mut reader, &hash, 0);
            foreign.push((Snapshot::of(&mut reader, &text), hash.clone(), shape));
            let (mut first, mut second) = (con.clone(), con.clone());
            tasks.spawn(async move {
                let outcome = shape.write_async(&mut first, &text).await;
                assert_failed(outcome, ErrorKind::WrongType, Effect::Rejected, shape);
            });
            tasks.spawn(async move {
                shape.write_async(&mut second, &hash).await.expect("written");
            });
        }
        tasks.join_all().await;
        for (text, hash, shape) in foreign {
            text.assert_same(&mut reader, shape);
            assert_eq!(fields(&mut reader, &hash), shape.after(&before()), "{shape:?}");
        }
    });
}

fn many_tasks(lab: &Lab) {
    let mut reader = lab.connection();
    block_on(async {
        let con = lab.multiplexed().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..1000 {
            let (record, mut con) = (Numbered::new(lab, number), con.clone());
            tasks.spawn(async move {
                record.write_hash_async(&mut con).await.expect("written");
                record
            });
        }
        for record in tasks.join_all().await {
            record.assert_is_there(&mut reader);
        }
    });
}
