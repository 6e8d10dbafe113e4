//! The workspace's tasks, run as `cargo xtask <task>`.

mod bench;
mod flights;
mod folder;
mod instructions;
mod node;
mod pins;
mod pip;
mod provision;
mod python;
mod quickstart;
mod test;

use std::{
    env,
    ffi::OsString,
    process::{ExitCode, ExitStatus},
};

const HELP: &str = "\
cargo xtask <task>

  servers             bring the pinned servers into target/servers, and list what there is
  quickstart          import 3,322 aircraft into REDIS_URL, or into a Valkey of its own
  flights             import 336,776 flights into a Valkey of its own, and check them
  test [-- ARGS]      run every test, against every server found; ARGS go to `cargo test`
  bench               ours beside the other clients, into benches/results; ten minutes on a quiet machine
                      (--quick: a minute, into target/bench-quick; --only CONTEST: those whose names
                      begin so, into target/bench-only)
  instructions        count what the encoders take (valgrind), against benches/instructions.baseline;
                      --bless writes the new counts down
";

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match (task.as_str(), rest.as_slice()) {
        ("servers", []) => provision::run(),
        ("quickstart", []) => quickstart::run(),
        ("flights", []) => flights::run(),
        ("test", []) => test::run(&[]),
        ("test", [dashes, rest @ ..]) if dashes == "--" => test::run(rest),
        ("bench", []) => bench::run(&[], None),
        ("bench", [quick]) if quick == "--quick" => bench::run(&rest, Some("bench-quick")),
        ("bench", [only, _]) if only == "--only" => bench::run(&rest, Some("bench-only")),
        ("instructions", []) => instructions::run(false),
        ("instructions", [bless]) if bless == "--bless" => instructions::run(true),
        ("help" | "--help" | "-h", []) => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{HELP}");
            Ok(ExitCode::from(2))
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// The cargo that runs us.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Ends as the program that did the work ended; one that a signal ended has no code.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
