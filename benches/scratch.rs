//! x
use redis::ProtocolVersion;
use redis_hashmap::*;
use redis_hashmap_benches::User;
use redis_hashmap_benches::contest::{Contestant, print, run};
use redis_hashmap_tests::servers::{self, Server};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let binary = servers::found()?.into_iter().find(|b| b.label().contains("7.0")).unwrap();
    println!("\n{}\n", binary.label());
    let server = Server::start(&binary, &[])?;
    let connect = || server.connection(ProtocolVersion::RESP2);
    let (mut a, mut b, mut c, mut d) = (connect()?, connect()?, connect()?, connect()?);
    const N: u64 = 20_000;
    let users: Vec<User> = (0..N).map(|n| User { id: 1000 + n % 5000, ..User::sample() }).collect();
    let mut batch = HashBatch::new();
    let mut batch2 = HashBatch::new();
    let mut contestants = [
        Contestant::new("pipe 500", || {
            for chunk in users.chunks(500) {
                let mut p = redis::pipe();
                for u in chunk {
                    p.add_command(u.cmd());
                }
                p.query::<Vec<i64>>(&mut a).unwrap();
            }
        }),
        Contestant::new("packed 500", || {
            let mut bytes = Vec::new();
            for chunk in users.chunks(500) {
                bytes.clear();
                for u in chunk {
                    u.as_hash().encode(&mut bytes).unwrap();
                }
                redis::ConnectionLike::req_packed_commands(&mut b, &bytes, 0, chunk.len()).unwrap();
            }
        }),
        Contestant::new("batch 500", || {
            for chunk in users.chunks(500) {
                for u in chunk {
                    batch2.push(u).unwrap();
                }
                batch2.execute(&mut d).into_result().unwrap();
            }
        }),
        Contestant::new("batch all", || {
            for u in &users {
                batch.push(u).unwrap();
            }
            batch.execute(&mut c).into_result().unwrap();
        }),
    ];
    for contestant in &mut contestants {
        (contestant.once)();
        let m = allocation_counter::measure(&mut contestant.once);
        contestant.allocations = Some(m.count_total);
    }
    run(&mut contestants, 7, 1);
    print(&contestants);
    let mut w = connect()?;
    let t = std::time::Instant::now();
    let r = write_all(&mut w, users.iter().cycle().take(400_000)).into_result()?;
    println!(
        "write_all {} {:?} {:?}",
        r.applied,
        t.elapsed(),
        r.applied as f64 / t.elapsed().as_secs_f64()
    );
    Ok(())
}
