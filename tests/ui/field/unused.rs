#![deny(unused_must_use)]

use redis_hashmap::HashField;

fn main() {
    let visits = HashField::<u64>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.incr("user:1", 1);
    visits.incr("user:1", 1).run(&mut con);
    visits.incr("user:1", 1).queue(&mut redis::pipe());
}
