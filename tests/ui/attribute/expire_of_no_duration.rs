use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(expire = "soon")]
struct Words {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "")]
struct Empty {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "3600")]
struct NoUnit {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "3 days")]
struct LongUnit {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "30m1h")]
struct SmallFirst {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "1.5h")]
struct Fraction {
    id: u64,
}

fn main() {}
