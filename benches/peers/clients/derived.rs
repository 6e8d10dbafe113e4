//! `redis-derive` 0.2, with the `redis` that it goes with.

use std::path::Path;

use anyhow::Result;
// What its macro says.
use redis_0_32 as redis;
use redis_derive::ToRedisArgs;

/// The same record under its derive.
#[derive(ToRedisArgs)]
pub(crate) struct User {
    id: u64,
    name: String,
    email: String,
    age: u8,
    active: bool,
    score: f64,
    balance: i64,
    country: String,
    created_at: u64,
}

impl User {
    pub(crate) fn sample() -> Self {
        let user = redis_hashmap_benches::User::sample();
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            age: user.age,
            active: user.active,
            score: user.score,
            balance: user.balance,
            country: user.country,
            created_at: user.created_at,
        }
    }

    pub(crate) fn cmd(&self) -> redis::Cmd {
        let mut cmd = redis::cmd("HSET");
        cmd.arg(format!("user:{}", self.id)).arg(self);
        cmd
    }

    pub(crate) fn write(&self, con: &mut redis::Connection) -> Result<()> {
        Ok(self.cmd().exec(con)?)
    }

    pub(crate) fn pipe(&self, records: u64, con: &mut redis::Connection) -> Result<()> {
        let mut pipe = redis::pipe();
        for _ in 0..records {
            pipe.add_command(self.cmd()).ignore();
        }
        Ok(pipe.query::<()>(con)?)
    }
}

pub(crate) fn connection(socket: &Path) -> Result<redis::Connection> {
    let url = format!("unix://{}", socket.display());
    Ok(redis::Client::open(url)?.get_connection()?)
}
