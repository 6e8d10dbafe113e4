#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, HashKeyTemplate as __RedisHashKeyTemplate,
        KeyError as __RedisHashKeyError, KeySegment as __RedisHashKeySegment,
        ToHashField as __RedisHashToHashField,
        __private::AbsentField as __RedisHashAbsentField,
        __private::JsonField as __RedisHashJsonField,
        __private::VersionField as __RedisHashVersionField, __private as __redis_hash,
    };
    #[automatically_derived]
    impl<V> __RedisHashToRedisHash for Session<V>
    where
        V: __RedisHashVersionField,
    {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("Session")
            .persist()
            .versioned();
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(
                &["id", "otp", "roles", "_rev"],
                &[],
            )
            .versioned();
        #[inline]
        fn visit_hash_fields(
            &self,
            __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
        ) {
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("id", b"$2\r\nid\r\n").keep(),
                <u64 as __RedisHashToHashField>::present(&self.id),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("otp", b"$3\r\notp\r\n").expire_ms(900000u64),
                <Option<u32> as __RedisHashAbsentField>::present(&self.otp),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("roles", b"$5\r\nroles\r\n")
                    .keep()
                    .expire_ms(5400000u64),
                __redis_hash::Option::as_ref(
                    &__redis_hash::adapt(
                        __redis_hash::Option::Some(&self.roles),
                        |__redis_hash_value, __redis_hash_out| <Vec<
                            String,
                        > as __RedisHashJsonField>::write_json(
                            __redis_hash_value,
                            __redis_hash_out,
                        ),
                    ),
                ),
            );
            __redis_hash::FieldVisitor::version(
                __redis_hash_visitor,
                __redis_hash::Field::new("_rev", b"$4\r\n_rev\r\n"),
                <V as __RedisHashVersionField>::hash_version(&self.revision),
            );
        }
    }
    static __REDIS_HASH_TEMPLATE: __redis_hash::KeyTemplate = __redis_hash::KeyTemplate::new(
        "Session",
        "session:{id}",
        ":",
    );
    #[automatically_derived]
    impl<V> __RedisHashKeyTemplate for Session<V> {
        #[inline]
        fn write_hash_key(
            &self,
            __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
        ) -> __redis_hash::Result<(), __RedisHashKeyError> {
            __redis_hash_key.begin(&__REDIS_HASH_TEMPLATE);
            <_ as __RedisHashKeySegment>::write_key_segment(
                &self.id,
                __redis_hash_key.segment("session:", "id"),
            )
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<V> Session<V> {
        /**The key of the record with these segments: `session:{id}`.

# Errors

A segment is a text that no key may hold.*/
        fn hash_key(
            id: impl __redis_hash::SegmentArg<u64>,
        ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
            __redis_hash::HashKey::build(
                &__REDIS_HASH_TEMPLATE,
                &[("session:", "id", __redis_hash::SegmentArg::segment(&id))],
                "",
            )
        }
    }
};
