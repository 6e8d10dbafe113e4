use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(key = "blob:{digest}")]
struct Blob {
    digest: Vec<u8>,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "blob:{digest}")]
struct Borrowed<'a> {
    digest: &'a [u8],
}

fn main() {}
