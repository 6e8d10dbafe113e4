use redis_hashmap::HashField;

fn main() {
    let name = HashField::<String>::new("User", "", "name");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    name.incr("user:1", 1).run(&mut con).unwrap();
}
