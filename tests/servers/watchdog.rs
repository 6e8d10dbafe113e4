//! A server that cannot outlive us.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// The shell that owns one server: it takes orders on its stdin, one a line, and answers each with
/// one line.
///
/// We hold the other end of that pipe, and nobody else does. However we end, Ctrl-C and `kill -9`
/// included, the system closes it; then `read` fails, and the shell kills the server and removes
/// the folder. The server is the shell's own child, so the process id it signals is the server's.
const SCRIPT: &str = r#"
# Only the end of the pipe ends this shell; a write to a parent that is gone must not (PIPE).
trap '' HUP INT TERM PIPE
folder=$1; shift
server=

# `jobs` collects a child that has exited, so that `kill -0` does not find its zombie.
alive() { [ -n "$server" ] && jobs >/dev/null && kill -0 "$server" 2>/dev/null; }
stop() { if alive; then kill -s KILL "$server"; fi; wait "$server" 2>/dev/null; server=; }

while read -r order; do
  case $order in
    start) "$@" </dev/null >>"$folder/server.log" 2>&1 & server=$!; echo "$server" ;;
    stop) stop; echo stopped ;;
    alive) if alive; then echo yes; else echo no; fi ;;
    *) if alive && kill -s "$order" "$server"; then echo sent; else echo gone; fi ;;
  esac
done
stop
rm -rf -- "$folder"
"#;

pub(super) struct Watchdog(Mutex<Pipes>);

struct Pipes {
    shell: Child,
    answers: BufReader<ChildStdout>,
}

impl Watchdog {
    /// Starts the shell, not yet the server. `folder` is now the shell's to remove.
    pub(super) fn spawn(folder: &Path, command: &[OsString]) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "watchdog"]).arg(folder).args(command).current_dir(folder);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A group of its own: Ctrl-C in the terminal is for us alone, and we end the server in our
        // own time.
        shell.process_group(0);
        let mut shell = shell.spawn()?;
        let answers = shell.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self(Mutex::new(Pipes { shell, answers: BufReader::new(answers) })))
    }

    /// Starts the server and answers its process id.
    pub(super) fn start(&self) -> io::Result<u32> {
        self.order("start")?.parse().map_err(io::Error::other)
    }

    /// Kills the server (SIGKILL) and waits until it is gone. The folder stays.
    pub(super) fn stop(&self) -> io::Result<()> {
        self.order("stop").map(drop)
    }

    pub(super) fn is_alive(&self) -> io::Result<bool> {
        Ok(self.order("alive")? == "yes")
    }

    /// Sends a signal, such as `STOP`, to a server that runs.
    pub(super) fn signal(&self, name: &str) -> io::Result<()> {
        match self.order(name)?.as_str() {
            "sent" => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, "the server is not running")),
        }
    }

    fn order(&self, order: &str) -> io::Result<String> {
        // A panic between an order and its answer leaves the pipes out of step at worst; every
        // answer is checked.
        let mut pipes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let orders = pipes.shell.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(orders, "{order}")?;
        let mut answer = String::new();
        if pipes.answers.read_line(&mut answer)? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "the server's watchdog was killed",
            ));
        }
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // `wait` closes stdin first, which is the order to end.
        let pipes = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(pipes.shell.wait());
    }
}
