//! What the derive does at run time, seen in the bytes that `encode` appends.

#[path = "derive/attributes.rs"]
mod attributes;
#[path = "derive/changes.rs"]
mod changes;
#[path = "derive/keys.rs"]
mod keys;
#[path = "derive/lifetimes.rs"]
mod lifetimes;
#[path = "derive/packed.rs"]
mod packed;
#[path = "derive/reading.rs"]
mod reading;
#[path = "derive/shapes.rs"]
mod shapes;
#[path = "derive/shelf.rs"]
mod shelf;
#[path = "derive/values.rs"]
mod values;

use redis_hashmap::ToRedisHash;

use shelf::parse;

/// The arguments of every command of a write to the key `k`, as the packed bytes say.
fn commands(record: &impl ToRedisHash) -> Vec<Vec<Vec<u8>>> {
    let mut packed = Vec::new();
    let replies = record.as_hash().key("k").encode(&mut packed).unwrap();
    let commands = parse(&packed);
    assert_eq!(replies, commands.len());
    commands
}

/// The same as text, a command a line.
fn text(record: &impl ToRedisHash) -> String {
    let commands = commands(record);
    let line = |command: &Vec<Vec<u8>>| String::from_utf8(command.join(&b' ')).unwrap();
    commands.iter().map(line).collect::<Vec<_>>().join("\n")
}
