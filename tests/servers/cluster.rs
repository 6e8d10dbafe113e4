//! Three masters that share the 16384 slots.

use std::{
    thread,
    time::{Duration, Instant},
};

use redis::{
    ProtocolVersion, RedisResult,
    cluster::{ClusterClient, ClusterConnection},
};

use super::{Error, Server, ServerBinary};

const MASTERS: usize = 3;
const SLOTS: usize = 16_384;
/// A new node refuses writes for its first two seconds; the rest is for a machine that is busy.
const FORMING: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// A cluster of three masters on 127.0.0.1, without replicas or with one.
///
/// It is put together with plain commands: `redis-cli --cluster create` is not on every machine.
pub struct Cluster {
    nodes: Vec<Server>,
    replica: Option<Server>,
}

impl Cluster {
    /// Starts the nodes, gives each a third of the slots, and waits until all of them agree.
    ///
    /// # Errors
    /// If a node does not start, or they do not agree in time.
    pub fn start(binary: &ServerBinary) -> Result<Self, Error> {
        Self::start_with(binary, &[])
    }

    /// The same, each node with these arguments, too.
    ///
    /// # Errors
    /// If a node does not start, or they do not agree in time.
    pub fn start_with(binary: &ServerBinary, args: &[&str]) -> Result<Self, Error> {
        let nodes = start_masters(binary, PATIENT, args)?;
        let cluster = Self { nodes, replica: None };
        cluster.form()?;
        cluster.wait()?;
        Ok(cluster)
    }

    /// The same, with a replica of the first master, which takes its place soon after its end.
    ///
    /// # Errors
    /// If a node does not start, or they do not agree in time.
    pub fn start_with_replica(binary: &ServerBinary) -> Result<Self, Error> {
        let nodes = start_masters(binary, HASTY, &[])?;
        let replica = start_node(binary, HASTY, &[])?;
        let cluster = Self { nodes, replica: Some(replica) };
        cluster.form()?;
        cluster.wait()?;
        let (Some(replica), Some(master)) = (&cluster.replica, cluster.nodes.first()) else {
            return Ok(cluster);
        };
        let id = ask(master, redis::cmd("CLUSTER").arg("MYID"))?;
        ask(replica, redis::cmd("CLUSTER").arg("REPLICATE").arg(id))?;
        let linked = "master_link_status:up";
        cluster.wait_for(replica, redis::cmd("INFO").arg("replication"), |info| {
            info.lines().any(|line| line.trim() == linked)
        })?;
        Ok(cluster)
    }

    fn form(&self) -> Result<(), Error> {
        for (index, node) in self.nodes.iter().enumerate() {
            // Three different epochs from the start: else the nodes settle by themselves who is
            // right, which takes time.
            ask(node, redis::cmd("CLUSTER").arg("SET-CONFIG-EPOCH").arg(index + 1))?;
            let slots = index * SLOTS / MASTERS..(index + 1) * SLOTS / MASTERS;
            // ADDSLOTSRANGE came with Redis 7.0.
            ask(node, redis::cmd("CLUSTER").arg("ADDSLOTS").arg(slots.collect::<Vec<_>>()))?;
        }
        for other in self.nodes[1..].iter().chain(&self.replica) {
            ask(
                &self.nodes[0],
                redis::cmd("CLUSTER").arg("MEET").arg("127.0.0.1").arg(other.port()),
            )?;
        }
        Ok(())
    }

    fn wait(&self) -> Result<(), Error> {
        let known = self.nodes.len() + self.replica.iter().count();
        for node in self.nodes.iter().chain(&self.replica) {
            self.wait_for(node, redis::cmd("CLUSTER").arg("INFO"), |info| is_formed(info, known))?;
        }
        Ok(())
    }

