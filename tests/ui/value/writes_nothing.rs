use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};

struct Silent;

impl ToHashValue for Silent {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        drop(out);
        Ok(())
    }
}

fn main() {}
