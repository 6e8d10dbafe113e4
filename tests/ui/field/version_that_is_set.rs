use redis_hashmap::HashField;
use redis_hashmap::__private::Counted;

fn main() {
    let rev = HashField::<u64, Counted>::new("User", "", "rev");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    rev.set("user:1", 7).run(&mut con).unwrap();
}
