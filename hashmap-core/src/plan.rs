//! The plan of one write: the commands that one record needs on its one key, packed.

mod options;
mod outline;
mod visit;

use std::ops::Range;

use crate::error::{Error, FieldError};
use crate::key::{KeyError, KeyWriter};
use crate::record::{Absent, BadField, Field, ToRedisHash};
use crate::sink::{self, Room};
use crate::value::ValueError;

use options::life;
use outline::Pack;
use visit::{AbsentNames, Census, Finder, Lifetimes, ReadVersion};

pub use options::Exists;
pub(crate) use options::{WriteOptions, field_lifetime};
pub(crate) use outline::Outline;

/// The commands that were packed, and where their key is.
#[derive(Debug)]
pub struct Plan {
    pub(crate) commands: Commands,
    pub(crate) key: Range<usize>,
    /// Up to where the buffer is written.
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Commands {
    /// Every field is absent, and kept: there is nothing to say to the server.
    Nothing,
    /// One `HSET` or `HDEL`.
    Single(&'static str),
    /// `MULTI`, `HSET`, `HDEL`, `EXEC`. Both commands check the key's type, so neither can hit a
    /// foreign key after the other was refused.
    Transaction,
    /// One script: conditions, lifetimes, all that `MULTI` cannot do. A `PEXPIRE` after a refused
    /// `HSET` would hit a foreign key there too, since Redis rolls nothing back. `args` counts its
    /// arguments, `rest` is where those after the script itself begin.
    Script { args: usize, rest: usize },
}

impl Commands {
    pub(crate) fn replies(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Single(_) | Self::Script { .. } => 1,
            Self::Transaction => TRANSACTION,
        }
    }

    pub(crate) fn is_script(&self) -> bool {
        matches!(self, Self::Script { .. })
    }
}

/// How many commands a transaction has.
pub(crate) const TRANSACTION: usize = 4;
/// Where the key is among the arguments of `HSET` and `HDEL`, and of the script's call.
#[cfg(feature = "aio")]
pub(crate) const KEY: usize = 1;
#[cfg(feature = "aio")]
pub(crate) const SCRIPT_KEY: usize = 3;

/// How a plan of several commands is kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// By `MULTI` and `EXEC`, where they can: the server's cheapest way.
    Multi,
    /// By the script: one command, which a cluster can route, redirect and migrate under.
    Script,
}

/// How the plan's script is named to the server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CallScript {
    /// By its digest: short, and answered with NOSCRIPT where the server has not seen it.
    Evalsha,
    /// By its source: always understood.
    Eval,
}

const MULTI: &[u8] = b"*1\r\n$5\r\nMULTI\r\n";
const EXEC: &[u8] = b"*1\r\n$4\r\nEXEC\r\n";
/// Ends a transaction whose `EXEC` did not.
pub(crate) const DISCARD: &[u8] = b"*1\r\n$7\r\nDISCARD\r\n";
/// Changes nothing, and has a reply.
pub(crate) const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";
/// An argument that says nothing, and the number of a script's keys.
const EMPTY: &[u8] = b"$0\r\n\r\n";
const ONE: &[u8] = b"$1\r\n1\r\n";
const HSET: &[u8] = b"$4\r\nHSET\r\n";
const HDEL: &[u8] = b"$4\r\nHDEL\r\n";

/// How many arguments of [`SCRIPT`] are always there, after its key.
pub(crate) const SCRIPT_HEAD: usize = 8;
const SCRIPT: &str = include_str!("plan/write.lua");
/// SHA-1 of [`SCRIPT`]; a test keeps it true.
const SCRIPT_SHA: &str = "a25df4b9f2b64a0f0445b369f724398898c4d314";

/// Writes the packed plan of one write. On an error, a part of it is there.
#[inline]
pub(crate) fn encode<R>(
    record: &R,
    key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    options: &WriteOptions<'_>,
    whole: Whole,
    call: CallScript,
    room: Room<'_>,
) -> Result<Plan, Error>
where
    R: ToRedisHash + ?Sized,
{
    let encoder = Encoder { record, options, key: 0..0, pack: outline::All };
    encoder.plan(room, key, whole, call)
}

/// The same without the record's giants, which [`Outline::write`] puts in their places.
pub(crate) fn outline<R>(
    record: &R,
    key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    options: &WriteOptions<'_>,
    outline: &mut Outline,
    room: Room<'_>,
) -> Result<Plan, Error>
where
    R: ToRedisHash + ?Sized,
{
    let encoder = Encoder { record, options, key: 0..0, pack: outline };
    encoder.plan(room, key, Whole::Multi, CallScript::Eval)
}

struct Encoder<'e, R: ?Sized, P> {
    record: &'e R,
    options: &'e WriteOptions<'e>,
    key: Range<usize>,
    pack: P,
}

/// What a plan is made of.
#[derive(Clone, Copy)]
enum Shape {
    Nothing,
    Set,
    Delete,
    SetAndDelete,
    Script,
}

