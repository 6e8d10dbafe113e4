use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = 7)]
struct Key {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = user:{id})]
struct KeyWithoutQuotes {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(key = b"user:{id}")]
struct KeyOfBytes {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = camelCase)]
struct RenameAll {
    first_name: String,
}

#[derive(ToRedisHash)]
#[redis_hash(absent = true)]
struct Absent {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = 3600)]
struct Expire {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(expire = "30" + "d")]
struct ExpireSum {
    id: u64,
}

#[derive(ToRedisHash)]
#[redis_hash(crate = "redis_hashmap")]
struct Crate {
    id: u64,
}

fn main() {}
