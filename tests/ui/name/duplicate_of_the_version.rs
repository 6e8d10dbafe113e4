use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase")]
struct Doc {
    #[redis_hash(rename = "docRev")]
    id: u64,
    #[redis_hash(version)]
    doc_rev: u64,
}

#[derive(ToRedisHash)]
struct Renamed {
    id: u64,
    #[redis_hash(version, rename = "id")]
    rev: u64,
}

fn main() {}
