//! Many records over connections that are cut at random, in every way to write many: what is said of each
//! record is true.

use std::collections::BTreeMap;

use redis::{Connection, ConnectionLike};
use redis_hashmap::{Checked, Effect, Error, HashBatch, Outcomes, WriteAll, Written};

use crate::batch::{Mixed, assert_secret, stored};
use crate::lab::{Case, Lab, PATIENCE, await_that, multiplexed, run};
use crate::sending::{fill, shapes};
use crate::state::told;
use crate::wire::{Fault, Wire};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("batch_cut_and_every_report_is_true", |lab| cut(lab, 60, filled)),
        Case::long("batch_cut_ten_times_as_often", |lab| cut(lab, 600, filled)),
        Case::new("sending_cut_and_every_report_is_true", |lab| cut(lab, 60, sent)),
        Case::long("sending_cut_ten_times_as_often", |lab| cut(lab, 600, sent)),
        Case::new("bulk_cut_and_every_report_is_true", |lab| cut(lab, 60, all)),
        Case::long("bulk_cut_ten_times_as_often", |lab| cut(lab, 600, all)),
    ]
}

/// The faults are the same in every run.
const SEED: u64 = 0x0bad_ba7c;

/// What is said of a record: what became of it, or of the write, and the whole of the error.
pub(crate) type Said = Result<Written, (Effect, String)>;

pub(crate) fn said(outcomes: &Outcomes<'_>) -> Vec<Said> {
    assert_secret(outcomes);
    outcomes.iter().map(|outcome| outcome.result.map_err(why)).collect()
}

fn why(error: &Error) -> (Effect, String) {
    (error.effect(), format!("{error:?}"))
}

/// What was `NotSent` is not there, what is `Applied` is, what is `Unknown` is whole or not there at all.
pub(crate) fn assert_true(said: &[Said], reader: &mut Connection, keys: &[String], what: &str) {
    assert_eq!(said.len(), keys.len(), "{what}");
    for (n, (said, stored)) in said.iter().zip(stored(reader, keys)).enumerate() {
        let whole = Mixed::new(keys[n].clone(), n).fields();
        let (is_there, is_not) = (stored == whole, stored.is_empty());
        let is_true = match said {
            Ok(written) => *written == Written::Applied && is_there,
            Err((Effect::NotSent, _)) => is_not,
            Err((effect, _)) => *effect == Effect::Unknown && (is_there || is_not),
        };
        assert!(is_true, "{what}, record {n}: {said:?} {stored:?}");
    }
}

/// One time: to what, and what happens on the way.
struct Round<'w> {
    wire: &'w Wire,
    random: &'w mut fastrand::Rng,
    keys: Vec<String>,
    fault: Fault,
}

impl Round<'_> {
    fn record(&self, n: usize) -> Mixed {
        Mixed::new(self.keys[n].clone(), n)
    }

    fn connect(&self) -> (Connection, Checked<Connection>) {
        let checked = Checked::new(self.wire.connection()).with_timeout(PATIENCE);
        (self.wire.connection(), checked.expect("a timeout"))
    }
}

fn cut(lab: &Lab, rounds: u32, write: fn(Round<'_>) -> (Vec<String>, Vec<Said>)) {
    println!("seed {SEED:#x}");
    let mut random = fastrand::Rng::with_seed(SEED);
    let server = lab.fresh(&[]);
    let wire = Wire::to(lab.info(&server));
    let mut reader = lab.connection_to(&server);
    let mut seen = BTreeMap::<String, usize>::new();
    for nth in 0..rounds {
        let fault = match nth % 4 {
            0 => Fault::CutReplyAfter(random.usize(..8_000)),
            1 => Fault::CutRequestAfter(random.usize(..4_000)),
            2 => Fault::CutRequestAfter(random.usize(..40_000)),
            _ => Fault::CutRequestAfter(random.usize(..400_000)),
        };
        let what = format!("round {nth}, {fault:?}");
        let keys = (0..1_500).map(|n| format!("{nth}-{n}")).collect();
        let (keys, said) = write(Round { wire: &wire, random: &mut random, keys, fault });
        wire.set(Fault::None);
        // The server takes what is on its way in before it answers this.
        await_that("the cut connection is gone", || {
            run::<String>(&mut reader, &["CLIENT", "LIST"]).lines().count() <= 1
        });
        assert_true(&said, &mut reader, &keys, &what);
        for said in said {
            let effect = said.map_or_else(|(effect, _)| format!("{effect:?}"), |_| "Ok".into());
            *seen.entry(effect).or_default() += 1;
        }
        let () = run(&mut reader, &["FLUSHALL"]);
    }
    println!("{seen:?}");
    assert!(seen.len() == 3, "all three are seen: {seen:?}");
}

/// A batch that is filled before it has its connection.
fn filled(round: Round<'_>) -> (Vec<String>, Vec<Said>) {
    let mut batch = HashBatch::new();
    (0..round.keys.len()).for_each(|n| round.record(n).push(n, &mut batch));
    let said = match round.random.u8(..4) {
        0 => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let mut con = multiplexed(round.wire.info()).await;
                round.wire.set(round.fault);
                said(&batch.execute_async(&mut con).await)
            })
        }
        1 => {
            let mut con = round.wire.client();
            round.wire.set(round.fault);
            said(&batch.execute(&mut con))
        }
        _ => {
            let mut con = round.wire.connection();
            round.wire.set(round.fault);
            said(&batch.execute(&mut con))
        }
    };
    (round.keys, said)
}

/// One that is sent while it is filled; some of its records may have been in it before.
fn sent(mut round: Round<'_>) -> (Vec<String>, Vec<Said>) {
    let (records, before, refused) = shapes(round.random);
    round.keys.truncate(records);
    let records = round.keys.len();
    let before = before.min(records);
    let mut batch = HashBatch::new();
    (0..before).for_each(|n| round.record(n).push(n, &mut batch));
    let (mut plain, mut checked) = round.connect();
    round.wire.set(round.fault);
    let said = if round.random.u8(..3) == 0 {
        said(&fill(batch.sending(&mut checked), &round.keys, before, refused))
    } else {
        said(&fill(batch.sending(&mut plain), &round.keys, before, refused))
    };
    (round.keys, said)
}

/// Those of an iterator: what was not taken from it, was not sent.
fn all(mut round: Round<'_>) -> (Vec<String>, Vec<Said>) {
    fn write<C: ConnectionLike>(con: &mut C, round: &Round<'_>, said: &mut [Said]) -> u64 {
        let records = (0..round.keys.len()).map(|n| round.record(n));
        let all = WriteAll::new(records).on_failure(|index, error| {
            told(error);
            said[usize::try_from(index).expect("few")] = Err(why(error));
        });
        all.run(con).records
    }

    let (records, ..) = shapes(round.random);
    round.keys.truncate(records);
    let (mut plain, mut checked) = round.connect();
    round.wire.set(round.fault.clone());
    let mut said = vec![Ok(Written::Applied); round.keys.len()];
    let taken = if round.random.u8(..3) == 0 {
        write(&mut checked, &round, &mut said)
    } else {
        write(&mut plain, &round, &mut said)
    };
    said[usize::try_from(taken).expect("few")..]
        .fill(Err((Effect::NotSent, "it was not taken".into())));
    (round.keys, said)
}
