//! A batch over a cluster: each node's records in pipelines of their own, all nodes at once.

use std::collections::HashMap;
use std::time::Instant;

use futures_util::future::join_all;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, Slot, SlotAddr};
use redis::{Pipeline, ServerError, Value};

use super::aio::one;
use super::arena::Arena;
use super::settle::{Verdicts, no_end, outcome, unsent};
use crate::error::Failure;
use crate::exec;
use crate::exec::aio::timer::before;
use crate::plan::{self, Commands};
use crate::sink::Room;
use crate::sink::cmd::cmds;
use crate::write::Written;

/// What became of one record.
type Outcome = (usize, Result<Written, Failure>);

/// Sends all of an arena. Answers whether the cluster was lost, or a part of it.
pub(crate) async fn execute(
    con: &ClusterConnection,
    arena: &Arena,
    until: Option<Instant>,
    verdicts: &mut Verdicts,
) -> bool {
    let topology = match before(until, Topology::of(con.clone())).await {
        Ok(topology) => topology,
        Err(failure) => {
            arena.windows().for_each(|part| verdicts.fail_all(part, &unsent(&failure)));
            return true;
        }
    };
    let nodes = topology.share_out(arena);
    let nodes = nodes.into_iter().map(|records| Node::new(con, arena, until).run(records));
    let mut is_lost = false;
    for (outcomes, node_is_lost) in join_all(nodes).await {
        is_lost |= node_is_lost;
        for (nth, outcome) in outcomes {
            verdicts.set(arena, nth, outcome, true);
        }
    }
    is_lost
}

/// Which master has which slot.
struct Topology {
    slots: HashMap<Slot, usize>,
    masters: usize,
}

impl Topology {
    async fn of(mut con: ClusterConnection) -> Result<Self, Failure> {
        let mut slots = redis::cmd("CLUSTER");
        slots.arg("SLOTS");
        let anybody = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let reply = exec::answered(con.route_command(slots, anybody).await, true, || [])?;
        match reply {
            Value::ServerError(error) => Err(exec::rejected("CLUSTER SLOTS", &error, &[])),
            reply => Self::read(&reply).ok_or_else(|| exec::unexpected("CLUSTER SLOTS", &reply)),
        }
    }

    /// A row is the first slot, the last slot, the master, its replicas.
    fn read(reply: &Value) -> Option<Self> {
        let (mut slots, mut masters) = (HashMap::new(), Vec::new());
        for row in reply.as_sequence()? {
            let [Value::Int(first), Value::Int(last), master, ..] = row.as_sequence()? else {
                return None;
            };
            let which = masters.iter().position(|known| *known == master).unwrap_or(masters.len());
            if which == masters.len() {
                masters.push(master);
            }
            for slot in *first..=*last {
                slots.insert(Slot::new(slot.try_into().ok()?)?, which);
            }
        }
        Some(Self { slots, masters: masters.len() })
    }

    /// The records of each master, in their order; last those of slots that nobody has.
    fn share_out(&self, arena: &Arena) -> Vec<Vec<usize>> {
        let mut nodes = vec![Vec::new(); self.masters + 1];
        for nth in 0..arena.len() {
            if !matches!(arena.entry(nth).commands, Commands::Nothing) {
                let slot = Slot::for_key(arena.key(nth));
                nodes[self.slots.get(&slot).copied().unwrap_or(self.masters)].push(nth);
            }
        }
        nodes
    }
}

/// What is sent to one node.
struct Node<'a> {
    con: ClusterConnection,
    arena: &'a Arena,
    until: Option<Instant>,
    outcomes: Vec<Outcome>,
    lost: Option<Failure>,
}

impl<'a> Node<'a> {
    fn new(con: &ClusterConnection, arena: &'a Arena, until: Option<Instant>) -> Self {
        Self { con: con.clone(), arena, until, outcomes: Vec::new(), lost: None }
    }

    /// A window at a time, so that the records of one key stay in their order.
    async fn run(mut self, records: Vec<usize>) -> (Vec<Outcome>, bool) {
        let mut rest = &records[..];
        while !rest.is_empty() {
            let window;
            (window, rest) = rest.split_at(self.arena.window_of(rest));
            match &self.lost {
                Some(failure) => {
                    let failure = unsent(failure);
                    self.outcomes.extend(window.iter().map(|nth| (*nth, Err(failure.clone()))));
                }
                None => self.window(window).await,
            }
        }
        (self.outcomes, self.lost.is_some())
    }

    async fn window(&mut self, records: &[usize]) {
        let is_script = |nth: &&usize| self.arena.entry(**nth).is_script();
        let loads = records.iter().find(is_script).copied();
        let (pipeline, count) = self.pipeline(records, loads);
        let first = self.arena.key(records[0]);
        let node = || SingleNodeRoutingInfo::SpecificNode(Route::with_key(first, SlotAddr::Master));
        let sent = async { Ok(self.con.route_pipeline(pipeline, 0, count, node()).await) };
        let failure = match before(self.until, sent).await {
            Ok(Ok(replies)) if replies.len() == count => {
                let (mut replies, mut is_open) = (replies.into_iter(), false);
                for nth in records {
                    if loads == Some(*nth) {
                        replies.next();
                    }
                    let outcome = outcome(self.arena, *nth, &mut replies, &mut is_open);
                    self.outcomes.push((*nth, outcome));
                }
                if is_open {
                    // Whatever it answers: what there is to say, the replies before it say.
                    let node = RoutingInfo::SingleNode(node());
                    drop(self.con.route_command(redis::cmd("DISCARD"), node).await);
                    self.lost = Some(no_end());
                }
                return;
            }
            Ok(Ok(replies)) => exec::unexpected("the batch", &Value::Array(replies)),
            // Said of the pipeline: a slot is moving, or has moved, and `redis` sent all of it after that one.
            // By itself, each record is found.
            Ok(Err(error)) if ServerError::try_from(error.clone()).is_ok() => {
                return self.one_by_one(records).await;
            }
            Ok(Err(error)) => exec::transport(error, true, &[]),
            Err(late) => late,
        };
        self.outcomes.extend(records.iter().map(|nth| (*nth, Err(failure.clone()))));
        self.lost = Some(failure);
    }

    /// The commands of these records, and how many replies they have. Before the one that `loads` it, the
    /// node is told the script, which it may not have seen.
    fn pipeline(&self, records: &[usize], loads: Option<usize>) -> (Pipeline, usize) {
        let (mut pipeline, mut count) = (Pipeline::new(), 0);
        let mut load = Vec::new();
        for nth in records {
            if loads == Some(*nth) {
                plan::load(Room::behind(&mut load)).close();
                count += 1;
            }
            for cmd in cmds(&load).chain(cmds(self.arena.plan(*nth))) {
                pipeline.add_command(cmd);
            }
            load.clear();
            count += self.arena.entry(*nth).commands.replies();
        }
        (pipeline, count)
    }

    async fn one_by_one(&mut self, records: &[usize]) {
        for nth in records {
            let outcome = one(&mut self.con, self.arena, *nth, self.until, &mut self.lost).await;
            self.outcomes.push((*nth, outcome));
        }
    }
}
