//! Encoding one record into packed bytes: ours, and `redis`'s own ways, in turn within one run.
//!
//! ```text
//! cargo bench -p redis-hashmap-benches --bench encode
//! ```

use std::hint::black_box;

use allocation_counter::measure;
use redis_hashmap::{Absent, ToRedisHash};
use redis_hashmap_benches::contest::{Contestant, print, run};
use redis_hashmap_benches::{Sparse, User};

fn main() {
    let user = User::sample();
    let sparse = Sparse::sample();
    let packed = || Vec::with_capacity(1024);

    let (mut a, mut b, mut c, mut d) = (packed(), packed(), packed(), packed());
    let mut done = Vec::new();
    user.as_hash().encode(&mut done).expect("it encodes");

    let mut contestants = [
        Contestant::new("`redis::cmd().arg()..`, packed", || {
            black_box(black_box(&user).cmd().get_packed_command());
        }),
        Contestant::new("the same with `Cmd::with_capacity`", || {
            black_box(black_box(&user).cmd_with_capacity().get_packed_command());
        }),
        Contestant::new("`hset_multiple` with strings, packed", || {
            black_box(black_box(&user).hset_multiple().get_packed_command());
        }),
        Contestant::new("**derived**, into a reused buffer", || {
            a.clear();
            black_box(black_box(&user).as_hash().encode(&mut a)).expect("it encodes");
        }),
        Contestant::new("**derived**, 2 of 9 absent and kept", || {
            b.clear();
            let write = black_box(&sparse).as_hash().absent(Absent::Keep);
            black_box(write.encode(&mut b)).expect("it encodes");
        }),
        Contestant::new("**derived**, 2 of 9 absent and deleted", || {
            c.clear();
            black_box(black_box(&sparse).as_hash().encode(&mut c)).expect("it encodes");
        }),
        Contestant::new("the finished bytes, copied", || {
            d.clear();
            d.extend_from_slice(black_box(&done));
            black_box(&mut d);
        }),
    ];
    for contestant in &mut contestants {
        (contestant.once)(); // grows the buffers
        contestant.allocations = Some(measure(&mut contestant.once).count_total);
    }
    run(&mut contestants, 101, 5_000);
    print(&contestants);
}
