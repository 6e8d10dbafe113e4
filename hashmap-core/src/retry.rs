//! Whether, and when, a failed write is sent again.

use std::time::{Duration, Instant};

use crate::error::{Effect, Error};

#[cfg(feature = "retry")]
pub(crate) use backon::ExponentialBuilder as Retry;
/// Nobody can ask for it.
#[cfg(not(feature = "retry"))]
pub(crate) use std::convert::Infallible as Retry;

#[cfg(feature = "retry")]
type Pauses = <Retry as backon::BackoffBuilder>::Backoff;
#[cfg(not(feature = "retry"))]
type Pauses = std::iter::Empty<Duration>;

/// The attempts of one write.
pub(crate) struct Attempts {
    pauses: Option<Pauses>,
    resend_unknown: bool,
    until: Option<Instant>,
}

impl Attempts {
    /// `resend_unknown`: also what may have been written.
    pub(crate) fn new(retry: Option<Retry>, resend_unknown: bool, until: Option<Instant>) -> Self {
        #[cfg(feature = "retry")]
        let pauses = retry.map(backon::BackoffBuilder::build);
        #[cfg(not(feature = "retry"))]
        let pauses = retry.map(|never| match never {});
        Self { pauses, resend_unknown, until }
    }

    /// When the write must be over.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// How long to wait before the next attempt, where there is to be one.
    pub(crate) fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        let policy = self.pauses.as_mut()?;
        let passes = error.is_retryable()
            || self.resend_unknown && error.effect() == Effect::Unknown && error.kind().passes();
        if !passes {
            return None;
        }
        let pause = policy.next()?;
        // What would begin after the deadline cannot end before it.
        let in_time = self
            .until
            .is_none_or(|until| Instant::now().checked_add(pause).is_some_and(|next| next < until));
        in_time.then_some(pause)
    }
}
