use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(absent = "null")]
struct OnStruct {
    email: Option<String>,
}

#[derive(ToRedisHash)]
struct OnField {
    #[redis_hash(absent = "Keep")]
    email: Option<String>,
    #[redis_hash(absent = "")]
    name: Option<String>,
}

fn main() {}
