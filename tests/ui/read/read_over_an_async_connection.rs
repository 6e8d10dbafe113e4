use redis_hashmap::FromRedisHash;

#[derive(FromRedisHash)]
struct User {
    name: String,
}

fn read(con: &mut redis::aio::MultiplexedConnection) {
    let _ = User::read_hash(con, "user:1");
}

fn main() {}
