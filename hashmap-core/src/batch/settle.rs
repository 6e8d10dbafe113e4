//! What the replies of a window say of each record in it.

use redis::Value;

use super::arena::{Arena, Part, empty};
use crate::error::{Effect, Error, ErrorKind, Failure};
use crate::exec;
use crate::plan::Commands;
use crate::write::Written;

/// One verdict a record, in their order.
#[derive(Default)]
pub(crate) struct Verdicts {
    list: Vec<Verdict>,
    errors: Vec<Error>,
}

/// What was answered to a window.
pub(crate) enum Answer {
    /// As many as it asks for.
    Replies(Vec<Value>),
    /// To each of its records, which a cluster's connection sent one by one.
    Each(Vec<Result<Written, Failure>>),
    Failed(Failure),
}

#[derive(Clone, Copy)]
enum Verdict {
    Written(Written),
    /// The error of this place.
    Failed(usize),
}

/// What is left of an error that was taken.
const TAKEN: Error = Error::Changed { record: "" };

impl Verdicts {
    /// For so many records, of which nothing is known yet.
    pub(crate) fn begin(&mut self, records: usize) {
        empty(&mut self.errors);
        empty(&mut self.list);
        self.grow(records);
    }

    /// There are so many by now.
    pub(super) fn grow(&mut self, records: usize) {
        self.list.resize(records, Verdict::Written(Written::Nothing));
    }

    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.list.capacity() * size_of::<Verdict>()
    }

    pub(crate) fn get(&self, nth: usize) -> Result<Written, &Error> {
        match self.list[nth] {
            Verdict::Written(written) => Ok(written),
            Verdict::Failed(at) => Err(&self.errors[at]),
        }
    }

    /// All of them, in the order of the records; none is left.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Result<Written, Error>> {
        let errors = &mut self.errors;
        self.list.drain(..).map(|verdict| match verdict {
            Verdict::Written(written) => Ok(written),
            Verdict::Failed(at) => Err(std::mem::replace(&mut errors[at], TAKEN)),
        })
    }

    pub(crate) fn failures(&self) -> usize {
        self.errors.len()
    }

    /// The error of the first record that has one.
    pub(crate) fn take_first_error(&mut self) -> Option<Error> {
        let first = self.list.iter().find_map(|verdict| match *verdict {
            Verdict::Failed(at) => Some(at),
            Verdict::Written(_) => None,
        });
        self.list.clear();
        first.map(|at| self.errors.swap_remove(at))
    }

    /// `resends`: the connection may have sent it more than once.
    pub(crate) fn set(
        &mut self,
        arena: &Arena,
        nth: usize,
        outcome: Result<Written, Failure>,
        resends: bool,
    ) {
        self.list[nth] = match outcome {
            Ok(Written::Refused) if arena.is_plain(nth) => {
                self.fail(arena.error(nth, Failure::conflict(resends)))
            }
            Ok(written) => Verdict::Written(written),
            Err(failure) => self.fail(arena.error(nth, failure)),
        };
    }

    #[cold]
    fn fail(&mut self, error: Error) -> Verdict {
        self.errors.push(error);
        Verdict::Failed(self.errors.len() - 1)
    }

    /// Every record of a window with what was answered. `is_open`: the connection was still inside a `MULTI`
    /// of ours, which the server would not end; whether it is afterwards.
    pub(crate) fn settle(&mut self, part: Part<'_>, answer: Answer, is_open: &mut bool) {
        let Part { arena, window } = part;
        match answer {
            Answer::Replies(replies) => {
                let mut replies = replies.into_iter();
                for nth in window.entries.clone() {
                    let entry = arena.entry(nth);
                    if entry.loads {
                        replies.next();
                    }
                    if is_applied(entry.commands, replies.as_slice()) {
                        replies.next();
                        self.list[nth] = Verdict::Written(Written::Applied);
                        continue;
                    }
                    let outcome = outcome(arena, nth, &mut replies, is_open);
                    self.set(arena, nth, outcome, false);
                }
            }
            Answer::Each(outcomes) => {
                for (nth, outcome) in window.entries.clone().zip(outcomes) {
                    self.set(arena, nth, outcome, true);
                }
            }
            Answer::Failed(failure) => self.fail_all(part, &failure),
        }
    }

    /// The same for every record of a window (but those that say nothing to the server).
    #[cold]
    pub(crate) fn fail_all(&mut self, part: Part<'_>, failure: &Failure) {
        let Part { arena, window } = part;
        for nth in window.entries.clone() {
            let outcome = match arena.entry(nth).commands {
                Commands::Nothing => Ok(Written::Nothing),
                _ => Err(failure.clone()),
            };
            self.set(arena, nth, outcome, false);
        }
    }
}

/// Nearly all records are, and then there is nothing else to look at.
#[inline]
pub(crate) fn is_applied(commands: Commands, replies: &[Value]) -> bool {
    matches!((commands, replies), (Commands::Single(_), [Value::Int(_), ..]))
}

/// What the next replies say of a record. `is_open`: the connection is inside a `MULTI` of a record before.
pub(crate) fn outcome(
    arena: &Arena,
    nth: usize,
    replies: &mut impl Iterator<Item = Value>,
    is_open: &mut bool,
) -> Result<Written, Failure> {
    let packed = arena.plan(nth);
    let was_open = *is_open;
    let is_dropped = |reply: &Value| was_open && exec::is_queued(reply);
    let mut next = || replies.next().unwrap_or(Value::Nil);
    match arena.entry(nth).commands {
        Commands::Nothing => Ok(Written::Nothing),
        Commands::Single(command) => match next() {
            reply if is_dropped(&reply) => Err(dropped()),
            reply => exec::check_single(command, reply, packed).map(|()| Written::Applied),
        },
        Commands::Script { .. } => match next() {
            reply if is_dropped(&reply) => Err(dropped()),
            reply => exec::check_script(reply, packed),
        },
        Commands::Transaction => {
            let four = [next(), next(), next(), next()];
            *is_open |= exec::is_left_open(&four);
            match &four {
                [_, hset, _, Value::ServerError(_)] if is_dropped(hset) => Err(dropped()),
                _ => exec::check_transaction(four, packed).map(|()| Written::Applied),
            }
        }
    }
}

/// Of what is behind a `MULTI` that the server would not end.
fn dropped() -> Failure {
    let what =
        "it was queued behind a transaction that the server would not end, and dropped with it";
    Failure { what: what.into(), effect: Effect::Rejected, ..no_end() }
}

/// The server would not end a transaction of a record before.
pub(crate) fn no_end() -> Failure {
    Failure {
        what: "the transaction of a record before it could not be ended".into(),
        effect: Effect::NotSent,
        kind: ErrorKind::Aborted,
        source: (redis::ErrorKind::Client, "an EXEC before it was refused").into(),
    }
}

/// Nothing of it was sent, for this reason.
pub(crate) fn unsent(failure: &Failure) -> Failure {
    let what = match failure.effect {
        Effect::NotSent => failure.what.clone(),
        _ => format!("its turn never came: {}", failure.what),
    };
    Failure { what, effect: Effect::NotSent, ..failure.clone() }
}
