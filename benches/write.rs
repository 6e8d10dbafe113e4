//! One write, answered, over a Unix socket: ours, and `redis`'s own ways, in turn within one run.
//! Starts each server that it finds.
//!
//! ```text
//! cargo xtask servers && cargo bench -p redis-hashmap-benches --bench write
//! ```

use redis::ProtocolVersion;
use redis_hashmap::ToRedisHash;
use redis_hashmap_benches::User;
use redis_hashmap_benches::contest::{Contestant, print, run};
use redis_hashmap_tests::servers::{self, Server};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for binary in servers::found()? {
        println!("\n{}\n", binary.label());
        let server = Server::start(&binary, &[])?;
        let connect = || server.connection(ProtocolVersion::RESP2);
        let (mut a, mut b, mut c, mut d) = (connect()?, connect()?, connect()?, connect()?);
        let user = User::sample();
        let mut contestants = [
            Contestant::new("`redis::cmd().arg()..`", || {
                user.cmd().query::<i64>(&mut a).expect("it is written");
            }),
            Contestant::new("the same with `Cmd::with_capacity`", || {
                user.cmd_with_capacity().query::<i64>(&mut b).expect("it is written");
            }),
            Contestant::new("`hset_multiple` with strings", || {
                user.hset_multiple().query::<()>(&mut c).expect("it is written");
            }),
            Contestant::new("**`write_hash`**", || {
                user.write_hash(&mut d).expect("it is written");
            }),
        ];
        run(&mut contestants, 101, 100);
        print(&contestants);
    }
    Ok(())
}
