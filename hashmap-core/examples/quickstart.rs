//! Imports 3,322 aircraft into Redis or Valkey, a hash each, and shows three of them.
//!
//! `cargo xtask quickstart` brings a server for it. With one of your own, at `REDIS_URL` or else at
//! `redis://127.0.0.1/`: `cargo run -p redis-hashmap --example quickstart`.

use std::{collections::BTreeMap, env, error::Error, time::Instant};

use indicatif::ProgressIterator;
use redis_hashmap::ToRedisHash;
use serde::{Deserialize, Deserializer, de};

#[derive(Deserialize, ToRedisHash)]
#[redis_hash(key = "plane:{tailnum}")]
struct Plane {
    tailnum: String,
    #[serde(deserialize_with = "unless_na")]
    year: Option<u16>,
    #[serde(rename = "type")]
    #[redis_hash(rename = "type")]
    kind: String,
    manufacturer: String,
    model: String,
    engines: u8,
    seats: u16,
    #[serde(deserialize_with = "unless_na")]
    speed: Option<u16>,
    engine: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let mut con = redis::Client::open(url)?
        .get_connection()
        .map_err(|error| format!("no Redis or Valkey answers at REDIS_URL: {error}"))?;

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/planes.csv");
    let planes = csv::Reader::from_path(file)?.deserialize().collect::<Result<Vec<Plane>, _>>()?;

    let started = Instant::now();
    for plane in planes.iter().progress() {
        plane.write_hash(&mut con)?;
    }
    println!("{} aircraft written in {:.2?}\n", planes.len(), started.elapsed());

    // As the server returns them: where the file says NA, the hash has no such field.
    let keys = ["plane:N201AA", "plane:N10156", "plane:N14558"];
    let mut table = BTreeMap::<String, [String; 3]>::new();
    for (column, key) in keys.iter().enumerate() {
        let hash: Vec<(String, String)> = redis::cmd("HGETALL").arg(key).query(&mut con)?;
        for (field, value) in hash {
            let row = table.entry(field).or_insert_with(|| ["", "", ""].map(|_| "(absent)".into()));
            row[column] = value;
        }
    }
    println!("{:14}{:26}{:26}{}", "", keys[0], keys[1], keys[2]);
    for (field, [first, second, third]) in table {
        println!("{field:14}{first:26}{second:26}{third}");
    }
    Ok(())
}

/// This file writes `NA` where a number is not known.
fn unless_na<'de, D: Deserializer<'de>>(field: D) -> Result<Option<u16>, D::Error> {
    match String::deserialize(field)?.as_str() {
        "NA" => Ok(None),
        number => number.parse().map(Some).map_err(de::Error::custom),
    }
}
