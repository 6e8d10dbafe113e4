use std::cell::Cell;

use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};

struct Saver<'s>(Cell<Option<WrittenValue<'s>>>);

impl<'s> ToHashValue for Saver<'s> {
    fn write_hash_value<'w>(&self, _: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        Ok(self.0.take().unwrap())
    }
}

fn main() {}
