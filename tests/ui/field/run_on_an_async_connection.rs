use redis_hashmap::HashField;

async fn count(con: &mut redis::aio::MultiplexedConnection) {
    let visits = HashField::<u64>::new("User", "", "visits");
    visits.incr("user:1", 1).run(con).unwrap();
}

fn main() {}
