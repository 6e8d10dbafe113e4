//! What the derive costs the compiler: crates of 200 structs of 10 fields, one with our derive, one
//! with `serde::Serialize`, built in turn beside the same dependencies.
//!
//! `cargo bench -p redis-hashmap-benches --bench compile`, with a number of rounds after `--`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs, io};

const STRUCTS: usize = 200;
const ROUNDS: usize = 7;

/// The fields of each struct, after its name's number.
const FIELDS: &str = "\
    pub id: u64,
    pub name: String,
    pub email: Option<String>,
    pub age: u8,
    pub active: bool,
    pub score: f64,
    pub balance: i64,
    pub country: Option<String>,
    pub created_at: u64,
    pub seen: Option<u32>,
";

/// A crate, and what stands on its structs.
const CONTESTANTS: [(&str, &str); 3] = [
    ("serialize", "#[derive(serde::Serialize)]"),
    ("to_redis_hash", "#[derive(redis_hashmap::ToRedisHash)]"),
    (
        "to_redis_hash_with_key",
        "#[derive(redis_hashmap::ToRedisHash)]\n#[redis_hash(key = \"user:{id}\")]",
    ),
];

/// One build: user time, where this system tells it, and wall time.
type Cost = (Option<Duration>, Duration);

fn main() -> io::Result<()> {
    let rounds = env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(ROUNDS);
    let folder = tempfile::tempdir()?;
    generate(folder.path())?;
    // The dependencies, and all that a first build does once.
    CONTESTANTS.iter().try_for_each(|(name, _)| build(folder.path(), name).map(drop))?;

    let mut costs = [const { Vec::<Cost>::new() }; CONTESTANTS.len()];
    for _ in 0..rounds.max(1) {
        for ((name, _), costs) in CONTESTANTS.iter().zip(&mut costs) {
            costs.push(build(folder.path(), name)?);
        }
    }

    let medians = costs.map(|costs| {
        let user = costs.iter().filter_map(|cost| cost.0).collect();
        (median(user), median(costs.iter().map(|cost| cost.1).collect()))
    });
    println!("{STRUCTS} structs of 10 fields, medians of {} rounds\n", rounds.max(1));
    println!("| crate | user CPU | ratio | wall | ratio |\n| --- | ---: | ---: | ---: | ---: |");
    let base = medians[0];
    for ((name, _), (user, wall)) in CONTESTANTS.iter().zip(medians) {
        println!(
            "| {name} | {} | {} | {} | {} |",
            shown(user),
            ratio(user, base.0),
            shown(wall),
            ratio(wall, base.1),
        );
    }
    Ok(())
}

/// A workspace of the contestants, with the versions that this one has.
fn generate(folder: &Path) -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let members: Vec<_> = CONTESTANTS.iter().map(|(name, _)| *name).collect();
    fs::write(
        folder.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    )?;
    fs::copy(here.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for (name, head) in CONTESTANTS {
        fs::create_dir_all(folder.join(name).join("src"))?;
        fs::write(
            folder.join(name).join("Cargo.toml"),
            format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nredis-hashmap = {{ path = {:?} }}\n\
                 serde = {{ version = \"1\", features = [\"derive\"] }}\n",
                here.join("hashmap-core").display().to_string(),
            ),
        )?;
        let mut source = String::new();
        for n in 0..STRUCTS {
            writeln!(source, "{head}\npub struct User{n} {{\n{FIELDS}}}").expect("a String");
        }
        fs::write(folder.join(name).join("src/lib.rs"), source)?;
    }
    Ok(())
}

/// Builds this crate, and no other that was built before.
fn build(folder: &Path, name: &str) -> io::Result<Cost> {
    let source = fs::File::options().append(true).open(folder.join(name).join("src/lib.rs"))?;
    source.set_modified(SystemTime::now())?;
    let (user, wall) = (user_time_of_children(), Instant::now());
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--package", name])
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .status()?;
    assert!(built.success(), "{name} does not build");
    let user = user_time_of_children().zip(user).map(|(now, before)| now.saturating_sub(before));
    Ok((user, wall.elapsed()))
}

/// Linux tells it in hundredths of a second, as the 16th field; nothing before the `)` is a number
/// of ours.
fn user_time_of_children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let ticks: u64 = stat.rsplit_once(')')?.1.split_whitespace().nth(13)?.parse().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn shown(time: Option<Duration>) -> String {
    time.map_or("?".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
}

fn ratio(time: Option<Duration>, base: Option<Duration>) -> String {
    time.zip(base).map_or("?".to_owned(), |(time, base)| {
        format!("{:.2}", time.as_secs_f64() / base.as_secs_f64())
    })
}
