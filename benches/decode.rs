//! Decoding one record from a reply: ours, and the way of a map of strings, in turn within one run.
//!
//! ```text
//! cargo bench -p redis-hashmap-benches --bench decode
//! ```

use std::collections::HashMap;
use std::hint::black_box;

use allocation_counter::measure;
use redis::{FromRedisValue, Value};
use redis_hashmap::FromRedisHash;
use redis_hashmap_benches::User;
use redis_hashmap_benches::contest::{Contestant, print, run};
use redis_hashmap_benches::reply::Stock;

fn main() {
    let (flat, map, values) = replies();
    let (flat, map, values) = (Stock::new(flat), Stock::new(map), Stock::new(values));
    let mut contestants = [
        Contestant::new("`HGETALL` to `HashMap<String, String>`, and `parse`, RESP2", || {
            black_box(by_map(flat.take()));
        })
        .prepared(|turns| flat.fill(turns)),
        Contestant::new("the same, RESP3", || {
            black_box(by_map(map.take()));
        })
        .prepared(|turns| map.fill(turns)),
        Contestant::new("**`User::read_hash`**", || {
            let user = User::read_hash(&mut &values, "user:1005");
            black_box(user.expect("it decodes"));
        })
        .prepared(|turns| values.fill(turns)),
    ];
    for contestant in &mut contestants {
        // The first of many: what is laid out is not counted.
        run(std::slice::from_mut(contestant), 0, 8);
        for stock in [&flat, &map, &values] {
            stock.fill(8);
        }
        contestant.allocations = Some(measure(&mut contestant.once).count_total);
    }
    run(&mut contestants, 101, 2_000);
    print(&contestants);
}

/// What a server answers to `HGETALL` in both protocols, and to `HMGET`.
fn replies() -> (Value, Value, Value) {
    let user = User::sample();
    let pairs = user.stored();
    let flat = pairs.iter().flat_map(|(field, value)| [field.clone(), value.clone()]).collect();
    assert_eq!(by_map(Value::Map(pairs.clone())), user);
    (Value::Array(flat), Value::Map(pairs), user.reply())
}

/// As the docs of `redis` have it.
fn by_map(reply: Value) -> User {
    let map = HashMap::<String, String>::from_redis_value(reply).expect("a map");
    User {
        id: map["id"].parse().expect("a number"),
        name: map["name"].clone(),
        email: map["email"].clone(),
        age: map["age"].parse().expect("a number"),
        active: map["active"] == "1",
        score: map["score"].parse().expect("a number"),
        balance: map["balance"].parse().expect("a number"),
        country: map["country"].clone(),
        created_at: map["created_at"].parse().expect("a number"),
    }
}
