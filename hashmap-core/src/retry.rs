//! Whether, and when, a failed write is sent again.

use std::time::{Duration, Instant};

use crate::checked;
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

/// How often a write is tried, and how long.
#[derive(Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) retry: Option<Retry>,
    /// Also what may have been written.
    pub(crate) resend_unknown: bool,
    pub(crate) time: Option<Duration>,
}

/// The attempts of one write.
pub(crate) struct Attempts {
    pauses: Option<Pauses>,
    resend_unknown: bool,
    until: Option<Instant>,
    /// An attempt may have been the one that wrote.
    is_in_doubt: bool,
}

/// When what begins now must be over. A time so far away that nobody can say it is none.
pub(crate) fn until(time: Option<Duration>) -> Option<Instant> {
    time.and_then(|time| Instant::now().checked_add(time))
}

impl Policy {
    /// One attempt, which may take as long as it does.
    #[cfg(feature = "aio")]
    pub(crate) fn is_once(&self) -> bool {
        self.retry.is_none() && self.time.is_none()
    }

    /// The clock starts.
    pub(crate) fn begin(&self) -> Attempts {
        let Self { retry, resend_unknown, time } = *self;
        let until = until(time);
        #[cfg(feature = "retry")]
        let pauses = retry.map(backon::BackoffBuilder::build);
        #[cfg(not(feature = "retry"))]
        let pauses = retry.map(|never| match never {});
        Attempts { pauses, resend_unknown, until, is_in_doubt: false }
    }
}

impl Attempts {
    /// When the write must be over.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// How long to wait before the next attempt; or the write's error, where there is to be none.
    pub(crate) fn pause_after(&mut self, mut error: Error) -> Result<Duration, Error> {
        if let (Error::Write(error), true) = (&mut error, self.is_in_doubt) {
            error.remain_in_doubt();
        }
        self.is_in_doubt |= error.effect() == Effect::Unknown;
        self.pause(&error).ok_or(error)
    }

    fn pause(&mut self, error: &Error) -> Option<Duration> {
        let policy = self.pauses.as_mut()?;
        let is_in_doubt = error.effect() == Effect::Unknown;
        let passes =
            error.is_retryable() || self.resend_unknown && is_in_doubt && error.kind().passes();
        // It will say the same for ever.
        let is_broken = error.redis_error().is_some_and(checked::is_refusal);
        if !passes || is_broken {
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
