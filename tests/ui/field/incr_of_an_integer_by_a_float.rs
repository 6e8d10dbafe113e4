use redis_hashmap::HashField;

fn main() {
    let visits = HashField::<u64>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.incr("user:1", 0.5).run(&mut con).unwrap();
}
