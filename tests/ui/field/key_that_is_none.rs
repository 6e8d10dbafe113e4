use redis_hashmap::HashField;

fn main() {
    let visits = HashField::<u64>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.get(42).run(&mut con).unwrap();
}
