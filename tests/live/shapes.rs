//! One record written in every way that a plan can look.

use std::time::Duration;

use redis::ConnectionLike;
use redis_hashmap::{Absent, AsyncConnection, GivenKey, HashWrite, Result, ToRedisHash, Written};

use crate::state::Fields;

/// Every value has this in it, so that one found in an error can be told from all else.
pub(crate) const CANARY: &str = "canary";

#[derive(ToRedisHash)]
pub(crate) struct Person {
    pub(crate) name: Option<&'static str>,
    pub(crate) email: Option<&'static str>,
    #[redis_hash(absent = "keep")]
    pub(crate) phone: Option<&'static str>,
}

/// What is written to a hash that holds [`BEFORE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing is deleted.
    Plain,
    /// Every field is absent.
    Removal,
    /// `name` is written and `email` deleted.
    Transaction,
    /// The same, with a time to live.
    Expire,
    /// Every field is absent, with a time to live.
    RemovalExpire,
    /// `name` is written, and only `phone` stays beside it.
    Replace,
    /// Every field is absent and kept, with a time to live: only that is set.
    Touch,
    /// Every field is absent, and only `phone` stays.
    RemovalReplace,
    /// `name` is written, only `phone` stays beside it, with a time to live.
    ReplaceExpire,
}

pub(crate) const EXPIRE: Duration = Duration::from_secs(500);

/// A hash as somebody else left it: the declared fields, and one that is not.
pub(crate) const BEFORE: [(&str, &str); 4] = [
    ("name", "Ada before"),
    ("email", "ada@before.example"),
    ("phone", "1815"),
    ("nobody declared this", "and here it is"),
];

const NAME: &str = "canary Grace";
const EMAIL: &str = "canary@grace.example";
const PHONE: &str = "canary 1906";

impl Shape {
    pub(crate) const ALL: [Self; 9] = [
        Self::Plain,
        Self::Removal,
        Self::Transaction,
        Self::Expire,
        Self::RemovalExpire,
        Self::Touch,
        Self::Replace,
        Self::RemovalReplace,
        Self::ReplaceExpire,
    ];

    pub(crate) fn record(self) -> Person {
        let (name, email, phone) = match self {
            Self::Plain => (Some(NAME), Some(EMAIL), Some(PHONE)),
            Self::Removal | Self::RemovalExpire | Self::Touch | Self::RemovalReplace => {
                (None, None, None)
            }
            Self::Transaction | Self::Expire | Self::Replace | Self::ReplaceExpire => {
                (Some(NAME), None, None)
            }
        };
        Person { name, email, phone }
    }

    pub(crate) fn write<C>(self, con: &mut C, key: &str) -> Result<Written>
    where
        C: ConnectionLike + ?Sized,
    {
        self.with(&self.record(), key).write(con)
    }

    pub(crate) fn write_async<'c, C>(
        self,
        con: &'c mut C,
        key: &str,
    ) -> impl Future<Output = Result<Written>> + Send + use<'c, C>
    where
        C: AsyncConnection + ?Sized,
    {
        // The record is gone before the write is awaited. A borrowed key would be part of the
        // future's type.
        self.with(&self.record(), key.to_owned()).write_async(con)
    }

    pub(crate) fn packed(self, key: &str) -> Vec<u8> {
        let mut out = Vec::new();
        self.with(&self.record(), key).encode(&mut out).expect("encoded");
        out
    }

    pub(crate) fn with<K: AsRef<[u8]>>(
        self,
        person: &Person,
        key: K,
    ) -> HashWrite<'_, Person, GivenKey<K>> {
        let mut write = person.as_hash().key(key);
        if self.replaces() {
            write = write.replace();
        }
        if self.expires() {
            write = write.expire(EXPIRE);
        }
        if self == Self::Touch {
            write = write.absent(Absent::Keep);
        }
        write
    }

    pub(crate) fn replaces(self) -> bool {
        matches!(self, Self::Replace | Self::RemovalReplace | Self::ReplaceExpire)
    }

    pub(crate) fn expires(self) -> bool {
        matches!(self, Self::Expire | Self::RemovalExpire | Self::Touch | Self::ReplaceExpire)
    }

    /// Runs as a script.
    pub(crate) fn is_script(self) -> bool {
        self.replaces() || self.expires()
    }

    /// Has an HSET.
    pub(crate) fn sets(self) -> bool {
        self.record().name.is_some()
    }

    /// Has an HDEL, on a hash that holds [`BEFORE`].
    pub(crate) fn deletes(self) -> bool {
        !matches!(self, Self::Plain | Self::Touch)
    }

    /// What the hash holds afterwards, if it held `before`.
    pub(crate) fn after(self, before: &Fields) -> Fields {
        let person = self.record();
        let mut after = before.clone();
        if self.replaces() {
            after.retain(|name, _| name == "phone");
        }
        if self == Self::Touch {
            return after;
        }
        let mut put = |name: &str, value: Option<&str>, keep: bool| match value {
            Some(value) => drop(after.insert(name.to_owned(), value.to_owned())),
            None if keep => {}
            None => drop(after.remove(name)),
        };
        put("name", person.name, false);
        put("email", person.email, false);
        put("phone", person.phone, true);
        after
    }
}