    fn wait_for(
        &self,
        node: &Server,
        question: &redis::Cmd,
        is_so: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let deadline = Instant::now() + FORMING;
        loop {
            let state = ask(node, question)?;
            if is_so(&state) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let label = self.nodes[0].binary().label();
                return Err(Error::NoCluster { label, seconds: FORMING.as_secs(), state });
            }
            thread::sleep(POLL);
        }
    }

    /// The replica of the first master, if there is one.
    pub fn replica(&self) -> Option<&Server> {
        self.replica.as_ref()
    }

    /// Its nodes: all masters, each with a Unix socket and a TCP port.
    pub fn nodes(&self) -> &[Server] {
        &self.nodes
    }

    /// A client of the whole cluster.
    ///
    /// # Errors
    /// None that these addresses give.
    pub fn client(&self, protocol: ProtocolVersion) -> RedisResult<ClusterClient> {
        let nodes = self
            .nodes
            .iter()
            .map(|node| node.tcp_connection_info(protocol))
            .collect::<RedisResult<Vec<_>>>()?;
        ClusterClient::builder(nodes).use_protocol(protocol).build()
    }

    /// A connection to the whole cluster.
    ///
    /// # Errors
    /// If no node takes it.
    pub fn connection(&self, protocol: ProtocolVersion) -> RedisResult<ClusterConnection> {
        self.client(protocol)?.get_connection()
    }
}

/// After how many milliseconds a node is taken for dead: long, so that a busy machine is no
/// failure; and short, where one is what is waited for.
const PATIENT: &str = "5000";
const HASTY: &str = "1000";

fn start_masters(
    binary: &ServerBinary,
    node_timeout: &str,
    args: &[&str],
) -> Result<Vec<Server>, Error> {
    (0..MASTERS).map(|_| start_node(binary, node_timeout, args)).collect()
}

fn start_node(binary: &ServerBinary, node_timeout: &str, more: &[&str]) -> Result<Server, Error> {
    let args = [
        "--cluster-enabled",
        "yes",
        "--cluster-announce-ip",
        "127.0.0.1",
        "--cluster-node-timeout",
        node_timeout,
    ];
    Server::start_with_tcp(binary, &[&args, more].concat())
}

fn is_formed(state: &str, known: usize) -> bool {
    let known = format!("cluster_known_nodes:{known}");
    ["cluster_state:ok", &known, "cluster_slots_ok:16384"]
        .iter()
        .all(|wanted| state.lines().any(|line| line == *wanted))
}

fn ask(node: &Server, command: &redis::Cmd) -> Result<String, Error> {
    node.connection(ProtocolVersion::RESP2)
        .and_then(|mut connection| command.query(&mut connection))
        .map_err(|source| {
            let words = command.args_iter().take(2).map(|word| match word {
                redis::Arg::Simple(word) => String::from_utf8_lossy(word).into_owned(),
                _ => String::new(),
            });
            let command = words.collect::<Vec<_>>().join(" ");
            Error::Command { label: node.binary().label(), command, source }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::found;

    #[test]
    fn a_key_of_each_node_is_written_and_read() {
        thread::scope(|scope| {
            for binary in found().expect("a server") {
                scope.spawn(move || each_node_holds_one_key(&binary));
            }
        });
    }

    fn each_node_holds_one_key(binary: &ServerBinary) {
        let cluster = Cluster::start(binary).unwrap_or_else(|error| panic!("{error}"));
        let mut connection = cluster.connection(ProtocolVersion::RESP3).expect("a connection");
        // By their slots (CRC16 of the key): `b` is on the first node, `c` on the second, `a` on
        // the third.
        for key in ["a", "b", "c"] {
            let set = redis::cmd("HSET").arg(key).arg("f").arg(1).query::<i64>(&mut connection);
            assert_eq!(set, Ok(1), "{binary}");
        }
        for node in cluster.nodes() {
            let mut connection = node.connection(ProtocolVersion::RESP2).expect("a connection");
            assert_eq!(redis::cmd("DBSIZE").query::<i64>(&mut connection), Ok(1), "{binary}");
        }
    }
}
