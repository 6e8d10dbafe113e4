//! The plan of one write: the commands that one record needs on its one key, packed.

mod options;
mod outline;
mod visit;

use std::ops::Range;

use crate::error::{Error, FieldError};
use crate::key::{KeyError, KeyWriter};
use crate::record::{Absent, BadField, Field, KeyLife, ToRedisHash};
use crate::sink;
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
const HSET: &[u8] = b"$4\r\nHSET\r\n";
const HDEL: &[u8] = b"$4\r\nHDEL\r\n";

/// How many arguments of [`SCRIPT`] are always there, after its key.
pub(crate) const SCRIPT_HEAD: usize = 8;
const SCRIPT: &str = include_str!("plan/write.lua");
/// SHA-1 of [`SCRIPT`]; a test keeps it true.
const SCRIPT_SHA: &str = "a25df4b9f2b64a0f0445b369f724398898c4d314";

/// Appends the packed plan of one write to `out`. On an error, a part of it is there.
pub(crate) fn encode<R>(
    record: &R,
    key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    options: &WriteOptions<'_>,
    whole: Whole,
    call: CallScript,
    out: &mut Vec<u8>,
) -> Result<Plan, Error>
where
    R: ToRedisHash + ?Sized,
{
    Encoder { record, options, out, key: 0..0, pack: outline::All }.plan(key, whole, call)
}

/// The same without the record's giants, which [`Outline::write`] puts in their places.
pub(crate) fn outline<R>(
    record: &R,
    key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    options: &WriteOptions<'_>,
    outline: &mut Outline,
    out: &mut Vec<u8>,
) -> Result<Plan, Error>
where
    R: ToRedisHash + ?Sized,
{
    let encoder = Encoder { record, options, out, key: 0..0, pack: outline };
    encoder.plan(key, Whole::Multi, CallScript::Eval)
}

struct Encoder<'e, R: ?Sized, P> {
    record: &'e R,
    options: &'e WriteOptions<'e>,
    out: &'e mut Vec<u8>,
    key: Range<usize>,
    pack: P,
}

