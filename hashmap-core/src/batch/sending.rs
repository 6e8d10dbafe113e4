//! A batch that is sent while it is filled.

use std::fmt;

use super::arena::Arena;
use super::blocking::{Line, Which};
use super::outcome::Outcomes;
use super::settle::Verdicts;
use super::writable::Writable;
use crate::connection::Connection;
use crate::error::Result;
use crate::write::{Limit, Unlimited};

/// A [`HashBatch`](crate::HashBatch) that has its connection, and is sent while it is filled:
/// [`HashBatch::sending`](crate::HashBatch::sending).
///
/// Dropped before it is [finished](Self::finish), also by a `?`, it sends nothing more: some of its records may
/// be written then, each of them whole, and nobody is told which. It waits for the replies that are on their
/// way, as long as the connection's timeout or the batch's deadline lets it, so that the connection can be used
/// on; where they do not come in time, a [`Checked`](crate::Checked) one is used no more. (If it is leaked, with
/// [`forget`](std::mem::forget), the replies are left for who asks next.)
#[must_use = "what is left of it is sent by `finish`, which says what became of its records"]
pub struct Sending<'b, 'c, C, L = Unlimited>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    arena: &'b mut Arena,
    verdicts: &'b mut Verdicts,
    line: Line<'c, C, L>,
    /// How many windows were sent, to their end.
    sent: usize,
}

impl<'b, 'c, C, L> Sending<'b, 'c, C, L>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    pub(super) fn new(
        arena: &'b mut Arena,
        verdicts: &'b mut Verdicts,
        line: Line<'c, C, L>,
    ) -> Self {
        Self { arena, verdicts, line, sent: 0 }
    }

    /// Encodes a record, after what is there is sent, if that makes a window, or the beginning of the first one:
    /// then this may wait for the answers to the window before it.
    ///
    /// # Errors
    ///
    /// As [`HashBatch::push`](crate::HashBatch::push): what is wrong with the record, which is not in the batch
    /// then. What becomes of those that are, [`finish`](Self::finish) says; also that the connection failed:
    /// what is pushed after that is [`NotSent`](crate::Effect::NotSent).
    #[inline]
    pub fn push<W: Writable + ?Sized>(&mut self, write: &W) -> Result<()> {
        // Now, and not when there is as much: so there is something behind it, unless its encoder fails.
        if self.arena.has_enough(self.line.enough()) {
            self.go_on();
        }
        self.arena.push(write)
    }

    /// Sends what is left, and answers what became of each record, as
    /// [`HashBatch::execute`](crate::HashBatch::execute) does; those that were in the batch before are the
    /// first.
    pub fn finish(mut self) -> Outcomes<'b> {
        self.send(true);
        let Self { arena, verdicts, mut line, sent } = self;
        let last = sent.checked_sub(1).and_then(|nth| arena.part(nth));
        line.finish(last, &mut |_, answer, is_open| {
            if let Some(last) = last {
                verdicts.settle(last, answer, is_open);
            }
        });
        drop(line);
        Outcomes::new(arena, verdicts)
    }

    #[inline(never)]
    fn go_on(&mut self) {
        let rest = [self.sent, self.sent + 1].map(|nth| self.arena.part(nth));
        match rest {
            [Some(this), None] if !this.window.is_full() => {
                if self.line.start(this) {
                    return;
                }
            }
            _ => self.send(false),
        }
        self.arena.begin();
    }

    /// Sends what was not sent yet; `all`: nothing comes behind it.
    #[inline(never)]
    fn send(&mut self, all: bool) {
        let Self { arena, verdicts, line, sent } = self;
        verdicts.grow(arena.len());
        while let Some(this) = arena.part(*sent) {
            let before = sent.checked_sub(1).and_then(|nth| arena.part(nth));
            let is_last = all && arena.part(*sent + 1).is_none();
            line.send(this, before, is_last, &mut |which, answer, is_open| {
                let part = if which == Which::This { this } else { before.unwrap_or(this) };
                verdicts.settle(part, answer, is_open);
            });
            *sent += 1;
        }
    }
}

/// How many records; no value.
impl<C, L> fmt::Debug for Sending<'_, '_, C, L>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("records", &self.arena.len()).finish_non_exhaustive()
    }
}
