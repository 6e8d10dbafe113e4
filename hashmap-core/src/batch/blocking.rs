//! Windows over a synchronous connection.

use std::marker::PhantomData;
use std::time::Instant;

use redis::Value;

use super::arena::{self, Arena, Part};
use super::settle::{Answer, no_end, unsent};
use crate::checked;
use crate::connection::{Connection, is_one_socket};
use crate::error::{Effect, Failure};
use crate::exec::{self, blocking};
use crate::plan::{self, Commands};
use crate::write::{Limit, Written};

/// A connection that windows are sent on, one after the other. In step again when this is dropped, also
/// by a panic of who is told.
pub(crate) struct Line<'c, C, L>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    con: &'c mut C,
    until: Option<Instant>,
    pace: Pace,
    /// Whether the last window was given to the connection.
    is_sent: bool,
    /// Whether nothing was said of it yet.
    owes: bool,
    /// How many bytes of the first window were sent before it was whole, and how many replies they ask for.
    started: (usize, usize),
    /// With how many bytes it is started next.
    enough: usize,
    /// How many replies are on their way.
    unread: usize,
    /// Why nothing more is sent.
    lost: Option<Failure>,
    /// The connection is inside a `MULTI` of ours, which the server would not end.
    is_open: bool,
    limit: PhantomData<L>,
}

#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// The replies to a window are read after the next one was sent: the server always has something to
    /// do.
    Ahead,
    /// A window, and its replies.
    InStep,
    /// A cluster's: its pipelines of several nodes can leave answers unread (redis 1.8.1).
    OneByOne,
}

/// Which window it is that an answer is about.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Which {
    /// The one before the one that is sent.
    Before,
    This,
}

/// Takes the answer to a window, and whether the connection is inside a `MULTI` that the server would not
/// end: before it tells anybody, whether it is now.
type Settle<'s> = dyn FnMut(Which, Answer, &mut bool) + 's;

