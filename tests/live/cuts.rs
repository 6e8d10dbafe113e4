//! Connections that are cut at random, in every kind of connection and shape of a plan: what the
//! error says is true, and the record is one write's, whole.
//!
//! Every value names its own key, field and write.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{Client, Connection, RedisResult};
use redis_hashmap::{Effect, Error, ErrorKind, HashWrite, Result, ToRedisHash, Written};
use tokio::runtime::Runtime;

use crate::lab::{self, Case, Lab, PATIENCE};
use crate::state::{Fields, fields, told};
use crate::wire::{Break, Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("cut_2000_times_and_every_report_is_true", |lab| cut(lab, 2_000)),
        Case::long("cut_20000_times_and_every_report_is_true", |lab| cut(lab, 20_000)),
    ]
}

/// The faults are the same in every run.
const SEED: u64 = 0x005e_ed0f_c075;

#[derive(ToRedisHash)]
#[redis_hash(key = "{key}")]
pub(crate) struct Whole {
    #[redis_hash(skip)]
    key: String,
    first: String,
    second: Option<String>,
    third: String,
    fourth: Option<String>,
}

/// How a write becomes a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Plan {
    Single,
    Transaction,
    Script,
}

impl Plan {
    pub(crate) const ALL: [Self; 3] = [Self::Single, Self::Transaction, Self::Script];

    pub(crate) fn write(self, record: &Whole) -> HashWrite<'_, Whole> {
        match self {
            Self::Script => record.as_hash().expire(lab::PATIENCE * 100),
            _ => record.as_hash(),
        }
    }

    /// How many replies it has.
    pub(crate) fn replies(self) -> usize {
        if self == Self::Transaction { 4 } else { 1 }
    }
}

impl Whole {
    /// The nth write of this key. One command has every field in it.
    pub(crate) fn new(key: &str, n: u64, plan: Plan) -> Self {
        let value = |field: &str| format!("{key} {field} {n} canary");
        let is_there = plan == Plan::Single;
        Self {
            key: key.to_owned(),
            first: value("first"),
            second: is_there.then(|| value("second")),
            third: value("third"),
            fourth: is_there.then(|| value("fourth")),
        }
    }

    pub(crate) fn fields(&self) -> Fields {
        let Self { first, second, third, fourth, .. } = self;
        let all = [
            ("first", Some(first)),
            ("second", second.as_ref()),
            ("third", Some(third)),
            ("fourth", fourth.as_ref()),
        ];
        all.into_iter().filter_map(|(name, v)| Some((name.to_owned(), v?.clone()))).collect()
    }
}

/// A connection through the wire, of each kind that is told another story when it is cut.
enum Con {
    Connection(Box<Connection>),
    /// Connects as it writes.
    Client(Client),
    Multiplexed(MultiplexedConnection),
    /// Connects again by itself.
    Manager(ConnectionManager),
}

impl Con {
    async fn new(kind: u8, wire: &Wire) -> Self {
        match kind {
            0 => Self::Connection(Box::new(wire.connection())),
            1 => Self::Client(wire.client()),
            2 => Self::Multiplexed(lab::multiplexed(wire.info()).await),
            _ => {
                let config = ConnectionManagerConfig::new()
                    .set_min_delay(Duration::from_millis(1))
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE));
                let manager = wire.client().get_connection_manager_with_config(config).await;
                Self::Manager(manager.expect("a connection"))
            }
        }
    }

    fn write(&mut self, runtime: &Runtime, write: &HashWrite<'_, Whole>) -> Result<Written> {
        match self {
            Self::Connection(con) => write.write(&mut **con),
            Self::Client(con) => write.write(con),
            Self::Multiplexed(con) => runtime.block_on(write.write_async(con)),
            Self::Manager(con) => runtime.block_on(write.write_async(con)),
        }
    }

    /// Loses its connection, and can make no other.
    fn lose(&mut self, runtime: &Runtime, wire: &Wire) {
        wire.set_gone(true);
        // The others never make a second one.
        if let Self::Manager(con) = self {
            wire.set(Fault::CutRequestAfter(0));
            let ping = runtime.block_on(redis::cmd("PING").exec_async(con));
            ping.expect_err("it was cut");
            wire.set(Fault::None);
        }
    }
}

