use redis_hashmap::HashField;

fn main() {
    let grains = HashField::<u128>::new("Board", "", "grains");
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    grains.incr("board:1", 1).run(&mut con).unwrap();
}
