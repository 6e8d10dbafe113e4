//! Windows over an asynchronous connection.

use std::any::type_name;
use std::time::Instant;

use redis::{Pipeline, ServerError, ServerErrorKind, Value};

use super::arena::Part;
use super::settle::{Answer, Verdicts, no_end, unsent};
use crate::connection::AsyncConnection;
use crate::error::{Effect, Failure};
use crate::exec;
use crate::exec::aio::{Sent, never_resends, timer::before};
use crate::sink::cmd::cmds;

/// A connection that windows are sent on, one after the other.
pub(crate) struct Line<'c, C: ?Sized> {
    con: &'c mut C,
    until: Option<Instant>,
    /// The connection goes to many nodes, and takes no pipeline for more than one slot.
    one_by_one: bool,
    /// Why nothing more is sent.
    lost: Option<Failure>,
}

impl<'c, C: AsyncConnection + ?Sized> Line<'c, C> {
    pub(crate) fn new(con: &'c mut C, until: Option<Instant>) -> Self {
        let one_by_one = type_name::<C>().to_lowercase().contains("cluster");
        Self { con, until, one_by_one, lost: None }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Sends a window, and says what became of it.
    pub(crate) async fn send(&mut self, part: Part<'_>, verdicts: &mut Verdicts) {
        let Part { arena, window } = part;
        if let Some(failure) = &self.lost {
            return verdicts.fail_all(part, &unsent(failure));
        }
        if !self.one_by_one {
            let answer = self.exchange(part.packed(), window.replies).await;
            if !self.one_by_one {
                if verdicts.settle(part, answer, false) {
                    // Whatever it answers: what there is to say, the replies before it say.
                    drop(self.con.req_packed_command(&redis::cmd("DISCARD")).await);
                    self.lost = Some(no_end());
                }
                return;
            }
        }
        for nth in window.entries.clone() {
            let outcome = if let Some(failure) = &self.lost {
                Err(unsent(failure))
            } else {
                let sent = Sent::of(&arena.entry(nth).commands, arena.plan(nth));
                before(self.until, sent.attempt(self.con)).await
            };
            if let Err(failure) = &outcome
                && failure.kind.is_of_connection()
            {
                self.lost.get_or_insert_with(|| failure.clone());
            }
            verdicts.set(arena, nth, outcome);
        }
    }

    async fn exchange(&mut self, packed: &[u8], replies: usize) -> Answer {
        if replies == 0 {
            return Answer::Replies(Vec::new());
        }
        let mut pipeline = Pipeline::with_capacity(replies);
        cmds(packed).for_each(|cmd| {
            pipeline.add_command(cmd);
        });
        let con = &mut *self.con;
        let answer =
            before(self.until, async { Ok(con.req_packed_commands(&pipeline, 0, replies).await) });
        let failure = match answer.await {
            Ok(Ok(answer)) if answer.len() == replies => return Answer::Replies(answer),
            Ok(Ok(answer)) => exec::unexpected("the batch", &Value::Array(answer)),
            Ok(Err(error)) if error.kind() == ServerErrorKind::CrossSlot.into() => {
                self.one_by_one = true;
                return Answer::Replies(Vec::new());
            }
            Ok(Err(error)) => match ServerError::try_from(error) {
                // Said of all of it, or of one of them: nobody knows of which.
                Ok(error) => {
                    let refused = exec::rejected("the batch", &error, packed);
                    Failure { effect: Effect::Unknown, ..refused }
                }
                Err(error) => exec::transport(error, !never_resends::<C>(), packed),
            },
            Err(late) => late,
        };
        self.lost = Some(failure.clone());
        Answer::Failed(failure)
    }
}
