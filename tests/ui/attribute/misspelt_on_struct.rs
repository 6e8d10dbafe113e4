use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(kye = "user:{id}")]
struct Key {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(renameall = "camelCase")]
struct RenameAll {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(abesnt = "keep")]
struct Absent {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expires = "30d")]
struct Expire {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crates = redis_hashmap)]
struct Crate {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(persits)]
struct Persist {
    id: u64,
}

fn main() {}
