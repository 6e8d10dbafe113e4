//! No id chooses a slot: keys of one hash tag are in the slot that a server computes for the tag.

use redis::Connection;
use redis_hashmap::{HashKey, ToRedisHash};

use crate::lab::{Case, Lab};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("keys_of_one_tag_share_a_slot_whatever_the_id", one_tag),
        Case::new("keys_are_in_the_slot_of_their_tag", own_tags),
        Case::new("keys_without_a_tag_are_hashed_whole", no_tag),
    ]
}

const IDS: usize = 10_000;
const SLOTS: u16 = 16_384;

/// Of every kind that could reach for another slot.
fn ids() -> Vec<String> {
    const ODD: [&str; 24] = [
        "{",
        "}",
        "{}",
        "}{",
        "{x}",
        "}{x}",
        "{{",
        "}}",
        ":",
        "::",
        "*",
        "?[a-z]",
        "%",
        "%7B",
        "\0",
        "\r\n",
        "\u{85}",
        "\u{200f}",
        "\u{202e}evil",
        "🦀",
        "👩‍👩‍👧",
        " ",
        "é",
        "-1",
    ];
    let mut ids: Vec<_> = ODD.iter().map(|&id| id.to_owned()).collect();
    ids.extend(["a", "{", "🦀", "\0"].map(|id| id.repeat(65_536 / id.len())));
    let mut random = fastrand::Rng::with_seed(1);
    while ids.len() < IDS {
        let parts = (0..random.usize(1..5)).map(|_| match random.u8(..3) {
            0 => random.u16(..).to_string(),
            1 => random.char(..).to_string(),
            _ => ODD[random.usize(..ODD.len())].to_owned(),
        });
        let id = parts.collect();
        ids.push(id);
    }
    ids
}

/// What the server says, for all of these at once.
fn slots(con: &mut Connection, keys: &[HashKey]) -> Vec<u16> {
    let mut slots = Vec::new();
    for keys in keys.chunks(500) {
        let mut pipeline = redis::pipe();
        for key in keys {
            pipeline.cmd("CLUSTER").arg("KEYSLOT").arg(key);
        }
        slots.extend(pipeline.query::<Vec<u16>>(con).expect("slots"));
    }
    slots
}

fn node(lab: &Lab) -> Connection {
    lab.connection_to(&lab.cluster().nodes()[0])
}

fn crc(tag: &str) -> u16 {
    crc16::State::<crc16::XMODEM>::calculate(tag.as_bytes()) % SLOTS
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{{shop:{shop}}}:order:{id}", segments = "escape")]
struct Escaped {
    shop: String,
    id: String,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{id}:{{{shop}}}", segments = "reject")]
struct Refused {
    shop: u32,
    id: String,
}

fn one_tag(lab: &Lab) {
    let mut con = node(lab);
    let ids = ids();

    let keys: Vec<_> = ids.iter().map(|id| Escaped::hash_key("eu", id).expect("a key")).collect();
    assert_eq!(keys.len(), IDS);
    let expected = crc("shop:eu");
    for (slot, id) in slots(&mut con, &keys).into_iter().zip(&ids) {
        assert_eq!(slot, expected, "{id:?}");
    }

    let (keys, taken): (Vec<_>, Vec<_>) =
        ids.iter().filter_map(|id| Some((Refused::hash_key(id, 7).ok()?, id))).unzip();
    assert!(keys.len() > IDS / 10 && keys.len() < IDS, "{} of {IDS}", keys.len());
    for (slot, id) in slots(&mut con, &keys).into_iter().zip(taken) {
        assert_eq!(slot, crc("7"), "{id:?}");
    }
}

fn own_tags(lab: &Lab) {
    let ids = ids();
    let keys: Vec<_> =
        ids.iter().map(|shop| Escaped::hash_key(shop, "7").expect("a key")).collect();
    for (slot, key) in slots(&mut node(lab), &keys).into_iter().zip(&keys) {
        let tag = key.as_str().strip_prefix('{').and_then(|key| key.strip_suffix("}:order:7"));
        assert_eq!(slot, crc(tag.expect("a tag")), "{key}");
    }
    // A record goes where its arguments say.
    let record = Escaped { shop: "}".into(), id: "{".into() };
    let key = Escaped::hash_key(&record.shop, &record.id).expect("a key");
    assert_eq!(key.as_str(), "{shop:%7D}:order:%7B");
    let mut packed = Vec::new();
    record.as_hash().encode(&mut packed).expect("encoded");
    assert!(String::from_utf8_lossy(&packed).contains(key.as_str()));
    let refused = Refused { shop: 1, id: "}".into() };
    refused.as_hash().encode(&mut packed).expect_err(&refused.id);
    assert_eq!(refused.shop, 1);
}

fn no_tag(lab: &Lab) {
    #[derive(ToRedisHash)]
    #[redis_hash(key = "order:{id}", segments = "escape")]
    struct Plain {
        id: String,
    }
    let keys: Vec<_> = ids()
        .into_iter()
        .map(|id| Plain { id })
        .map(|plain| Plain::hash_key(&plain.id).expect("a key"))
        .collect();
    for (slot, key) in slots(&mut node(lab), &keys).into_iter().zip(&keys) {
        assert_eq!(slot, crc(key.as_str()), "{key}");
    }
}
