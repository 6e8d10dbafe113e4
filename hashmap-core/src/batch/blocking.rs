//! Windows over a synchronous connection.

use std::time::Instant;

use redis::Value;

use super::arena::{Arena, Part};
use super::settle::{Verdicts, no_end, unsent};
use crate::checked;
use crate::connection::{Connection, is_one_socket};
use crate::error::{Effect, Failure};
use crate::exec::{self, blocking};
use crate::plan::{self, Commands};
use crate::write::{Limit, Written};

/// A connection that windows are sent on, one after the other.
///
/// Where it is one socket, a window is sent before the replies of the one before it are read, so that
/// the server always has something to do.
pub(crate) struct Line<'c, C: ?Sized> {
    con: &'c mut C,
    until: Option<Instant>,
    pace: Pace,
    /// Why nothing more is sent.
    lost: Option<Failure>,
    /// Whether the last window was sent.
    is_sent: bool,
    /// The connection is inside a `MULTI` of ours, which the server would not end.
    is_open: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// The replies to a window are read after the next one was sent.
    Ahead,
    /// A window, and its replies.
    InStep,
    /// A cluster's: its pipelines of several nodes can leave answers unread (redis 1.8.1).
    OneByOne,
}

impl<'c, C: Connection + ?Sized> Line<'c, C> {
    pub(crate) fn new(con: &'c mut C, until: Option<Instant>) -> Self {
        let pace = match () {
            () if !con.supports_pipelining() => Pace::OneByOne,
            () if is_one_socket::<C>() => Pace::Ahead,
            () => Pace::InStep,
        };
        Self { con, until, pace, lost: None, is_sent: false, is_open: false }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Whether the replies to what was sent last are still to be read.
    pub(crate) fn is_ahead(&self) -> bool {
        self.pace == Pace::Ahead
    }

    /// Sends a window, and says what is known then: of the one before it where the line
    /// [is ahead](Self::is_ahead), else of itself.
    pub(crate) fn send<L: Limit<C>>(
        &mut self,
        this: Part<'_>,
        before: Option<Part<'_>>,
        verdicts: &mut Verdicts,
    ) {
        let before =
            if self.is_open { self.end_transaction::<L>(before, verdicts) } else { before };
        let was_sent = std::mem::replace(&mut self.is_sent, self.lost.is_none());
        match self.pace {
            Pace::Ahead => self.exchange::<L>(this.packed(), before, was_sent, verdicts),
            Pace::InStep => self.exchange::<L>(this.packed(), Some(this), self.is_sent, verdicts),
            Pace::OneByOne => {
                let mut one = |nth| self.one::<L>(this.arena, nth, verdicts);
                this.window.entries.clone().for_each(&mut one);
            }
        }
    }

    /// Reads what is still to be read, of the last window.
    pub(crate) fn finish<L: Limit<C>>(&mut self, last: Option<Part<'_>>, verdicts: &mut Verdicts) {
        let last = last.filter(|_| self.is_ahead());
        self.exchange::<L>(&[], last, self.is_sent, verdicts);
        if self.is_open {
            self.end_transaction::<L>(None, verdicts);
        }
    }

    /// Sends these bytes, and reads what is due.
    fn exchange<L: Limit<C>>(
        &mut self,
        packed: &[u8],
        due: Option<Part<'_>>,
        was_sent: bool,
        verdicts: &mut Verdicts,
    ) {
        let replies = due.map_or(0, |due| due.window.replies);
        let answer = match &self.lost {
            Some(failure) if was_sent => Err(failure.clone()),
            Some(failure) => Err(unsent(failure)),
            None => self.ask::<L>(packed, replies),
        };
        if let Some(Part { arena, window }) = due {
            self.is_open = verdicts.settle(arena, window, answer, self.is_open);
        }
    }

    fn ask<L: Limit<C>>(&mut self, packed: &[u8], replies: usize) -> Result<Vec<Value>, Failure> {
        let answer = match () {
            () if packed.is_empty() && replies == 0 => Ok(Vec::new()),
            () if is_one_socket::<C>() && !self.con.is_open() => Err(checked::closed()),
            () => L::several(self.con, packed, replies, self.until),
        };
        let failure = match answer {
            Ok(answer) if answer.len() == replies => return Ok(answer),
            Ok(answer) => exec::unexpected("the batch", &Value::Array(answer)),
            Err(error) => exec::transport(error, false, packed),
        };
        self.lost = Some(failure.clone());
        Err(match self.pace {
            // What is waited for was sent by the call before.
            Pace::Ahead => Failure { effect: Effect::Unknown, ..failure },
            _ => failure,
        })
    }

    /// Ends a `MULTI` whose `EXEC` was refused. What was sent behind it is queued in it, and goes with it.
    #[cold]
    fn end_transaction<'a, L: Limit<C>>(
        &mut self,
        due: Option<Part<'a>>,
        verdicts: &mut Verdicts,
    ) -> Option<Part<'a>> {
        let due = due.filter(|_| self.is_ahead());
        self.exchange::<L>(&[], due, self.is_sent, verdicts);
        if self.lost.is_none() {
            // Whatever it answers: what there is to say, the replies before it say.
            drop(L::several(self.con, plan::DISCARD, 1, self.until));
            self.lost = Some(no_end());
        }
        self.is_open = false;
        None
    }

    /// One record by itself. What is a transaction elsewhere is a script here: a cluster's connection
    /// answers a transaction with its first error only, and cannot follow a slot that moves inside one.
    fn one<L: Limit<C>>(&mut self, arena: &Arena, nth: usize, verdicts: &mut Verdicts) {
        let packed = arena.plan(nth);
        let outcome = match (&self.lost, &arena.entry(nth).commands) {
            (_, Commands::Nothing) => Ok(Written::Nothing),
            (Some(failure), _) => Err(unsent(failure)),
            (None, Commands::Transaction) => {
                let (commands, packed) = plan::script_instead(packed);
                blocking::run::<L, C>(self.con, &commands, &packed, self.until)
            }
            (None, commands) => blocking::run::<L, C>(self.con, commands, packed, self.until),
        };
        if let Err(failure) = &outcome
            && failure.kind.is_of_connection()
        {
            self.lost = Some(failure.clone());
        }
        verdicts.set(arena, nth, outcome);
    }
}
