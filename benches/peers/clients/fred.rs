//! `fred` 10.

use std::path::Path;

use anyhow::Result;
use fred::clients::Client;
use fred::interfaces::{ClientLike, HashesInterface};
use fred::types::Value;
use fred::types::config::Config;
use redis_hashmap_benches::User;

use super::Writer;

pub(crate) async fn over_tcp(port: u16) -> Result<Client> {
    connect(&format!("redis://127.0.0.1:{port}")).await
}

pub(crate) async fn over_unix(socket: &Path) -> Result<Client> {
    connect(&format!("redis+unix://{}", socket.display())).await
}

async fn connect(url: &str) -> Result<Client> {
    let client = fred::types::Builder::from_config(Config::from_url(url)?).build()?;
    client.init().await?;
    Ok(client)
}

/// So many times the record, in one pipeline.
pub(crate) async fn pipeline(client: &Client, user: &User, records: u64) -> Result<()> {
    let pipeline = client.pipeline();
    for _ in 0..records {
        let () = pipeline.hset(key(user), pairs(user)).await?;
    }
    let replies: Vec<i64> = pipeline.all().await?;
    anyhow::ensure!(replies.len() as u64 == records);
    Ok(())
}

impl Writer for Client {
    async fn write(&mut self, user: &User) -> Result<()> {
        let _: i64 = self.hset(key(user), pairs(user)).await?;
        Ok(())
    }
}

fn key(user: &User) -> String {
    format!("user:{}", user.id)
}

/// Numbers as numbers: its `bool` is written as `true`, so we give it the 1.
fn pairs(user: &User) -> [(&'static str, Value); 9] {
    [
        ("id", Value::Integer(user.id.cast_signed())),
        ("name", user.name.as_str().into()),
        ("email", user.email.as_str().into()),
        ("age", user.age.cast_signed().into()),
        ("active", i64::from(user.active).into()),
        ("score", user.score.into()),
        ("balance", user.balance.into()),
        ("country", user.country.as_str().into()),
        ("created_at", Value::Integer(user.created_at.cast_signed())),
    ]
}
