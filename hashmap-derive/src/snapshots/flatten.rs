#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, ToHashField as __RedisHashToHashField,
        __private as __redis_hash,
    };
    #[automatically_derived]
    impl<'a> __RedisHashToRedisHash for User<'a> {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("User");
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(
            &["id"],
            &[
                ("", &<Address<'a> as __RedisHashToRedisHash>::NAMES),
                ("work_", &<Address<'a> as __RedisHashToRedisHash>::NAMES),
            ],
        );
        #[inline]
        fn visit_hash_fields(
            &self,
            __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
        ) {
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("id", b"$2\r\nid\r\n"),
                <u64 as __RedisHashToHashField>::present(&self.id),
            );
            <Address<
                'a,
            > as __RedisHashToRedisHash>::visit_hash_fields(
                &self.home,
                __redis_hash_visitor,
            );
            <Address<
                'a,
            > as __RedisHashToRedisHash>::visit_hash_fields(
                &self.work,
                &mut __redis_hash::Prefixed::new(__redis_hash_visitor, "work_"),
            );
        }
        fn check_hash_names(&self) -> __redis_hash::Result<(), __redis_hash::BadField> {
            const { __redis_hash::Names::assert_flattened(&Self::NAMES) }
            __redis_hash::check_flattened(self)
        }
    }
    const _: () = __redis_hash::Names::assert_nth_flattened(
        &<User<'static> as __RedisHashToRedisHash>::NAMES,
        0usize,
    );
    const _: () = __redis_hash::Names::assert_nth_flattened(
        &<User<'static> as __RedisHashToRedisHash>::NAMES,
        1usize,
    );
};
