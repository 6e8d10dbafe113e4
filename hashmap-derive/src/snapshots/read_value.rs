#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        FromHashValue as __RedisHashFromHashValue, __private as __redis_hash,
    };
    #[automatically_derived]
    impl __RedisHashFromHashValue for Plan {
        #[inline]
        fn from_hash_value(
            __redis_hash_value: __redis_hash::ValueReader,
        ) -> __redis_hash::Result<Self, __redis_hash::ValueError> {
            match __redis_hash::ValueReader::as_bytes(&__redis_hash_value) {
                b"free" => __redis_hash::Result::Ok(Self::Free),
                b"team-annual" => __redis_hash::Result::Ok(Self::TeamAnnual),
                _ => {
                    __redis_hash::Result::Err(
                        __redis_hash::none_of(&["free", "team-annual"]),
                    )
                }
            }
        }
    }
};
