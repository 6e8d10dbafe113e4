use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key)]
struct Key {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all)]
struct RenameAll {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(absent)]
struct Absent {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire)]
struct Expire {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crate)]
struct Crate {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key =)]
struct NothingAfterEquals {
    id: u64,
}

fn main() {}
