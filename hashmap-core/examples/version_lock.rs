//! Sixteen threads withdraw from one account, and none overwrites what another has written: the
//! account has a version, and a write succeeds only on the one that it read.
//!
//! With a server at `REDIS_URL`, or else at `redis://127.0.0.1/`:
//! `cargo run -p redis-hashmap --example version_lock`.

use std::env;
use std::error::Error;
use std::thread;

use redis_hashmap::{ErrorKind, FromRedisHash, ToRedisHash};

#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(key = "account:{id}")]
struct Account {
    #[redis_hash(skip)]
    id: u32,
    balance: i64,
    /// 0 for an account that was never written; every write raises it.
    #[redis_hash(version)]
    rev: u64,
}

fn read(id: u32, con: &mut redis::Client) -> Result<Account, Box<dyn Error + Send + Sync>> {
    Account::read_hash(con, Account::hash_key(id))?.ok_or_else(|| "no such account".into())
}

/// How many times another thread was faster.
fn withdraw(id: u32, con: &mut redis::Client) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let mut conflicts = 0;
    loop {
        let mut account = read(id, con)?;
        account.balance -= 5;
        match account.write_hash(con) {
            Ok(()) => return Ok(conflicts),
            Err(error) if error.kind() == ErrorKind::Conflict => conflicts += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".into());
    let mut client = redis::Client::open(url)?;
    Account::delete_hash(&mut client, Account::hash_key(7))?;
    Account { id: 7, balance: 100, rev: 0 }.write_hash(&mut client)?;

    let threads: Vec<_> = (0..16)
        .map(|_| {
            let mut client = client.clone();
            thread::spawn(move || withdraw(7, &mut client))
        })
        .collect();
    let mut conflicts = 0;
    for thread in threads {
        conflicts += thread.join().expect("no panic")?;
    }
    let account = read(7, &mut client)?;
    println!("16 withdrawals of 5 from 100 leave {}, version {}", account.balance, account.rev);
    println!("{conflicts} were tried again, because another was faster");
    Ok(())
}
