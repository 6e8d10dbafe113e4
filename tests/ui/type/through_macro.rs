use redis_hashmap::ToRedisHash;

macro_rules! record {
    ($name:ident { $($field:ident: $ty:ty),* }, $key:literal, $rename:literal) => {
        #[derive(ToRedisHash)]
        #[redis_hash(key = $key)]
        struct $name {
            #[redis_hash(rename = $rename)]
            first: u64,
            $($field: $ty),*
        }
    };
}

// At what was given to the macro, and not inside it.
record!(User { scores: Option<Vec<u16>> }, "user:{first}", "id");
record!(Order { weight: f64 }, "order:{weight}", "id");
record!(Item { weight: f64 }, "item:{wieght}", "");

fn main() {}
