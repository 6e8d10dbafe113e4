use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "pair:{id}")]
struct Pair<T> {
    id: T,
}

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap().get_connection().unwrap();
    Pair { id: 1.5 }.write_hash(&mut con).unwrap();
}
