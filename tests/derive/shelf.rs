//! A connection to a few hashes in memory, which remembers what it was asked.

use std::collections::BTreeMap;

use redis::{ConnectionLike, RedisResult, Value};

type Hash = BTreeMap<Vec<u8>, Vec<u8>>;

/// Knows `HSET`, `HDEL`, `HMGET`, `HGETALL`, `MULTI` and `EXEC`: what a plan without a script and a
/// read are made of.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) hashes: BTreeMap<Vec<u8>, Hash>,
    pub(crate) asked: Vec<String>,
    /// How `HGETALL` answers.
    pub(crate) shape: Shape,
}

#[derive(Default, Clone, Copy)]
pub(crate) enum Shape {
    #[default]
    Flat,
    Map,
    Pairs,
}

pub(crate) const SHAPES: [Shape; 3] = [Shape::Flat, Shape::Map, Shape::Pairs];

impl Shelf {
    /// With one hash.
    pub(crate) fn with(key: &str, fields: &[(&str, &str)]) -> Self {
        let mut shelf = Self::default();
        let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        shelf.hashes.insert(key.into(), fields.collect());
        shelf
    }

    /// What is in a hash, as text.
    pub(crate) fn text(&self, key: &str) -> String {
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let fields = self.hashes.get(key.as_bytes()).into_iter().flatten();
        fields.map(|(k, v)| format!("{}={}", text(k), text(v))).collect::<Vec<_>>().join(" ")
    }

    fn run(&mut self, args: &[Vec<u8>]) -> Value {
        self.asked.push(String::from_utf8_lossy(&args.join(&b' ')).into_owned());
        let hash = args.get(1).map(|key| self.hashes.entry(key.clone()).or_default());
        let bulk = |bytes: &Vec<u8>| Value::BulkString(bytes.clone());
        let answer = match (args[0].as_slice(), hash) {
            (b"HSET", Some(hash)) => {
                let pairs = args[2..].chunks_exact(2);
                assert!(pairs.remainder().is_empty() && pairs.len() > 0);
                pairs.for_each(|pair| drop(hash.insert(pair[0].clone(), pair[1].clone())));
                Value::Int(0)
            }
            (b"HDEL", Some(hash)) => {
                assert!(args.len() > 2);
                args[2..].iter().for_each(|name| drop(hash.remove(name)));
                Value::Int(0)
            }
            (b"HMGET", Some(hash)) => Value::Array(
                args[2..].iter().map(|name| hash.get(name).map_or(Value::Nil, bulk)).collect(),
            ),
            (b"HGETALL", Some(hash)) => {
                let pairs = hash.iter().map(|(name, value)| (bulk(name), bulk(value)));
                match self.shape {
                    Shape::Flat => Value::Array(pairs.flat_map(|(k, v)| [k, v]).collect()),
                    Shape::Map => Value::Map(pairs.collect()),
                    Shape::Pairs => {
                        Value::Array(pairs.map(|(k, v)| Value::Array(vec![k, v])).collect())
                    }
                }
            }
            (b"MULTI" | b"EXEC", None) => Value::Okay,
            (command, _) => panic!("{}", String::from_utf8_lossy(command)),
        };
        self.hashes.retain(|_, hash| !hash.is_empty());
        answer
    }
}

impl ConnectionLike for Shelf {
    fn req_packed_command(&mut self, cmd: &[u8]) -> RedisResult<Value> {
        let commands = parse(cmd);
        let [command] = &commands[..] else { panic!("{} commands", commands.len()) };
        Ok(self.run(command))
    }

    fn req_packed_commands(
        &mut self,
        cmd: &[u8],
        _: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let commands = parse(cmd);
        assert_eq!(commands.len(), count);
        let answers: Vec<_> = commands.iter().map(|command| self.run(command)).collect();
        let [multi, results @ .., exec] = &answers[..] else { panic!("{count} commands") };
        assert_eq!((multi, exec), (&Value::Okay, &Value::Okay));
        let queued = results.iter().map(|_| Value::SimpleString("QUEUED".into()));
        let exec = Value::Array(results.to_vec());
        Ok(std::iter::once(Value::Okay).chain(queued).chain([exec]).collect())
    }

    fn get_db(&self) -> i64 {
        0
    }

    fn check_connection(&mut self) -> bool {
        true
    }

    fn is_open(&self) -> bool {
        true
    }
}

/// Packed commands, taken apart: nothing but arrays of bulk strings, to the last byte.
pub(crate) fn parse(mut packed: &[u8]) -> Vec<Vec<Vec<u8>>> {
    fn header(packed: &mut &[u8], kind: u8) -> usize {
        let end = packed.iter().position(|byte| *byte == b'\r').unwrap();
        let (line, rest) = packed.split_at(end);
        assert_eq!((line[0], &rest[..2]), (kind, &b"\r\n"[..]));
        *packed = &rest[2..];
        str::from_utf8(&line[1..]).unwrap().parse().unwrap()
    }
    let mut commands = Vec::new();
    while !packed.is_empty() {
        let mut args = Vec::new();
        for _ in 0..header(&mut packed, b'*') {
            let len = header(&mut packed, b'$');
            let (arg, rest) = packed.split_at(len);
            args.push(arg.to_vec());
            packed = rest.strip_prefix(b"\r\n").unwrap();
        }
        commands.push(args);
    }
    commands
}
