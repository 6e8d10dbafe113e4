use redis_hashmap::FromRedisHash;

#[derive(Default)]
struct Owner {
    id: u64,
}

#[derive(FromRedisHash)]
#[redis_hash(key = "pet:{owner.id}")]
struct Pet {
    #[redis_hash(skip)]
    owner: Owner,
    name: String,
}

fn main() {}
