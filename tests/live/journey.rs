//! A slot on its way from the master that has it to another one.

use redis::Connection;
use redis_hashmap_tests::servers::Cluster;

use crate::lab::{Lab, run};

pub(crate) struct Journey {
    slot: String,
    source: Node,
    target: Node,
    /// Those who only look on.
    others: Vec<Node>,
}

struct Node {
    id: String,
    port: String,
    con: Connection,
}

impl Node {
    /// Or it says who has it.
    fn has(&mut self, key: &str) -> bool {
        redis::cmd("EXISTS").arg(key).query::<u64>(&mut self.con).is_ok()
    }

    fn set_slot(&mut self, slot: &str, state: &str, id: &str) {
        let () = run(&mut self.con, &["CLUSTER", "SETSLOT", slot, state, id]);
    }
}

impl Journey {
    /// Of that key's slot; where to is left to chance. From here on the source answers `ASK` for
    /// what it has not.
    pub(crate) fn begin(
        lab: &Lab,
        cluster: &Cluster,
        key: &str,
        random: &mut fastrand::Rng,
    ) -> Self {
        let nodes = cluster.nodes().iter().map(|node| {
            let mut con = lab.connection_to(node);
            let id = run(&mut con, &["CLUSTER", "MYID"]);
            Node { id, port: node.port().expect("TCP").to_string(), con }
        });
        let mut others: Vec<_> = nodes.collect();
        let slot: u16 = run(&mut others[0].con, &["CLUSTER", "KEYSLOT", key]);
        let owner = others.iter_mut().position(|node| node.has(key)).expect("an owner");
        let source = others.remove(owner);
        let target = others.remove(random.usize(..others.len()));
        let mut journey = Self { slot: slot.to_string(), source, target, others };
        let Self { slot, source, target, .. } = &mut journey;
        target.set_slot(slot, "IMPORTING", &source.id);
        source.set_slot(slot, "MIGRATING", &target.id);
        journey
    }

    /// Takes so many keys over, at most; answers whether there were any.
    pub(crate) fn step(&mut self, at_most: u8) -> bool {
        let Self { slot, source, target, .. } = self;
        let get = ["CLUSTER", "GETKEYSINSLOT", slot, &at_most.to_string()];
        let keys: Vec<String> = run(&mut source.con, &get);
        if keys.is_empty() {
            return false;
        }
        let mut migrate =
            vec!["MIGRATE", "127.0.0.1", &target.port, "", "0", "30000", "REPLACE", "KEYS"];
        migrate.extend(keys.iter().map(String::as_str));
        let _: String = run(&mut source.con, &migrate);
        true
    }

    /// From here on the target has the slot. What was left behind in the source is lost.
    pub(crate) fn end(self) {
        let Self { slot, source, target, others } = self;
        let id = target.id.clone();
        // The new owner first: there is always one.
        for mut node in [target, source].into_iter().chain(others) {
            node.set_slot(&slot, "NODE", &id);
        }
    }
}
