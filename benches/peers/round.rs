//! Contestants in turn, round by round, so that a machine that slows down slows all of them.

use anyhow::{Context, Result};

use crate::contests::Env;
use crate::spent::Spent;
use crate::table::{Row, Table};

/// One way to do the thing.
pub(crate) struct Contestant<'a> {
    name: &'static str,
    is_ours: bool,
    /// Does it for so many records. Connecting, and a warm-up, are not in what it says it spent.
    turn: Box<dyn FnMut(u64) -> Result<Spent> + 'a>,
    /// For how many, in the full run.
    records: u64,
}

pub(crate) fn peer<'a>(
    name: &'static str,
    records: u64,
    turn: impl FnMut(u64) -> Result<Spent> + 'a,
) -> Contestant<'a> {
    Contestant { name, is_ours: false, turn: Box::new(turn), records }
}

pub(crate) fn ours<'a>(
    name: &'static str,
    records: u64,
    turn: impl FnMut(u64) -> Result<Spent> + 'a,
) -> Contestant<'a> {
    Contestant { name, is_ours: true, turn: Box::new(turn), records }
}

/// How many turns a contestant has in a round, of which the quickest counts: who else is on the machine only
/// ever makes one longer.
pub(crate) const TURNS: usize = 3;

/// Runs all rounds of a contest, in each of which every contestant has so many turns.
pub(crate) fn run(
    env: &Env,
    id: &'static str,
    title: &'static str,
    turns: usize,
    mut contestants: Vec<Contestant<'_>>,
) -> Result<Table> {
    let mut spent: Vec<Vec<Spent>> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..env.rounds() {
        eprintln!("{id}: round {} of {}", round + 1, env.rounds());
        for turn in 0..env.turns(turns) * contestants.len() {
            // Each is first, and last, as often as the others.
            let place = (turn + round) % contestants.len();
            let contestant = &mut contestants[place];
            let records = env.scaled(contestant.records);
            let turn = (contestant.turn)(records);
            let turn = turn.with_context(|| format!("{id}: {}", contestant.name))?;
            match spent[place].get_mut(round) {
                Some(best) if best.wall > turn.wall => *best = turn,
                Some(_) => {}
                None => spent[place].push(turn),
            }
        }
    }
    let rows = contestants
        .iter()
        .zip(spent)
        .map(|(contestant, rounds)| Row::new(contestant.name, contestant.is_ours, rounds));
    Ok(Table::new(id, title, rows.collect()))
}
