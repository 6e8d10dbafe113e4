use std::time::Duration;

use redis_hashmap::HashField;
use redis_hashmap::__private::Counted;

fn main() {
    let rev = HashField::<u64, Counted>::new("User", "", "rev");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    rev.delete("user:1").run(&mut con).unwrap();
    rev.expire("user:1", Duration::from_secs(1)).run(&mut con).unwrap();
    rev.persist("user:1").run(&mut con).unwrap();
}
