use redis_hashmap::HashField;

fn main() {
    let visits = HashField::<u64>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.compare_and_set("user:1", Some(&"six"), 7).run(&mut con).unwrap();
}
