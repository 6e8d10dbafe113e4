//! `rustis`: it takes any `serde::Serialize`, and a struct becomes its fields and values.

use anyhow::Result;
use redis_hashmap_benches::User;
use rustis::client::{BatchPreparedCommand, Client};
use rustis::commands::HashCommands;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::Writer;

pub(crate) async fn connect(port: u16) -> Result<Client> {
    Ok(Client::connect(format!("redis://127.0.0.1:{port}")).await?)
}

/// So many times the record, in one pipeline.
pub(crate) async fn pipeline(client: &Client, user: &User, records: u64) -> Result<()> {
    let mut pipeline = client.create_pipeline();
    for _ in 0..records {
        pipeline.hset(key(user), Fields(user)).queue();
    }
    let replies: Vec<u64> = pipeline.execute().await?;
    anyhow::ensure!(replies.len() as u64 == records);
    Ok(())
}

impl Writer for Client {
    async fn write(&mut self, user: &User) -> Result<()> {
        self.hset(key(user), Fields(user)).await?;
        Ok(())
    }
}

fn key(user: &User) -> String {
    format!("user:{}", user.id)
}

/// As `#[derive(Serialize)]` would do it: the struct is another crate's, which has no serde.
struct Fields<'a>(&'a User);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut to = to.serialize_struct("User", 9)?;
        to.serialize_field("id", &self.0.id)?;
        to.serialize_field("name", &self.0.name)?;
        to.serialize_field("email", &self.0.email)?;
        to.serialize_field("age", &self.0.age)?;
        to.serialize_field("active", &self.0.active)?;
        to.serialize_field("score", &self.0.score)?;
        to.serialize_field("balance", &self.0.balance)?;
        to.serialize_field("country", &self.0.country)?;
        to.serialize_field("created_at", &self.0.created_at)?;
        to.end()
    }
}
