use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}")]
struct User {
    id: u64,
}

fn main() {
    let mut con = String::from("redis://localhost/");
    User { id: 1 }.write_hash(&mut con).unwrap();
}
