//! How many instructions an encoder takes: what one case does, to be counted by callgrind.
//!
//! ```text
//! cargo xtask instructions
//! ```
//!
//! runs it under valgrind, once for each case that it lists, and compares with
//! `instructions.baseline`.

use std::cell::RefCell;
use std::env;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use redis_hashmap::{Absent, FromRedisHash, HashBatch, ToRedisHash};
use redis_hashmap_benches::reply::Stock;
use redis_hashmap_benches::{Sparse, User};

/// How often the case is done while it is counted. `xtask` divides by it.
const TURNS: u32 = 100;

const CASES: [(&str, fn()); 6] = [
    ("encode", encode),
    ("encode-kept", encode_kept),
    ("encode-deleted", encode_deleted),
    ("encode-expire", encode_expire),
    ("batch-push", batch_push),
    ("decode", decode),
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => {
            println!("{TURNS}");
            for (name, _) in CASES {
                println!("{name}");
            }
        }
        ["count", wanted] => match CASES.iter().find(|(name, _)| *name == wanted) {
            Some((_, case)) => case(),
            None => return ExitCode::FAILURE,
        },
        _ => println!("nothing is counted here: run `cargo xtask instructions`"),
    }
    ExitCode::SUCCESS
}

/// Callgrind counts between the entry of this function and its return, by its name.
#[inline(never)]
fn counted(turn: &mut dyn FnMut()) {
    for _ in 0..TURNS {
        turn();
    }
}

/// Once as it is, which grows the buffers and has the system's linker resolve all that is called;
/// then counted.
fn count(mut turn: impl FnMut()) {
    turn();
    counted(&mut turn);
}

fn encode() {
    let (user, mut packed) = (User::sample(), Vec::new());
    count(|| {
        packed.clear();
        black_box(black_box(&user).as_hash().encode(&mut packed)).expect("it encodes");
    });
}

fn encode_kept() {
    let (sparse, mut packed) = (Sparse::sample(), Vec::new());
    count(|| {
        packed.clear();
        let write = black_box(&sparse).as_hash().absent(Absent::Keep);
        black_box(write.encode(&mut packed)).expect("it encodes");
    });
}

fn encode_deleted() {
    let (sparse, mut packed) = (Sparse::sample(), Vec::new());
    count(|| {
        packed.clear();
        black_box(black_box(&sparse).as_hash().encode(&mut packed)).expect("it encodes");
    });
}

fn encode_expire() {
    let (user, mut packed) = (User::sample(), Vec::new());
    let hour = Duration::from_secs(3_600);
    count(|| {
        packed.clear();
        let write = black_box(&user).as_hash().expire(black_box(hour));
        black_box(write.encode(&mut packed)).expect("it encodes");
    });
}

/// Into a batch that has grown already.
fn batch_push() {
    let (user, mut batch) = (User::sample(), HashBatch::new());
    (0..2 * TURNS).for_each(|_| batch.push(&user).expect("it encodes"));
    batch.clear();
    count(|| black_box(batch.push(black_box(&user))).expect("it encodes"));
}

/// From a reply that is parsed, which is used up; what was read is dropped after the count.
fn decode() {
    let stock = Stock::new(User::sample().reply());
    stock.fill(TURNS + 1);
    let read = RefCell::new(Vec::with_capacity(TURNS as usize + 1));
    count(|| {
        let user = User::read_hash(&mut &stock, "user:1005").expect("it decodes");
        read.borrow_mut().push(black_box(user));
    });
}
