//! The rounds of a contest, and what they come to.

use std::collections::BTreeMap;

use crate::Allocations;
use crate::spent::Spent;

/// One contest.
pub(crate) struct Table {
    /// Also the name of its chart.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// One contestant.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) is_ours: bool,
    pub(crate) rounds: Vec<Spent>,
    /// For one record.
    pub(crate) allocations: Option<f64>,
}

/// A figure of all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Figure {
    pub(crate) fn of(rounds: impl Iterator<Item = f64>) -> Self {
        let mut rounds: Vec<f64> = rounds.collect();
        rounds.sort_by(f64::total_cmp);
        let at = |place: usize| rounds.get(place).copied().unwrap_or(f64::NAN);
        let last = rounds.len().saturating_sub(1);
        // Of an even number, the mean of the two in the middle.
        let median = f64::midpoint(at(last / 2), at(last.div_ceil(2)));
        Self { median, low: at(0), high: at(last) }
    }
}

impl Table {
    pub(crate) fn new(id: &'static str, title: &'static str, rows: Vec<Row>) -> Self {
        Self { id, title, rows }
    }

    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// What was counted in this contest, which ran under the allocator that counts.
    pub(crate) fn counts(&self) -> (String, BTreeMap<String, f64>) {
        let count = |row: &Row| Figure::of(row.rounds.iter().map(Spent::allocations_each)).median;
        // A contestant that is another program has none.
        let ran = self.rows.iter().filter(|row| !row.is_foreign());
        (self.id.to_owned(), ran.map(|row| (row.name.to_owned(), count(row))).collect())
    }

    /// Takes over what the other binary counted.
    pub(crate) fn count(&mut self, counted: &Allocations) {
        let Some(counted) = counted.get(self.id) else { return };
        for row in &mut self.rows {
            row.allocations = counted.get(row.name).copied();
        }
    }
}

impl Row {
    pub(crate) fn new(name: &'static str, is_ours: bool, rounds: Vec<Spent>) -> Self {
        Self { name, is_ours, rounds, allocations: None }
    }

    pub(crate) fn is_foreign(&self) -> bool {
        self.name.contains("redis-benchmark")
    }

    pub(crate) fn per_second(&self) -> Figure {
        Figure::of(self.rounds.iter().map(Spent::per_second))
    }

    /// Nanoseconds.
    pub(crate) fn cpu(&self) -> Figure {
        Figure::of(self.rounds.iter().map(Spent::cpu_each))
    }

    /// Bytes.
    pub(crate) fn memory(&self) -> Option<u64> {
        self.rounds.iter().filter_map(|round| round.memory).max()
    }

    /// How many times as fast as another, round by round: both met the machine in the same mood.
    pub(crate) fn speed_against(&self, base: &Self) -> Figure {
        let pairs = self.rounds.iter().zip(&base.rounds);
        Figure::of(pairs.map(|(ours, base)| ours.per_second() / base.per_second()))
    }

    /// How many times another's CPU.
    pub(crate) fn cpu_against(&self, base: &Self) -> Figure {
        let pairs = self.rounds.iter().zip(&base.rounds);
        Figure::of(pairs.map(|(ours, base)| ours.cpu_each() / base.cpu_each()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let of = |rounds: &[f64]| Figure::of(rounds.iter().copied());
        assert_eq!(of(&[3.0, 1.0, 2.0]), Figure { median: 2.0, low: 1.0, high: 3.0 });
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), Figure { median: 2.5, low: 1.0, high: 4.0 });
        assert_eq!(of(&[7.0]), Figure { median: 7.0, low: 7.0, high: 7.0 });
        assert!(of(&[]).median.is_nan());
    }
}
