//! Packed RESP as `redis::Cmd`, for what takes nothing else: asynchronous connections and pipelines.

use redis::Cmd;

use super::commands;

/// The packed commands, each a `Cmd` of exactly the room that it needs: two allocations, however
/// many arguments it has.
pub(crate) fn cmds(packed: &[u8]) -> impl Iterator<Item = Cmd> {
    commands(packed).map(|args| {
        let mut cmd = Cmd::with_capacity(args.count, args.bytes);
        args.for_each(|arg| {
            cmd.arg(arg);
        });
        cmd
    })
}

/// An argument of a `Cmd` of ours, which are all plain bytes.
#[cfg(feature = "aio")]
pub(crate) fn arg(cmd: &Cmd, nth: usize) -> &[u8] {
    match cmd.args_iter().nth(nth) {
        Some(redis::Arg::Simple(arg)) => arg,
        _ => b"",
    }
}
