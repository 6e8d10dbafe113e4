#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToHashValue as __RedisHashToHashValue, __private as __redis_hash,
    };
    #[automatically_derived]
    impl __RedisHashToHashValue for Plan {
        #[inline]
        fn write_hash_value<'__redis_hash_w>(
            &self,
            __redis_hash_out: __redis_hash::ValueWriter<'__redis_hash_w>,
        ) -> __redis_hash::Result<
            __redis_hash::WrittenValue<'__redis_hash_w>,
            __redis_hash::ValueError,
        > {
            <__redis_hash::Str as __RedisHashToHashValue>::write_hash_value(
                match self {
                    Self::Free => "free",
                    Self::TeamAnnual => "team",
                },
                __redis_hash_out,
            )
        }
    }
};
