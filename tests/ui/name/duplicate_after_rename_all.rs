use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelCase")]
struct User {
    first_name: String,
    first__name: String,
    #[redis_hash(rename = "firstName")]
    given_name: String,
}

fn main() {}
