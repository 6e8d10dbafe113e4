use redis_hashmap::ToRedisHash;

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "camelcase")]
struct Misspelt {
    first_name: String,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "upper")]
struct Unknown {
    first_name: String,
}

#[derive(ToRedisHash)]
#[redis_hash(rename_all = "")]
struct Empty {
    first_name: String,
}

fn main() {}
