//! What was written so far, and in the end.

use std::time::{Duration, Instant};

use super::Told;
use crate::error::{Error, Result};
use crate::write::Written;

/// How many errors a report keeps.
const KEPT: usize = 100;

/// How far a [`WriteAll`](crate::WriteAll) has come.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress {
    /// How many records have their answer, errors among them.
    pub records: u64,
    /// How many bytes their commands had.
    pub bytes: u64,
    /// Since it began.
    pub elapsed: Duration,
}

impl Progress {
    /// Records a second, since it began.
    #[allow(clippy::cast_precision_loss)] // 2^53 records take longer than anybody waits
    pub fn rate(&self) -> f64 {
        self.records as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// What a [`WriteAll`](crate::WriteAll) did.
#[derive(Debug)]
#[non_exhaustive]
pub struct WriteReport {
    /// How many records were taken from the iterator: the sum of the next four.
    pub records: u64,
    /// Written.
    pub applied: u64,
    /// With nothing to write: [`Written::Nothing`].
    pub empty: u64,
    /// Left as they are, as a condition asks: [`Written::Refused`].
    pub refused: u64,
    /// Not written because of an error.
    pub failed: u64,
    /// How many bytes their commands had.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// The iterator was not taken to its end: the connection failed, or a record did and
    /// [`stop_at_first_error`](crate::WriteAll::stop_at_first_error) was asked for.
    pub is_cut_short: bool,
    failures: Vec<Failed>,
}

/// A record that failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failed {
    /// Its place in the iterator, from 0.
    pub index: u64,
    /// Why; it names the struct and the key.
    pub error: Error,
}

impl WriteReport {
    /// The first hundred records that failed, in the iterator's order.
    pub fn failures(&self) -> &[Failed] {
        &self.failures
    }

    /// The report, if no record failed.
    ///
    /// # Errors
    ///
    /// That of the first that did; others may have, too.
    pub fn into_result(mut self) -> Result<Self> {
        if self.failures.is_empty() { Ok(self) } else { Err(self.failures.swap_remove(0).error) }
    }
}

/// What is counted on the way.
pub(super) struct Count {
    started: Instant,
    applied: u64,
    empty: u64,
    refused: u64,
    pub(super) failed: u64,
    pub(super) bytes: u64,
    failures: Vec<Failed>,
}

impl Count {
    pub(super) fn new() -> Self {
        let started = Instant::now();
        Self { started, applied: 0, empty: 0, refused: 0, failed: 0, bytes: 0, failures: vec![] }
    }

    pub(super) fn written(&mut self, written: Written) {
        match written {
            Written::Applied => self.applied += 1,
            Written::Nothing => self.empty += 1,
            Written::Refused => self.refused += 1,
        }
    }

    #[cold]
    pub(super) fn fail(&mut self, index: u64, error: Error, told: &mut Told<'_>) {
        self.failed += 1;
        if let Some(failure) = &mut told.failure {
            failure(index, &error);
        }
        // Not the order in which they are known: the server's answers come later than what the encoder says.
        let at = self.failures.partition_point(|failed| failed.index < index);
        if at < KEPT {
            self.failures.truncate(KEPT - 1);
            self.failures.insert(at, Failed { index, error });
        }
    }

    fn records(&self) -> u64 {
        self.applied + self.empty + self.refused + self.failed
    }

    pub(super) fn progress(&self) -> Progress {
        let (records, elapsed) = (self.records(), self.started.elapsed());
        Progress { records, bytes: self.bytes, elapsed }
    }

    pub(super) fn report(self, is_cut_short: bool) -> WriteReport {
        WriteReport {
            records: self.records(),
            elapsed: self.started.elapsed(),
            applied: self.applied,
            empty: self.empty,
            refused: self.refused,
            failed: self.failed,
            bytes: self.bytes,
            is_cut_short,
            failures: self.failures,
        }
    }
}
