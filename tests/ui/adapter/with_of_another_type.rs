use redis_hashmap::ToRedisHash;

mod hex {
    use redis_hashmap::{ValueError, ValueWriter, WrittenValue};

    pub fn to_hash_value<'w>(n: &u32, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(n)
    }
}

#[derive(ToRedisHash)]
struct User {
    id: u64,
    #[redis_hash(with = "hex")]
    colour: u64,
}

fn main() {}