impl<R: ToRedisHash + ?Sized, P: Pack> Encoder<'_, R, P> {
    fn plan(
        mut self,
        key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
        whole: Whole,
        call: CallScript,
    ) -> Result<Plan, Error> {
        if let Err(bad) = self.record.check_hash_names() {
            self.key(key)?; // the error names it
            return Err(self.bad_field(bad));
        }
        let mut census = Census::new(self.options);
        self.record.visit_hash_fields(&mut census);

        let options = self.options;
        let commands = if options.life != KeyLife::Kept
            || options.replace
            || options.only_if.is_some()
            || options.versioned
            || census.mortal > 0
            || !options.lifetimes.is_empty()
        {
            self.script(key, &census, call)?
        } else {
            match (census.present, census.deleted) {
                (0, 0) => {
                    // A bad key is one also where it is not needed this time.
                    let start = self.out.len();
                    self.key(key)?;
                    self.out.truncate(start);
                    self.key = start..start;
                    Commands::Nothing
                }
                (_, 0) => {
                    self.hset(key, census.present)?;
                    Commands::Single("HSET")
                }
                (0, _) => {
                    sink::array(self.out, 2 + census.deleted);
                    self.out.extend_from_slice(HDEL);
                    self.key(key)?;
                    self.names(Absent::Delete, census.deleted)?;
                    Commands::Single("HDEL")
                }
                (_, _) if whole == Whole::Script => self.script(key, &census, call)?,
                (_, _) => {
                    self.out.extend_from_slice(MULTI);
                    self.hset(key, census.present)?;
                    sink::array(self.out, 2 + census.deleted);
                    self.out.extend_from_slice(HDEL);
                    self.key_again();
                    self.names(Absent::Delete, census.deleted)?;
                    self.out.extend_from_slice(EXEC);
                    Commands::Transaction
                }
            }
        };
        Ok(Plan { commands, key: self.key })
    }

    #[inline]
    fn hset(
        &mut self,
        key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
        present: usize,
    ) -> Result<(), Error> {
        sink::array(self.out, 2 + 2 * present);
        self.out.extend_from_slice(HSET);
        self.key(key)?;
        self.pairs(present)
    }

    /// The arguments of `write.lua`, in its order.
    fn script(
        &mut self,
        key: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
        census: &Census,
        call: CallScript,
    ) -> Result<Commands, Error> {
        let (life, ms) = life(self.options.life)?;
        // A replace deletes whatever is not named, so it names what stays.
        let (listed, count) = if self.options.replace {
            (Absent::Keep, census.kept)
        } else {
            (Absent::Delete, census.deleted)
        };

        // The command, the script, how many keys, the key, eight that are always there.
        let args = 4 + SCRIPT_HEAD + 2 * census.present + 2 * census.mortal + count;
        script_head(self.out, args, call);
        let rest = self.out.len();
        sink::bulk(self.out, b"1");
        self.key(key)?;
        self.check_lifetimes()?;
        sink::bulk(self.out, if self.options.replace { b"replace" } else { b"" });
        sink::bulk(
            self.out,
            match self.options.only_if {
                Some(Exists::Yes) => b"exists",
                Some(Exists::No) => b"missing",
                None => b"",
            },
        );
        sink::bulk(self.out, life);
        match ms {
            Some(ms) => sink::decimal(self.out, false, ms),
            None => sink::bulk(self.out, b""),
        }
        if self.options.versioned {
            let mut version = ReadVersion::new(self.out);
            self.record.visit_hash_fields(&mut version);
            agree::<R>(1, version.written)?;
        } else {
            sink::bulk(self.out, b"");
            sink::bulk(self.out, b"");
        }
        sink::decimal(self.out, false, 2 * census.present as u64);
        sink::decimal(self.out, false, 2 * census.mortal as u64);
        self.pairs(census.present)?;
        if census.mortal > 0 {
            let mut lifetimes = Lifetimes::new(self.out, self.options);
            self.record.visit_hash_fields(&mut lifetimes);
            agree::<R>(census.mortal, lifetimes.written)?;
        }
        self.names(listed, count)?;
        Ok(Commands::Script { args, rest })
    }

    /// Each is of a field that the record declares, and one that a server takes.
    fn check_lifetimes(&self) -> Result<(), Error> {
        for (name, time) in &self.options.lifetimes {
            // A server says so only after it has set the fields.
            field_lifetime(*time)?;
            let mut finder = Finder::new(name);
            self.record.visit_hash_fields(&mut finder);
            if !finder.is_found {
                let unknown = ValueError::new("it is no field of the record, and has no lifetime");
                return Err(self.bad_field(BadField::new(Field::named(name), unknown)));
            }
        }
        Ok(())
    }

    #[inline]
    fn key(
        &mut self,
        write: impl FnOnce(&mut KeyWriter<'_>) -> Result<(), KeyError>,
    ) -> Result<(), Error> {
        self.key = sink::bulk_with(self.out, |out| {
            let mut key = KeyWriter::new(out);
            write(&mut key)?;
            key.finish()
        })?;
        Ok(())
    }

    /// The same key, for a later command of the plan.
    fn key_again(&mut self) {
        sink::header(self.out, b'$', self.key.len());
        self.out.extend_from_within(self.key.clone());
        self.out.extend_from_slice(b"\r\n");
    }

    #[inline]
    fn pairs(&mut self, present: usize) -> Result<(), Error> {
        let mut bad = None;
        let written = self.pack.pairs(self.record, self.out, &mut bad);
        match bad {
            None => agree::<R>(present, written),
            Some(bad) => Err(self.bad_field(bad)),
        }
    }

    fn names(&mut self, listed: Absent, count: usize) -> Result<(), Error> {
        let mut names = AbsentNames::new(self.out, listed, self.options.absent);
        self.record.visit_hash_fields(&mut names);
        agree::<R>(count, names.written)
    }

    #[cold]
    fn bad_field(&self, BadField(bad): BadField) -> Error {
        let (field, source) = *bad;
        let key = String::from_utf8_lossy(&self.out[self.key.clone()]).into_owned();
        Error::Value(FieldError::new(R::RECORD.name, key, field, source))
    }
}

/// The count in a command's header is right, or there is no command: a field that was there when
/// it was counted and not when it was written would shift every later argument.
#[inline]
fn agree<R: ToRedisHash + ?Sized>(counted: usize, written: usize) -> Result<(), Error> {
    if counted == written { Ok(()) } else { Err(Error::Changed { record: R::RECORD.name }) }
}

fn script_head(out: &mut Vec<u8>, args: usize, call: CallScript) {
    sink::array(out, args);
    let (command, script) = match call {
        CallScript::Evalsha => ("EVALSHA", SCRIPT_SHA),
        CallScript::Eval => ("EVAL", SCRIPT),
    };
    sink::bulk(out, command.as_bytes());
    sink::bulk(out, script.as_bytes());
}

/// Makes the server know the script, and does nothing else: no key can be refused, nor be elsewhere.
pub(crate) fn load(out: &mut Vec<u8>) {
    script_head(out, 3, CallScript::Eval);
    sink::bulk(out, b"0");
}

/// The same script call, by source instead of by digest: for a server that has not seen it.
pub(crate) fn eval_instead(packed: &[u8], args: usize, rest: usize) -> Vec<u8> {
    let rest = &packed[rest..];
    let mut out = Vec::with_capacity(SCRIPT.len() + rest.len() + 64);
    script_head(&mut out, args, CallScript::Eval);
    out.extend_from_slice(rest);
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
    script_head(&mut out, args, CallScript::Evalsha);
    let rest = out.len();
    sink::bulk(&mut out, b"1");
    sink::bulk(&mut out, key);
    // No replace, condition, life, milliseconds, version, and version that is expected.
    (0..6).for_each(|_| sink::bulk(&mut out, b""));
    sink::decimal(&mut out, false, pairs.len() as u64);
    sink::decimal(&mut out, false, 0);
    pairs.into_iter().chain(names).for_each(|arg| sink::bulk(&mut out, arg));
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
