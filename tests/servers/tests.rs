//! A server comes, works, and goes, whatever ends its parent.

use std::{
    env,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use redis::ProtocolVersion::{RESP2, RESP3};

use super::{Error, Server, ServerBinary, found};

fn one() -> ServerBinary {
    found().expect("a server").pop().expect("at least one")
}

fn runs(pid: u32) -> bool {
    Command::new("sh")
        .args(["-c", &format!("kill -0 {pid} 2>/dev/null")])
        .status()
        .expect("sh runs")
        .success()
}

/// Waits until neither the server nor its folder is there.
fn gone(pid: u32, folder: &std::path::Path) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while runs(pid) || folder.exists() {
        assert!(Instant::now() < deadline, "runs: {}, folder: {}", runs(pid), folder.exists());
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn every_binary_serves_both_protocols_on_both_ways() {
    for binary in found().expect("a server") {
        let server = Server::start_with_tcp(&binary, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(server.port(), Some(6379));
        for protocol in [RESP2, RESP3] {
            for mut connection in [server.connection(protocol), server.tcp_connection(protocol)]
                .map(|c| c.expect("one"))
            {
                let info: String =
                    redis::cmd("INFO").arg("server").query(&mut connection).expect("INFO");
                assert!(info.contains(&format!("process_id:{}\r", server.pid())), "{info}");
            }
        }
        let over_url = redis::Client::open(server.url()).and_then(|client| client.get_connection());
        redis::cmd("PING").exec(&mut over_url.expect("a connection")).expect("PONG");
    }
}

#[test]
fn without_tcp_no_port_is_open() {
    let server = Server::start(&one(), &[]).expect("a server");
    let mut connection = server.connection(RESP2).expect("a connection");
    let (_, port): (String, String) =
        redis::cmd("CONFIG").arg("GET").arg("port").query(&mut connection).expect("a port");
    assert_eq!(port, "0");
    assert!(server.tcp_connection(RESP2).is_err());
}

#[test]
fn a_server_with_a_password_is_up_too() {
    let server = Server::start(&one(), &["--requirepass", "secret"]).expect("a server");
    assert!(server.connection(RESP2).is_ok_and(|mut c| redis::cmd("PING").exec(&mut c).is_err()));
}

#[test]
fn drop_ends_it() {
    let server = Server::start(&one(), &[]).expect("a server");
    let (pid, folder) = (server.pid(), server.folder().to_owned());
    drop(server);
    assert!(!runs(pid) && !folder.exists(), "at once, not some time later");
}

#[test]
fn a_panic_ends_it() {
    let server = Server::start(&one(), &[]).expect("a server");
    let (pid, folder) = (server.pid(), server.folder().to_owned());
    let outcome = catch_unwind(AssertUnwindSafe(move || {
        let _server = server;
        std::panic::resume_unwind(Box::new("quietly"));
    }));
    assert!(outcome.is_err() && !runs(pid) && !folder.exists());
}

#[test]
fn kill_restart_pause_resume() {
    let server = Server::start_with_tcp(&one(), &[]).expect("a server");
    let before = (server.pid(), server.port());
    redis::cmd("SET")
        .arg("k")
        .arg(1)
        .exec(&mut server.connection(RESP2).expect("one"))
        .expect("set");

    server.kill().expect("killed");
    assert!(server.connection(RESP2).is_err() && !runs(before.0));
    assert!(server.pause().is_err(), "it does not run");

    server.restart().expect("restarted");
    assert_ne!(server.pid(), before.0);
    assert_eq!(server.port(), before.1);
    let mut connection = server.connection(RESP3).expect("one");
    assert!(
        !redis::cmd("EXISTS").arg("k").query::<bool>(&mut connection).expect("an answer"),
        "it starts empty"
    );

    server.pause().expect("paused");
    connection.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    assert!(redis::cmd("PING").exec(&mut connection).is_err_and(|error| error.is_timeout()));
    server.resume().expect("resumed");
    redis::cmd("PING").exec(&mut server.connection(RESP3).expect("one")).expect("PONG");

    // A server that is stalled goes as well.
    server.pause().expect("paused");
}

#[test]
fn a_server_that_cannot_start_shows_its_log() {
    let started = Instant::now();
    let Err(Error::NotStarted { reason, log, .. }) =
        Server::start(&one(), &["--no-such-option", "1"])
    else {
        panic!("it started");
    };
    assert_eq!(reason, "it exited");
    assert!(log.contains("no-such-option"), "{log}");
    assert!(started.elapsed() < Duration::from_secs(10), "it is not waited for");
}

/// What the tests below run in a process of their own, in order to kill it.
#[test]
#[ignore = "a helper of the tests below"]
fn parent() {
    if env::var_os("SERVERS_PARENT").is_some() {
        let server = Server::start(&one(), &[]).expect("a server");
        println!("\n<{} {}>", server.pid(), server.folder().display());
        thread::sleep(Duration::from_secs(60));
    }
}

/// A parent in its own process group, which has a server; the server's id, and its folder.
fn start_parent() -> (Child, u32, PathBuf) {
    let mut command = Command::new(env::current_exe().expect("a path"));
    command.args(["--exact", "servers::tests::parent", "--ignored", "--nocapture"]);
    command.env("SERVERS_PARENT", "1").stdin(Stdio::null()).stdout(Stdio::piped());
    command.process_group(0);
    let mut parent = command.spawn().expect("a process");
    let lines = BufReader::new(parent.stdout.take().expect("a pipe")).lines();
    let line =
        lines.map(|line| line.expect("text")).find(|line| line.starts_with('<')).expect("a server");
    let (pid, folder) = line.trim_matches(['<', '>']).split_once(' ').expect("two words");
    let server = (pid.parse().expect("a number"), PathBuf::from(folder));
    assert!(runs(server.0) && server.1.exists());
    (parent, server.0, server.1)
}

#[test]
fn kill_9_of_the_parent_leaves_neither_server_nor_folder() {
    let (mut parent, pid, folder) = start_parent();
    parent.kill().expect("SIGKILL");
    parent.wait().expect("an end");
    gone(pid, &folder);
}

#[test]
fn ctrl_c_leaves_neither_server_nor_folder() {
    let (mut parent, pid, folder) = start_parent();
    // As a terminal does it: to the whole foreground group. (TERM as well, because whoever runs in
    // the background of a plain shell was born deaf to INT.)
    let group = format!("kill -s INT -- -{0} && kill -s TERM -- -{0}", parent.id());
    assert!(Command::new("sh").args(["-c", &group]).status().expect("sh runs").success());
    parent.wait().expect("an end");
    gone(pid, &folder);
}
