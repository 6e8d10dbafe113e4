//! Against real servers: every trial runs on every server found, in both protocols.
//!
//! A trial is named `valkey-9.1.2/resp3/what_it_shows`. Trials share one server of each version,
//! each trial under keys of its own; one that changes a server's settings starts its own.

mod acl;
mod aio;
mod aio_cluster;
mod answers;
mod atomic;
mod auth;
mod batch;
mod batch_cuts;
mod batch_faults;
mod beside;
mod buffer;
mod buffer_edges;
mod buffer_faults;
mod buffer_storm;
mod bulk;
mod busy;
mod cancel;
mod changes;
mod chaos;
mod checked;
mod cluster;
mod connections;
mod counters;
mod cuts;
mod declared;
mod either;
mod encoder;
mod examples;
mod failover;
mod fields;
mod flights;
mod foreign;
mod in_step;
mod interop;
mod journey;
mod keys;
mod lab;
mod lifetimes;
mod lives;
mod lost;
mod many;
mod migration;
mod mixtures;
mod naive;
mod options;
mod others;
mod plans;
mod queue;
mod reading;
mod records;
mod replica;
mod runner;
mod runtimes;
mod script;
mod secrecy;
mod sending;
mod shapes;
mod state;
mod timeouts;
mod tls;
mod topology;
mod transaction;
mod values;
mod versions;
mod way;
mod wide;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Trial};
use redis::ProtocolVersion::{self, RESP2, RESP3};
use redis_hashmap_tests::servers::{self, ServerBinary};

use lab::{Case, Lab, Shared};

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    // Most trials wait for a server more than they compute.
    args.test_threads.get_or_insert(4);

    let found = match servers::found() {
        Ok(found) => found,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let labels: Vec<_> = found.iter().map(ServerBinary::label).collect();
    // Not to stdout, which is for the list of trials.
    eprintln!("on {}", labels.join(", "));
    let without = found.iter().filter(|binary| !tls::is_built_with_tls(binary));
    let without: Vec<_> = without.map(ServerBinary::label).collect();
    if !without.is_empty() {
        eprintln!("built without TLS, and so not tried over it: {}", without.join(", "));
    }
    let last = found.len() - 1;
    let trials = (0..).zip(found).flat_map(|(n, binary)| trials(binary, n == last));
    libtest_mimic::run(&args, trials.collect()).exit_code()
}

/// `is_last`: the newest, on which runs what one server is enough for.
fn trials(binary: ServerBinary, is_last: bool) -> Vec<Trial> {
    let shared = Arc::new(Shared::new(binary));
    let mut trials = Vec::new();
    for protocol in [RESP2, RESP3] {
        let mut cases = cases(shared.binary(), protocol);
        if is_last {
            cases.extend(flights::cases(protocol));
            cases.extend(naive::cases());
        }
        for case in cases {
            let lab = Lab::new(Arc::clone(&shared), protocol, case.name);
            let trial = Trial::ignorable_test(lab.trial(), move || match case.lacks {
                None => {
                    (case.run)(&lab);
                    Ok(Completion::Completed)
                }
                Some(what) => Ok(Completion::ignored_with(what)),
            });
            trials.push(trial.with_ignored_flag(case.is_long));
        }
    }
    trials
}

fn cases(binary: &ServerBinary, protocol: ProtocolVersion) -> Vec<Case> {
    [
        acl::cases(binary),
        aio::cases(),
        aio_cluster::cases(protocol),
        answers::cases(),
        atomic::cases(),
        auth::cases(),
        batch::cases(),
        batch_cuts::cases(),
        batch_faults::cases(),
        beside::cases(protocol),
        buffer::cases(),
        buffer_edges::cases(),
        buffer_faults::cases(),
        buffer_storm::cases(binary, protocol),
        bulk::cases(protocol),
        busy::cases(),
        cancel::cases(),
        changes::cases(binary),
        chaos::cases(),
        checked::cases(),
        cluster::cases(),
        connections::cases(protocol),
        counters::cases(),
        cuts::cases(),
        declared::cases(),
        encoder::cases(),
        examples::cases(protocol),
        failover::cases(),
        fields::cases(),
        foreign::cases(),
        in_step::cases(),
        interop::cases(),
        keys::cases(),
        lifetimes::cases(binary),
        lives::cases(binary),
        lost::cases(),
        many::cases(protocol),
        migration::cases(),
        mixtures::cases(),
        options::cases(),
        others::cases(),
        plans::cases(),
        queue::cases(),
        reading::cases(),
        records::cases(),
        replica::cases(),
        runtimes::cases(),
        script::cases(),
        sending::cases(),
        secrecy::cases(),
        timeouts::cases(),
        tls::cases(binary),
        topology::cases(protocol),
        transaction::cases(),
        values::cases(),
        versions::cases(),
        wide::cases(),
    ]
    .concat()
}
