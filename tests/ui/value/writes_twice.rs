use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};

struct Twice;

impl ToHashValue for Twice {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(b"one")?;
        out.bytes(b"two")
    }
}

fn main() {}
