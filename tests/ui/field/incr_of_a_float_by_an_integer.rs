use redis_hashmap::HashField;

fn main() {
    let score = HashField::<f64>::new("User", "", "score");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    score.incr("user:1", 1).run(&mut con).unwrap();
}
