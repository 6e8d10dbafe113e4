use redis::Commands;
use redis_hashmap::{FromRedisHash, IfFound, ToRedisHash};

#[derive(ToRedisHash, FromRedisHash)]
#[redis_hash(key = "user:{id}", redis_traits, expire = "soon")]
struct User {
    id: u64,
    name: String,
}

#[derive(ToRedisHash, FromRedisHash)]
struct Page {
    #[redis_hash(flatten)]
    author: User,
}

fn main() {
    let mut con = redis::Client::open("redis://localhost/").unwrap();
    let user: User = con.hgetall("user:1").unwrap();
    let IfFound(_found): IfFound<User> = con.hgetall("user:1").unwrap();
    redis::cmd("HSET").arg("user:1").arg(&user).exec(&mut con).unwrap();
    let _ = User::read_hash(&mut con, User::hash_key(1));
    let _ = User::hash_fields().name.get("user:1");
    for _user in User::scan_hashes(&mut con) {}
    let _ = Page::read_hash(&mut con, "page:1");
}
