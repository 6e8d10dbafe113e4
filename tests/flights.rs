//! The flights that left New York's airports in 2013, as a file and as a server has them.

use std::{collections::BTreeMap, fmt::Debug, path::PathBuf};

use csv::StringRecord;
use redis::Connection;

use crate::target;

/// How many there are.
pub const COUNT: usize = 336_776;

/// Every so manieth is compared: no divisor of a day's flights.
const STRIDE: usize = 97;

/// Why it is not known, or not so, that the server has what the file says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not there, or is another one.
    #[error("{file}: {0}", file = file().display())]
    File(#[from] csv::Error),
    /// The server did not answer.
    #[error(transparent)]
    Server(#[from] redis::RedisError),
    /// The server has something else.
    #[error("{what} is {found}, not {expected}")]
    Differs {
        /// What was compared.
        what: String,
        /// What the server has.
        found: String,
        /// What the file says.
        expected: String,
    },
}

/// Where `cargo xtask` puts them: `flights.csv`, a row each.
pub fn file() -> PathBuf {
    target().join("flights").join("flights.csv")
}

/// Compares an empty server's database, into which the example `flights` has imported [`file()`],
/// with that: their number, and many of them, field by field. By `HGETALL` and the file's own
/// text, so that no mistake of the code under test is made here again. Answers how many were
/// compared.
///
/// # Errors
/// If they are not equal.
pub fn check(con: &mut Connection) -> Result<usize, Error> {
    same("the number of keys", &redis::cmd("DBSIZE").query(con)?, &COUNT)?;
    let mut rows = csv::Reader::from_path(file())?;
    let columns = rows.headers()?.clone();
    let mut compared = 0;
    for row in rows.records().step_by(STRIDE) {
        let expected = hash(&columns, &row?);
        let key = key(&expected);
        let found: BTreeMap<String, String> = redis::cmd("HGETALL").arg(&key).query(con)?;
        same(&key, &found, &expected)?;
        compared += 1;
    }
    Ok(compared)
}

fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    let [found, expected] = [found, expected].map(|value| format!("{value:?}"));
    Err(Error::Differs { what: what.to_owned(), found, expected })
}

/// As it is to be in the hash: what is not known is not there, and a time has all its digits.
fn hash(columns: &StringRecord, row: &StringRecord) -> BTreeMap<String, String> {
    let fields = columns.iter().zip(row).filter(|(_, value)| *value != "NA");
    let fields = fields.map(|(column, value)| match column {
        "time_hour" => (column.to_owned(), value.replace('Z', ".000000000Z")),
        _ => (column.to_owned(), value.to_owned()),
    });
    fields.collect()
}

fn key(row: &BTreeMap<String, String>) -> String {
    let of = |column| row.get(column).map_or("", String::as_str);
    let day = format!("{}-{}-{}", of("year"), of("month"), of("day"));
    format!("flight:{day}:{}:{}:{}", of("carrier"), of("flight"), of("origin"))
}
