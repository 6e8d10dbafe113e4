use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(expire = "30d", persist)]
struct User {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(persist)]
#[redis_hash(expire = "30d")]
struct TheOtherWayRound {
    id: u64,
    #[redis_hash(expire = "15m")]
    fine: u64,
}

fn main() {}
