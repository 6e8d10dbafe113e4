use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "user:{id}", key = "people:{id}")]
struct Key {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase", rename_all = "camelCase")]
struct RenameAll {
    id: u64,
}

// In a list of its own, too.
#[derive(ToRedisHash)]
#[redis_hash(absent = "keep")]
#[redis_hash(absent = "delete")]
struct Absent {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "30d", expire = "1h")]
struct Expire {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crate = redis_hashmap, crate = redis_hashmap)]
struct Crate {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(persist, persist)]
struct Persist {
    id: u64,
}

// The first is wrong, and yet it is the first.
#[derive(ToRedisHash)]
#[redis_hash(expire = "never", expire = "1h")]
struct WrongThenRight {
    id: u64,
}

fn main() {}
