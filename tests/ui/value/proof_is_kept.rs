use std::cell::Cell;

use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};

// To give back now what was written then.
struct Saver<'s>(Cell<Option<WrittenValue<'s>>>);

impl<'s> ToHashValue for Saver<'s> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.0.set(Some(out.bytes(b"x")?));
        Err(ValueError::new("later"))
    }
}

fn main() {}