impl<R: ToRedisHash + ?Sized, P: Pack> Encoder<'_, R, P> {
    #[allow(clippy::inline_always)] // where it is, the census of most structs is a constant
    #[inline(always)]
    fn plan(
        mut self,
        room: Room<'_>,
        key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
        whole: Whole,
        call: CallScript,
    ) -> Result<Plan, Error> {
        let mut census = Census::new(self.options);
        self.record.visit_hash_fields(&mut census);
        let Census { present, deleted, .. } = census;
        let shape = match (present, deleted) {
            _ if self.options.need_script() || census.mortal > 0 => Shape::Script,
            (0, 0) => Shape::Nothing,
            (0, _) => Shape::Delete,
            (_, 0) => Shape::Set,
            _ if whole == Whole::Script => Shape::Script,
            _ => Shape::SetAndDelete,
        };

        let start = room.end();
        let room = match shape {
            // A bad key is one also where it is not needed this time.
            Shape::Nothing => room,
            Shape::Set => room.array(2 + 2 * present).put(HSET),
            Shape::Delete => room.array(2 + deleted).put(HDEL),
            Shape::SetAndDelete => room.put(MULTI).array(2 + 2 * present).put(HSET),
            Shape::Script => script_head(room, self.script_args(&census), call),
        };
        let rest = room.end(); // of a script
        let room = if let Shape::Script = shape { room.put(ONE) } else { room };
        let mut room = self.key(room, key)?;
        let commands = match shape {
            Shape::Nothing => {
                room = room.back(start);
                self.key = start..start;
                Commands::Nothing
            }
            Shape::Set => {
                room = self.pairs(room, present)?;
                Commands::Single("HSET")
            }
            Shape::Delete => {
                room = self.names(room, Absent::Delete, deleted)?;
                Commands::Single("HDEL")
            }
            Shape::SetAndDelete => {
                room = self.pairs(room, present)?;
                room = room.array(2 + deleted).put(HDEL).again(self.key.clone());
                room = self.names(room, Absent::Delete, deleted)?.put(EXEC);
                Commands::Transaction
            }
            Shape::Script => {
                room = self.script(room, &census)?;
                Commands::Script { args: self.script_args(&census), rest }
            }
        };
        Ok(Plan { commands, key: self.key, end: room.end() })
    }

    /// The names that a script is told besides those of the pairs. A replace deletes whatever is not named,
    /// so it names what stays.
    fn listed(&self, census: &Census<'_>) -> (Absent, usize) {
        if self.options.replace {
            (Absent::Keep, census.kept)
        } else {
            (Absent::Delete, census.deleted)
        }
    }

    /// How many arguments a script's call has: the command, the script, how many keys, the key, eight that are
    /// always there.
    fn script_args(&self, census: &Census<'_>) -> usize {
        4 + SCRIPT_HEAD + 2 * census.present + 2 * census.mortal + self.listed(census).1
    }

    /// The arguments of `write.lua` after its key, in its order.
    #[inline(never)]
    fn script<'o>(&mut self, room: Room<'o>, census: &Census<'_>) -> Result<Room<'o>, Error> {
        self.check_lifetimes(&room)?;
        let (life, ms) = life(self.options.life)?;
        let room = if self.options.replace { room.bulk(b"replace") } else { room.put(EMPTY) };
        let room = match self.options.only_if {
            Some(Exists::Yes) => room.bulk(b"exists"),
            Some(Exists::No) => room.bulk(b"missing"),
            None => room.put(EMPTY),
        };
        let room = room.bulk(life);
        let mut room = match ms {
            Some(ms) => room.decimal(false, ms),
            None => room.put(EMPTY),
        };
        if self.options.versioned {
            let mut version = ReadVersion { room, written: 0 };
            self.record.visit_hash_fields(&mut version);
            agree::<R>(1, version.written)?;
            room = version.room;
        } else {
            room = room.put(EMPTY).put(EMPTY);
        }
        room = room.decimal(false, 2 * census.present as u64);
        room = room.decimal(false, 2 * census.mortal as u64);
        room = self.pairs(room, census.present)?;
        if census.mortal > 0 {
            let mut lifetimes = Lifetimes { room, options: self.options, written: 0 };
            self.record.visit_hash_fields(&mut lifetimes);
            agree::<R>(census.mortal, lifetimes.written)?;
            room = lifetimes.room;
        }
        let (listed, count) = self.listed(census);
        self.names(room, listed, count)
    }

    /// Each is of a field that the record declares, and one that a server takes.
    fn check_lifetimes(&self, room: &Room<'_>) -> Result<(), Error> {
        for (name, time) in &self.options.lifetimes {
            // A server says so only after it has set the fields.
            field_lifetime(*time)?;
            let mut finder = Finder::new(name);
            self.record.visit_hash_fields(&mut finder);
            if !finder.is_found {
                let unknown = ValueError::new("it is no field of the record, and has no lifetime");
                return Err(self.bad_field(room, BadField::new(Field::named(name), unknown)));
            }
        }
        Ok(())
    }

    // Never: by itself it is there once, however many kinds of writes a record has; so are the pairs.
    #[inline(never)]
    fn key<'o>(
        &mut self,
        room: Room<'o>,
        write: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    ) -> Result<Room<'o>, Error> {
        let (room, key) = room.bulk_with(|room| {
            let mut key = KeyWriter::new(room);
            write(&mut key)?;
            key.finish()
        })?;
        self.key = key;
        match self.record.check_hash_names() {
            Ok(()) => Ok(room),
            Err(bad) => Err(self.bad_field(&room, bad)), // which names the key
        }
    }

    #[inline(never)]
    fn pairs<'o>(&mut self, room: Room<'o>, present: usize) -> Result<Room<'o>, Error> {
        let mut bad = None;
        let (room, written) = self.pack.pairs(self.record, room, &mut bad);
        match bad {
            None => agree::<R>(present, written).map(|()| room),
            Some(bad) => Err(self.bad_field(&room, bad)),
        }
    }

    fn names<'o>(&self, room: Room<'o>, listed: Absent, count: usize) -> Result<Room<'o>, Error> {
        let mut names = AbsentNames { room, listed, policy: self.options.absent, written: 0 };
        self.record.visit_hash_fields(&mut names);
        agree::<R>(count, names.written).map(|()| names.room)
    }

    #[cold]
    fn bad_field(&self, room: &Room<'_>, BadField(bad): BadField) -> Error {
        let (field, source) = *bad;
        let key = String::from_utf8_lossy(&room.written()[self.key.clone()]).into_owned();
        Error::Value(FieldError::new(R::RECORD.name, key, field, source))
    }
}

