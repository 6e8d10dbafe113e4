//! The record that everything is measured on, and the peers' ways to write it.

pub mod contest;
pub mod reply;

use redis_hashmap::{FromRedisHash, ToRedisHash};

/// Nine fields, 254 bytes packed at the key `user:1005`.
#[derive(Debug, PartialEq, ToRedisHash, FromRedisHash)]
#[redis_hash(key = "user:{id}")]
#[allow(missing_docs)] // named as everybody's user
pub struct User {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub age: u8,
    pub active: bool,
    pub score: f64,
    pub balance: i64,
    pub country: String,
    pub created_at: u64,
}

/// The same with four fields that may be absent.
#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
#[allow(missing_docs)]
pub struct Sparse {
    pub id: u64,
    pub name: String,
    pub email: Option<String>,
    pub age: Option<u8>,
    pub active: bool,
    pub score: Option<f64>,
    pub balance: i64,
    pub country: Option<String>,
    pub created_at: u64,
}

impl User {
    /// The record of all tables.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: 1005,
            name: "Grace Hopper".to_owned(),
            email: "grace@navy.local".to_owned(),
            age: 37,
            active: true,
            score: 1234.5678,
            balance: -250_075,
            country: "US".to_owned(),
            created_at: 1_716_239_022,
        }
    }

    /// How the docs of `redis` show it: one list of pairs of one type, so all become strings.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, String); 9] {
        [
            ("id", self.id.to_string()),
            ("name", self.name.clone()),
            ("email", self.email.clone()),
            ("age", self.age.to_string()),
            ("active", if self.active { "1" } else { "0" }.to_owned()),
            ("score", self.score.to_string()),
            ("balance", self.balance.to_string()),
            ("country", self.country.clone()),
            ("created_at", self.created_at.to_string()),
        ]
    }

    /// What `pairs` go into.
    #[must_use]
    pub fn hset_multiple(&self) -> redis::Cmd {
        redis::Cmd::hset_multiple(format!("user:{}", self.id), &self.pairs())
    }

    /// The fastest that `redis` has without its internals: an argument at a time.
    #[must_use]
    pub fn cmd(&self) -> redis::Cmd {
        let mut cmd = redis::cmd("HSET");
        self.args(&mut cmd);
        cmd
    }

    /// The same, into a command of known capacity.
    #[must_use]
    pub fn cmd_with_capacity(&self) -> redis::Cmd {
        let mut cmd = redis::Cmd::with_capacity(20, 160);
        cmd.arg("HSET");
        self.args(&mut cmd);
        cmd
    }

    fn args(&self, cmd: &mut redis::Cmd) {
        cmd.arg(format!("user:{}", self.id))
            .arg("id")
            .arg(self.id)
            .arg("name")
            .arg(&self.name)
            .arg("email")
            .arg(&self.email)
            .arg("age")
            .arg(self.age)
            .arg("active")
            .arg(self.active)
            .arg("score")
            .arg(self.score)
            .arg("balance")
            .arg(self.balance)
            .arg("country")
            .arg(&self.country)
            .arg("created_at")
            .arg(self.created_at);
    }
}

impl Sparse {
    /// Two of the four are absent.
    #[must_use]
    pub fn sample() -> Self {
        let User { id, name, email, active, score, balance, created_at, .. } = User::sample();
        Self {
            id,
            name,
            email: Some(email),
            age: None,
            active,
            score: Some(score),
            balance,
            country: None,
            created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contestants_write_the_same_bytes() {
        let user = User::sample();
        let mut ours = Vec::new();
        user.as_hash().encode(&mut ours).unwrap();
        assert_eq!(ours.len(), 254);
        assert_eq!(ours, user.cmd().get_packed_command());
        assert_eq!(ours, user.cmd_with_capacity().get_packed_command());
        // `hset_multiple` says HMSET, which is the same command under an older name.
        let older = user.hset_multiple().get_packed_command();
        assert_eq!(
            ours.strip_prefix(b"*20\r\n$4\r\nHSET"),
            older.strip_prefix(b"*20\r\n$5\r\nHMSET")
        );
    }
}
