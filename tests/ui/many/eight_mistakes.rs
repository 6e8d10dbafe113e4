use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(kye = "x", key = "user:{usre_id}", rename_all = "camelcase", expire = "0s")]
struct User {
    user_id: u64,
    #[redis_hash(skp)]
    name: String,
    #[redis_hash(skip, rename = "m")]
    email: Option<String>,
    #[redis_hash(rename = "user_id")]
    age: u8,
    #[redis_hash(absent = "null")]
    seen: Option<u64>,
}

fn main() {}