impl<'c, C, L> Line<'c, C, L>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    pub(crate) fn new(con: &'c mut C, until: Option<Instant>) -> Self {
        let pace = match () {
            () if !con.supports_pipelining() => Pace::OneByOne,
            () if is_one_socket::<C>() => Pace::Ahead,
            () => Pace::InStep,
        };
        Self {
            con,
            until,
            pace,
            is_sent: false,
            owes: false,
            started: (0, 0),
            enough: if pace == Pace::Ahead { arena::STARTS[0] } else { usize::MAX },
            unread: 0,
            lost: None,
            is_open: false,
            limit: PhantomData,
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// With how many bytes the window that is being filled is to be [started](Self::start).
    #[inline]
    pub(crate) fn enough(&self) -> usize {
        self.enough
    }

    /// Sends what is in the first window by now, so that the server has something to do while the rest of it
    /// is encoded, which [`send`](Self::send) sends. Answers whether more can come into that window: where
    /// this fails, what comes was not sent.
    pub(crate) fn start(&mut self, first: Part<'_>) -> bool {
        let (sent, asked) = self.started;
        self.started = (first.packed().len(), first.window.replies);
        let next = arena::STARTS.into_iter().find(|bytes| *bytes > self.enough);
        self.enough = next.unwrap_or(usize::MAX);
        self.ask(&first.packed()[sent..], first.window.replies - asked, 0);
        if let Some(lost) = self.lost.as_mut().filter(|_| sent > 0) {
            lost.effect = Effect::Unknown;
        }
        self.lost.is_none()
    }

    /// Sends a window. Where the line runs ahead, only the `last` one is answered at once, and with it the
    /// one `before`.
    pub(crate) fn send(
        &mut self,
        this: Part<'_>,
        before: Option<Part<'_>>,
        is_last: bool,
        settle: &mut Settle<'_>,
    ) {
        let says_nothing = this.window.replies == 0;
        let head = this.window.head.as_ref();
        let unread = self.unread.saturating_sub(self.started.1);
        let is_crowded = head.is_some_and(|head| unread + head.replies > arena::FEW);
        if self.is_open || says_nothing || is_crowded {
            self.finish(before, settle);
        }
        let before = before.filter(|_| self.owes);
        let due = match self.pace {
            _ if says_nothing => {
                return settle(Which::This, Answer::Replies(Vec::new()), &mut self.is_open);
            }
            Pace::Ahead => [before, Some(this).filter(|_| is_last || is_crowded)],
            Pace::InStep => [None, Some(this)],
            Pace::OneByOne => {
                let each = this.window.entries.clone().map(|nth| self.one(this.arena, nth));
                return settle(Which::This, Answer::Each(each.collect()), &mut false);
            }
        };
        self.exchange(this, due, settle);
    }

    /// Reads the replies to the last window, where it was not known to be the last.
    pub(crate) fn finish(&mut self, last: Option<Part<'_>>, settle: &mut Settle<'_>) {
        if self.owes || self.is_open {
            self.end(last.filter(|_| self.owes), settle);
        }
    }

    /// Sends a window, and reads what is due: of what was sent before, and of what is sent now.
    fn exchange(&mut self, this: Part<'_>, due: [Option<Part<'_>>; 2], settle: &mut Settle<'_>) {
        self.enough = usize::MAX;
        let (started, mut asked) = std::mem::take(&mut self.started);
        let was_lost = self.lost.is_some();
        let was_sent = std::mem::replace(&mut self.is_sent, !was_lost || started > 0);
        let counts = due.map(|part| part.map_or(0, |part| part.window.replies));
        let mut replies = Vec::new();
        if !was_lost {
            let [(head, answers), (rest, more)] = this.pieces(started);
            let mut is_begun = started > 0;
            if answers > 0 {
                replies = self.ask(head, answers - asked, answers);
                is_begun |= self.lost.is_none();
                asked = 0;
            }
            if self.lost.is_none() {
                let mut others = self.ask(rest, more - asked, counts[0] + counts[1] - answers);
                if replies.is_empty() {
                    replies = others;
                } else {
                    replies.append(&mut others);
                }
            }
            if let Some(lost) = self.lost.as_mut().filter(|_| is_begun) {
                lost.effect = Effect::Unknown;
            }
        }
        self.owes = due[Which::This as usize].is_none();
        for (which, count) in [Which::Before, Which::This].into_iter().zip(counts) {
            if due[which as usize].is_none() {
                continue;
            }
            let answer = match &self.lost {
                None => {
                    let rest = replies.split_off(count);
                    Answer::Replies(std::mem::replace(&mut replies, rest))
                }
                Some(failure) => Answer::Failed(match which {
                    Which::Before if !was_sent => unsent(failure),
                    // It was sent by a call that succeeded.
                    Which::Before if !was_lost => {
                        Failure { effect: Effect::Unknown, ..failure.clone() }
                    }
                    Which::This if was_lost && started == 0 => unsent(failure),
                    _ => failure.clone(),
                }),
            };
            settle(which, answer, &mut self.is_open);
        }
    }

    /// Sends what asks for so many replies (nothing, where it asks for none), and reads so many; or none, and the
    /// line is lost.
    fn ask(&mut self, packed: &[u8], asked: usize, due: usize) -> Vec<Value> {
        if packed.is_empty() {
            return if due == 0 { Vec::new() } else { self.ask_behind(plan::PING, due) };
        }
        let before = std::mem::take(&mut self.unread);
        let answer = if is_one_socket::<C>() && !self.con.is_open() {
            Err(checked::closed())
        } else {
            L::several(self.con, packed, due, self.until)
        };
        let is_sent = !answer.as_ref().is_err_and(checked::is_refusal);
        // After an error too: `redis` passes over what comes too late, if it was waited for.
        self.unread = if is_sent { (before + asked).saturating_sub(due) } else { before };
        self.lost = match answer {
            Ok(answer) if answer.len() == due => return answer,
            Ok(answer) => Some(exec::unexpected("the batch", &Value::Array(answer))),
            Err(error) => Some(exec::transport(error, false, packed)),
        };
        Vec::new()
    }

    /// Reads what is due to what was sent before, with a command, since `redis` refuses to send no bytes at all.
    /// Whatever that one answers: what there is to say, the replies before it say.
    #[cold]
    fn ask_behind(&mut self, command: &[u8], due: usize) -> Vec<Value> {
        let mut replies = self.ask(command, 1, due + 1);
        replies.truncate(due);
        replies
    }

    /// Reads what is due, with a command that changes nothing; where the connection is inside a `MULTI`
    /// whose `EXEC` was refused, one that ends it: what was sent behind it is queued in it, and goes with it.
    #[cold]
    fn end(&mut self, due: Option<Part<'_>>, settle: &mut Settle<'_>) {
        let was_open = std::mem::take(&mut self.is_open);
        let count = due.map_or(0, |due| due.window.replies);
        let answer = if let Some(failure) = &self.lost {
            Answer::Failed(if self.is_sent { failure.clone() } else { unsent(failure) })
        } else {
            let packed = if was_open { plan::DISCARD } else { plan::PING };
            let replies = self.ask_behind(packed, count);
            match &self.lost {
                None => Answer::Replies(replies),
                Some(failure) => {
                    Answer::Failed(Failure { effect: Effect::Unknown, ..failure.clone() })
                }
            }
        };
        self.owes = false;
        if due.is_some() {
            let mut is_open = was_open;
            settle(Which::Before, answer, &mut is_open);
            self.is_open = is_open && !was_open;
        }
        if was_open {
            self.lost.get_or_insert_with(no_end);
        } else if self.is_open {
            self.end(None, settle);
        }
    }

    /// One record by itself. What is a transaction elsewhere is a script here: a cluster's connection
    /// answers a transaction with its first error only, and cannot follow a slot that moves inside one.
    fn one(&mut self, arena: &Arena, nth: usize) -> Result<Written, Failure> {
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
            self.lost.get_or_insert_with(|| failure.clone());
        }
        outcome
    }
}

impl<C, L> Drop for Line<'_, C, L>
where
    C: Connection + ?Sized,
    L: Limit<C>,
{
    fn drop(&mut self) {
        if self.unread > 0 || self.is_open {
            L::catch_up(self.con, self.unread, self.until);
        }
    }
}
