//! Imports the 336,776 flights that left New York's airports in 2013, a hash each, in one process
//! and over one connection.
//!
//! `cargo xtask flights` brings the file and a server for it. With a server of your own, at
//! `REDIS_URL` or else at `redis://127.0.0.1/`:
//! `cargo run --release -p redis-hashmap --features jiff --example flights target/flights/flights.csv`

use std::env;
use std::error::Error;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use redis_hashmap::{FromHashValue, FromRedisHash, KeySegment, ToHashValue, ToRedisHash, WriteAll};
use serde::{Deserialize, Deserializer, de};

/// A number is used again on the same day, by another airline or from another airport.
#[derive(Deserialize, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "flight:{year}-{month}-{day}:{carrier}:{number}:{origin}")]
struct Flight {
    year: u16,
    month: u8,
    day: u8,
    /// Local time: 517 is 5:17. A flight without one was cancelled.
    #[serde(deserialize_with = "unless_na")]
    dep_time: Option<u16>,
    sched_dep_time: u16,
    /// In minutes; below zero, it was early.
    #[serde(deserialize_with = "unless_na")]
    dep_delay: Option<i16>,
    #[serde(deserialize_with = "unless_na")]
    arr_time: Option<u16>,
    sched_arr_time: u16,
    #[serde(deserialize_with = "unless_na")]
    arr_delay: Option<i16>,
    carrier: Carrier,
    #[serde(rename = "flight")]
    #[redis_hash(rename = "flight")]
    number: u16,
    /// As in `plane:{tailnum}` of the quickstart.
    #[serde(deserialize_with = "unless_na")]
    tailnum: Option<String>,
    origin: Origin,
    dest: String,
    /// In minutes.
    #[serde(deserialize_with = "unless_na")]
    air_time: Option<u16>,
    /// In miles.
    distance: u16,
    hour: u8,
    minute: u8,
    time_hour: jiff::Timestamp,
}

#[derive(Deserialize, ToHashValue, FromHashValue, KeySegment)]
#[serde(rename_all = "UPPERCASE")]
#[redis_hash(rename_all = "UPPERCASE")]
enum Origin {
    Ewr,
    Jfk,
    Lga,
}

#[derive(Deserialize, ToHashValue, FromHashValue, KeySegment)]
#[serde(rename_all = "UPPERCASE")]
#[redis_hash(rename_all = "UPPERCASE")]
enum Carrier {
    #[serde(rename = "9E")]
    #[redis_hash(rename = "9E")]
    NineE,
    Aa,
    As,
    B6,
    Dl,
    Ev,
    F9,
    Fl,
    Ha,
    Mq,
    Oo,
    Ua,
    Us,
    Vx,
    Wn,
    Yv,
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("which file? `cargo xtask flights` knows")?;
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let mut con = redis::Client::open(url)?
        .get_connection()
        .map_err(|error| format!("no Redis or Valkey answers at REDIS_URL: {error}"))?;

    let bar = ProgressBar::new(336_776).with_style(ProgressStyle::with_template(
        "{wide_bar} {human_pos} of {human_len} flights, {msg:>9}",
    )?);
    let at_start = memory();
    let mut most = at_start;
    let mut unread = None;
    let rows = csv::Reader::from_path(file)?.into_deserialize::<Flight>();
    let flights = rows.map_while(|row| row.map_err(|error| unread = Some(error)).ok());
    let report = WriteAll::new(flights)
        .progress(|so_far| {
            bar.set_position(so_far.records);
            bar.set_message(format!("{:.0}/s", so_far.rate()));
            most = most.max(memory());
        })
        .run(&mut con)
        .into_result()?;
    bar.finish_and_clear();
    if let Some(error) = unread {
        return Err(error.into());
    }
    let rate = f64::from(u32::try_from(report.applied)?) / report.elapsed.as_secs_f64();
    println!(
        "{} flights, {} of commands, in {:.2?}: {rate:.0} a second; memory at most {} above the start",
        HumanCount(report.applied),
        HumanBytes(report.bytes),
        report.elapsed,
        HumanBytes(most.saturating_sub(at_start) as u64)
    );

    let key = Flight::hash_key(2013, 1, 9, Carrier::Ha, 51, Origin::Jfk)?;
    let latest = Flight::read_hash(&mut con, &key)?.ok_or("it was in the file")?;
    let late = latest.dep_delay.unwrap_or_default();
    println!("{key} left for {} {} hours late", latest.dest, late / 60);
    Ok(())
}

/// What this process has of the machine's memory.
fn memory() -> usize {
    memory_stats::memory_stats().map_or(0, |memory| memory.physical_mem)
}

/// This file writes `NA` where something is not known.
fn unless_na<'de, T, D>(field: D) -> Result<Option<T>, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: Deserializer<'de>,
{
    match <&str>::deserialize(field)? {
        "NA" => Ok(None),
        known => known.parse().map(Some).map_err(de::Error::custom),
    }
}
