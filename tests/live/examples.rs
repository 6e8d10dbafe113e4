//! The examples, as their readers run them.

use std::ffi::OsStr;
use std::process::Command;

use redis::ProtocolVersion;
use redis_hashmap_tests::servers::Sentinel;

use crate::lab::{Case, Lab};

pub(crate) fn cases(protocol: ProtocolVersion) -> Vec<Case> {
    // They speak what their address says, which is the default.
    if protocol == ProtocolVersion::RESP3 {
        return Vec::new();
    }
    vec![
        Case::new("example_quickstart", |lab| on_a_server(lab, "quickstart", "3322 aircraft")),
        Case::new("example_round_trip", |lab| {
            on_a_server(lab, "round_trip", "2 readers found, and deleted");
        }),
        Case::new("example_async_tokio", |lab| on_a_server(lab, "async_tokio", "1000 sessions")),
        Case::new("example_buffer", |lab| on_a_server(lab, "buffer", "10001 readings")),
        Case::new("example_deadpool", |lab| on_a_server(lab, "deadpool", "again: false")),
        Case::new("example_pool", |lab| on_a_server(lab, "pool", "800 readings")),
        Case::new("example_version_lock", |lab| {
            on_a_server(lab, "version_lock", "leave 20, version 17");
        }),
        Case::new("example_cluster", cluster),
        Case::new("example_sentinel", sentinel),
    ]
}

fn on_a_server(lab: &Lab, name: &str, says: &str) {
    let server = lab.fresh(&[]);
    example(name, &[], "REDIS_URL", &server.url(), says);
}

fn cluster(lab: &Lab) {
    let nodes = lab.cluster().nodes().iter();
    let urls: Vec<_> =
        nodes.map(|node| format!("redis://127.0.0.1:{}", node.port().expect("TCP"))).collect();
    example("cluster", &[], "REDIS_CLUSTER", &urls.join(","), "has 2 items");
}

fn sentinel(lab: &Lab) {
    let master = lab.fresh_with_tcp(&[]);
    let sentinel = Sentinel::start(&master).unwrap_or_else(|error| panic!("{error}"));
    example("sentinel", &[], "REDIS_SENTINEL", &sentinel.url(), "and 100 corrected");
    let mut con = lab.connection_to(&master);
    let orders: usize = crate::lab::run(&mut con, &["DBSIZE"]);
    assert_eq!(orders, 100);
}

/// `cargo test` has built it beside the tests.
pub(crate) fn example(name: &str, arguments: &[&OsStr], variable: &str, address: &str, says: &str) {
    let tests = std::env::current_exe().expect("a program");
    let target = tests.ancestors().nth(2).expect("deps, in a target folder");
    let program = target.join("examples").join(name);
    assert!(
        program.exists(),
        "{} is missing: `cargo build -p redis-hashmap --examples --all-features`",
        program.display(),
    );
    let output = Command::new(program).args(arguments).env(variable, address).output();
    let output = output.expect("it runs");
    let (said, erred) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {said}{erred}");
    assert!(said.contains(says), "{name} said {said}, and not {says}");
}