/// The count in a command's header is right, or there is no command: a field that was there when
/// it was counted and not when it was written would shift every later argument.
#[inline]
fn agree<R: ToRedisHash + ?Sized>(counted: usize, written: usize) -> Result<(), Error> {
    if counted == written { Ok(()) } else { Err(Error::Changed { record: R::RECORD.name }) }
}

fn script_head(room: Room<'_>, args: usize, call: CallScript) -> Room<'_> {
    let (command, script) = match call {
        CallScript::Evalsha => ("EVALSHA", SCRIPT_SHA),
        CallScript::Eval => ("EVAL", SCRIPT),
    };
    room.array(args).bulk(command.as_bytes()).bulk(script.as_bytes())
}

/// Makes the server know the script, and does nothing else: no key can be refused, nor be elsewhere.
pub(crate) fn load(room: Room<'_>) -> Room<'_> {
    script_head(room, 3, CallScript::Eval).bulk(b"0")
}

/// The same script call, by source instead of by digest: for a server that has not seen it.
pub(crate) fn eval_instead(packed: &[u8], args: usize, rest: usize) -> Vec<u8> {
    let rest = &packed[rest..];
    let mut out = Vec::with_capacity(SCRIPT.len() + rest.len() + 64);
    script_head(Room::behind(&mut out), args, CallScript::Eval).put(rest).close();
    out
}

/// A packed transaction as a call of the script: `HSET` and `HDEL`, and nothing else.
pub(crate) fn script_instead(packed: &[u8]) -> (Commands, Vec<u8>) {
    let mut commands = sink::commands(packed);
    // After MULTI. Each has its key first.
    let [mut hset, mut hdel] = [commands.nth(1), commands.next()]
        .map(|command| command.into_iter().flat_map(|args| args.skip(1).collect::<Vec<_>>()));
    let key = hset.next().unwrap_or_default();
    hdel.next();
    let (pairs, names): (Vec<_>, Vec<_>) = (hset.collect(), hdel.collect());

    let args = 4 + SCRIPT_HEAD + pairs.len() + names.len();
    let mut out = Vec::with_capacity(packed.len() + 160);
    let room = script_head(Room::behind(&mut out), args, CallScript::Evalsha);
    let rest = room.end();
    let room = room.put(ONE).bulk(key);
    // No replace, condition, life, milliseconds, version, and version that is expected.
    let room = (0..6).fold(room, |room, _| room.put(EMPTY));
    let room = room.decimal(false, pairs.len() as u64).decimal(false, 0);
    pairs.into_iter().chain(names).fold(room, Room::bulk).close();
    (Commands::Script { args, rest }, out)
}

/// Whether this is the plan's script, or the name of it.
pub(crate) fn is_script(arg: &[u8]) -> bool {
    arg == SCRIPT_SHA.as_bytes() || arg == SCRIPT.as_bytes()
}

/// The same of a call that is a `Cmd`.
#[cfg(feature = "aio")]
pub(crate) fn eval(call: &redis::Cmd) -> redis::Cmd {
    let mut eval = redis::cmd("EVAL");
    eval.arg(SCRIPT);
    for arg in call.args_iter().skip(2) {
        if let redis::Arg::Simple(arg) = arg {
            eval.arg(arg);
        }
    }
    eval
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_scripts() {
        assert_eq!(SCRIPT_SHA, sha1_smol::Sha1::from(SCRIPT).digest().to_string());
    }
}
