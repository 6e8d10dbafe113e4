use std::num::NonZero;

use redis_hashmap::HashField;

fn main() {
    let seats = HashField::<NonZero<u32>>::new("Table", "", "seats");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    seats.incr("table:1", 1).run(&mut con).unwrap();
}
