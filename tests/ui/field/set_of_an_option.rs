use redis_hashmap::HashField;

fn main() {
    let email = HashField::<String>::new("User", "", "email");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    email.set("user:1", None::<String>).run(&mut con).unwrap();
}
