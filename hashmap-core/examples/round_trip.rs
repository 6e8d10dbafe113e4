//! A record there and back: written, read, counted in, changed, found again, deleted.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example round_trip`.

use std::env;
use std::error::Error;

use redis_hashmap::{FromRedisHash, ToRedisHash};

#[derive(Debug, Clone, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "reader:{id}")]
struct Reader {
    id: u64,
    name: String,
    email: Option<String>,
    #[redis_hash(default)]
    visits: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let mut con = redis::Client::open(url)?.get_connection()?;

    let ada =
        Reader { id: 1, name: "Ada".into(), email: Some("ada@lovelace.uk".into()), visits: 0 };
    ada.write_hash(&mut con)?;
    let read = Reader::read_hash(&mut con, Reader::hash_key(1))?;
    assert_eq!(read.as_ref(), Some(&ada));

    let fields = Reader::hash_fields();
    let visits = fields.visits.incr(Reader::hash_key(1), 1).run(&mut con)?;
    println!("visit {visits}");

    let after = Reader { email: None, ..ada.clone() };
    after.changes_from(&ada).write_hash(&mut con)?; // HDEL reader:1 email

    Reader { id: 2, name: "Grace".into(), email: None, visits: 7 }.write_hash(&mut con)?;
    for reader in Reader::read_hashes(&mut con, (1..=3).map(|id: u64| Reader::hash_key(id))) {
        match reader? {
            Some(reader) => println!("{reader:?}"),
            None => println!("nobody"),
        }
    }
    let found = Reader::scan_hashes(&mut con).collect::<Result<Vec<_>, _>>()?;
    for (key, _) in &found {
        Reader::delete_hash(&mut con, key)?;
    }
    println!("{} readers found, and deleted", found.len());
    Ok(())
}