/// Somewhere in the request, in the bytes of the replies, or between two of them.
fn fault(random: &mut fastrand::Rng, plan: Plan) -> Fault {
    match random.u8(..6) {
        0 => Fault::CutRequestAfter(random.usize(..600)),
        1 => Fault::CutReplyAfter(random.usize(..12 * plan.replies())),
        2 | 3 => Fault::Reply(random.usize(..plan.replies()), Break::Close),
        4 => Fault::Reply(random.usize(..plan.replies()), Break::Replace(b"?nonsense\r\n")),
        _ => Fault::Reply(random.usize(..plan.replies()), Break::Bytes),
    }
}

#[derive(Default, Debug)]
struct Seen(BTreeMap<String, u32>);

impl Seen {
    fn count(&mut self, outcome: &Result<Written>) {
        let effect = outcome.as_ref().map_err(Error::effect);
        *self.0.entry(format!("{effect:?}")).or_default() += 1;
    }
}

fn cut(lab: &Lab, times: u64) {
    println!("{}: seed {SEED}", lab.trial());
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
    let wire = Wire::to(lab.info(lab.server()));
    let mut reader = lab.connection();
    let mut seen = Seen::default();
    let mut cut = Vec::new();
    for n in 0..times {
        let (kind, plan) = (random.u8(..4), Plan::ALL[random.usize(..3)]);
        let key = lab.key(&n.to_string());
        let before = Whole::new(&key, 0, Plan::Single).fields();
        put(&mut reader, &key, &before).expect("put");

        wire.set(Fault::None);
        let mut con = runtime.block_on(Con::new(kind, &wire));
        let fault = fault(&mut random, plan);
        let what = format!("seed {SEED}, {n}: kind {kind}, {plan:?}, {fault:?}");
        wire.set(fault);
        let record = Whole::new(&key, 1, plan);
        let is_gone = matches!(con, Con::Client(_) | Con::Manager(_)) && random.u8(..4) == 0;
        if is_gone {
            wire.set(Fault::None);
            con.lose(&runtime, &wire);
        }
        let outcome = con.write(&runtime, &plan.write(&record));
        if is_gone {
            wire.set_gone(false);
            let effect = outcome.as_ref().map_err(Error::effect);
            assert_eq!(effect, Err(Effect::NotSent), "{what}: nobody was there");
        }
        seen.count(&outcome);
        let after = record.fields();
        let now = fields(&mut reader, &key);
        match outcome {
            Ok(written) => {
                assert_eq!(written, Written::Applied, "{what}");
                assert_eq!(now, after, "{what}");
            }
            Err(error) => {
                let told = told(&error);
                assert!(
                    matches!(error.kind(), ErrorKind::Connection | ErrorKind::Protocol),
                    "{what}: {told}"
                );
                assert!(error.is_connection(), "{what}: {told}");
                match error.effect() {
                    Effect::NotSent => assert_eq!(now, before, "{what}: {told}"),
                    Effect::Unknown => assert!(now == before || now == after, "{what}: {now:?}"),
                    other => panic!("{what}: {other:?}: {told}"),
                }
                cut.push((key, before, after, error.effect(), what));
            }
        }
    }
    // And nothing came afterwards that was said not to come.
    for (key, before, after, effect, what) in cut {
        let now = fields(&mut reader, &key);
        let may_be = effect == Effect::Unknown && now == after;
        assert!(now == before || may_be, "{what}: {now:?}");
    }
    println!("{}: {:?}", lab.trial(), seen.0);
    for expected in ["Ok(Applied)", "Err(NotSent)", "Err(Unknown)"] {
        assert!(seen.0.get(expected).is_some_and(|n| u64::from(*n) > times / 20), "{seen:?}");
    }
}

fn put(con: &mut Connection, key: &str, fields: &Fields) -> RedisResult<()> {
    let pairs: Vec<_> = fields.iter().collect();
    redis::cmd("HSET").arg(key).arg(pairs).exec(con)
}
