#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, ToHashField as __RedisHashToHashField,
        __private as __redis_hash,
    };
    #[automatically_derived]
    impl __RedisHashToRedisHash for User {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("User");
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(
            &["id", "type", "email"],
            &[],
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
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("type", b"$4\r\ntype\r\n"),
                <String as __RedisHashToHashField>::present(&self.r#type),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("email", b"$5\r\nemail\r\n"),
                <Option<String> as __RedisHashToHashField>::present(&self.email),
            );
        }
    }
};
