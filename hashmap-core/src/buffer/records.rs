//! What a group of the buffer is filled with.

use super::group::Load;
use crate::batch::arena::Arena;
use crate::batch::packed::Packed;
use crate::error::{Effect, Error, Failure};
use crate::plan::Commands;
use crate::write::Written;

/// What a record takes of the bound beside its bytes: what is known of it, and the place of its answer.
const BESIDE: usize = 192;
/// How much memory an emptied group keeps.
const KEPT: usize = 192 * 1024;

/// What the writer of a record is told.
pub(crate) type Answer = Result<Written, Box<Error>>;

/// A window of records.
#[derive(Default)]
pub(crate) struct Records {
    pub(super) arena: Arena,
    /// Which may be refused because a condition does not hold.
    conditional: Vec<bool>,
    /// Some of its bytes may be with the server.
    pub(super) is_sent: bool,
    /// They are there from another connection: what failed now may have been written then.
    is_in_doubt: bool,
}

impl Records {
    /// To be sent again. Nothing is sent for the others any more.
    pub(super) fn resend_only(&mut self, resend: impl Fn(usize) -> bool) {
        self.arena = self.arena.only(resend);
        self.is_in_doubt = true;
    }

    /// What the writer of this record is told.
    pub(super) fn answer(&self, nth: usize, outcome: Result<Written, Failure>) -> Answer {
        match (outcome, &self.arena.entry(nth).commands) {
            (Ok(Written::Refused), _) if self.arena.is_plain(nth) => {
                Err(Box::new(self.arena.error(nth, Failure::conflict(false))))
            }
            (Ok(written), _) => Ok(written),
            (Err(_), Commands::Nothing) => Ok(Written::Nothing),
            (Err(failure), _) => {
                let effect = if self.is_in_doubt { Effect::Unknown } else { failure.effect };
                Err(Box::new(self.arena.error(nth, Failure { effect, ..failure })))
            }
        }
    }

    pub(super) fn may_be_refused(&self, nth: usize) -> bool {
        self.conditional[nth]
    }
}

impl Load for Records {
    type Item<'i> = Packed<'i>;
    type Answer = Answer;

    fn well() -> Answer {
        Ok(Written::Applied)
    }

    fn size(item: &Packed<'_>) -> usize {
        item.len() + BESIDE
    }

    fn keep(item: Packed<'_>) -> Packed<'static> {
        item.into_owned()
    }

    fn goes_alone(item: &Packed<'_>) -> bool {
        item.is_large()
    }

    fn push(&mut self, item: Packed<'_>) {
        self.conditional.push(item.may_be_refused);
        self.arena.push_packed(item);
    }

    fn is_full(&self) -> bool {
        self.arena.is_full(1)
    }

    fn clear(&mut self) {
        self.arena.clear();
        self.arena.shrink_to(KEPT);
        self.conditional.clear();
        self.is_sent = false;
        self.is_in_doubt = false;
    }
}
