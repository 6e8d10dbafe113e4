//! `cargo xtask instructions`: how many instructions the encoders take, against what is written
//! down.
//!
//! Callgrind counts the same on every run, on a busy machine too. We call it ourselves: the crates
//! that wrap it want a runner that each machine builds first, of many crates, for what is one line
//! of its output here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

mod baseline;

use baseline::{Baseline, Row, Verdict};

const FILE: &str = "instructions.baseline";

/// By name, since the others have types of our caller's in theirs.
const COUNTED: &str = "--toggle-collect=*instructions*counted*";
/// glibc chooses its `memcpy` by the machine; this one is on every `x86_64`.
const TUNABLES: &str = "glibc.cpu.hwcaps=-AVX2,-AVX512VL,-AVX_Fast_Unaligned_Load,-ERMS";

/// The task; with `bless`, what is counted becomes what is written down.
pub(crate) fn run(bless: bool) -> Result<ExitCode> {
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    ensure!(
        valgrind.is_ok_and(|status| status.success()),
        "valgrind does not run: install it (Debian: `apt install valgrind`)"
    );
    let path = redis_hashmap_tests::target().with_file_name("benches").join(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read benches/{FILE}"))?;
    let mut baseline = Baseline::parse(&text)?;
    let (arch, rustc) = (env::consts::ARCH, rustc()?);

    let counts = count(&build()?)?;
    if bless {
        let rows = counts.into_iter().map(|(case, count)| Row {
            arch: arch.to_owned(),
            rustc: rustc.clone(),
            case,
            count,
        });
        baseline.replace(arch, rows.collect());
        fs::write(&path, baseline.to_string())?;
        println!("written down in benches/{FILE}");
        return Ok(ExitCode::SUCCESS);
    }
    let verdict = baseline.compare(arch, &rustc, &counts);
    print!("{verdict}");
    Ok(if matches!(verdict, Verdict::Failed(_)) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn rustc() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("cannot run rustc")?;
    let said = String::from_utf8(output.stdout)?;
    Ok(said.split_whitespace().nth(1).context("rustc has no version")?.to_owned())
}

/// Builds what is counted; its path.
fn build() -> Result<PathBuf> {
    let output = Command::new(crate::cargo())
        .args(["bench", "--locked", "--package", "redis-hashmap-benches", "--bench"])
        .args(["instructions", "--no-run", "--message-format", "json-render-diagnostics"])
        // What the flags of others change, they would change in the counts.
        .env_remove("RUSTFLAGS")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "the benches do not build");
    let messages = String::from_utf8(output.stdout)?;
    let path = messages.lines().filter_map(executable).next_back();
    path.context("cargo built nothing that runs")
}

/// Of a message of cargo's, `"executable":"/a/path"`.
fn executable(message: &str) -> Option<PathBuf> {
    let (_, path) = message.split_once("\"executable\":\"")?;
    path.split_once('"').map(|(path, _)| path.into())
}

/// Each case with its instructions.
fn count(binary: &Path) -> Result<Vec<(String, u64)>> {
    let output = Command::new(binary).arg("list").output()?;
    let list = String::from_utf8(output.stdout)?;
    let (turns, cases) = list.split_once('\n').context("a list of the cases")?;
    let turns: u64 = turns.parse()?;
    let folder = tempfile::tempdir()?;
    let mut counts = Vec::new();
    for case in cases.lines() {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--collect-atstart=no", COUNTED])
            .arg(format!("--callgrind-out-file={}", folder.path().join("out").display()))
            .arg(binary)
            .args(["count", case])
            // Its size moves the stack.
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("GLIBC_TUNABLES", TUNABLES)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let Some(collected) = collected(&said).filter(|_| output.status.success()) else {
            bail!("valgrind did not count {case}:\n{said}");
        };
        ensure!(collected > 0, "{case} is not counted: is there still a function of that name?");
        counts.push((case.to_owned(), collected / turns));
    }
    Ok(counts)
}

/// `==1== Collected : 139211`
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?.1;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_valgrind_says() {
        assert_eq!(collected("==7== Events    : Ir\n==7== Collected : 139211\n"), Some(139_211));
        assert_eq!(collected("==7== Collected :\n"), None);
        assert_eq!(collected(""), None);
    }

    #[test]
    fn what_cargo_says() {
        let message =
            r#"{"reason":"compiler-artifact","executable":"/t/instructions-1","fresh":true}"#;
        assert_eq!(executable(message), Some("/t/instructions-1".into()));
        assert_eq!(executable(r#"{"executable":null}"#), None);
    }
}
