use redis_hashmap::HashField;
use redis_hashmap::__private::Json;

fn main() {
    let visits = HashField::<u64, Json>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.incr("user:1", 1).run(&mut con).unwrap();
}
