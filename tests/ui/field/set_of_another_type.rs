use redis_hashmap::HashField;

fn main() {
    let visits = HashField::<u64>::new("User", "", "visits");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    visits.set("user:1", "seven").run(&mut con).unwrap();
}
