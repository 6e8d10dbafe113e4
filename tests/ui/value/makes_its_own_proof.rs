use std::marker::PhantomData;

use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};

struct Forger;

impl ToHashValue for Forger {
    fn write_hash_value<'w>(&self, _: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Ok(WrittenValue(PhantomData))
    }
}

fn main() {}
