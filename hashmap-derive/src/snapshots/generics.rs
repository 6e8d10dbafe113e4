#[allow(deprecated)]
const _: () = {
    use vendored::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, HashKeyTemplate as __RedisHashKeyTemplate,
        KeyError as __RedisHashKeyError, KeySegment as __RedisHashKeySegment,
        ToHashField as __RedisHashToHashField, __private as __redis_hash,
    };
    #[automatically_derived]
    impl<'a, 'b, T: Clone, const N: usize> __RedisHashToRedisHash
    for Generic<'a, 'b, T, N>
    where
        T: Copy,
        T: __RedisHashToHashField,
        for<'__redis_hash_0> &'__redis_hash_0 T: __RedisHashToHashField,
        Cow<'a, [T]>: __RedisHashToHashField,
    {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("Generic");
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(
            &["id", "bytes", "first", "second", "cow"],
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
                <T as __RedisHashToHashField>::present(&self.id),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("bytes", b"$5\r\nbytes\r\n"),
                <[u8; N] as __RedisHashToHashField>::present(&self.bytes),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("first", b"$5\r\nfirst\r\n"),
                <&'a T as __RedisHashToHashField>::present(&self.first),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("second", b"$6\r\nsecond\r\n"),
                <&'b T as __RedisHashToHashField>::present(&self.second),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("cow", b"$3\r\ncow\r\n"),
                <Cow<'a, [T]> as __RedisHashToHashField>::present(&self.cow),
            );
        }
    }
    static __REDIS_HASH_TEMPLATE: __redis_hash::KeyTemplate = __redis_hash::KeyTemplate::new(
        "Generic",
        "{id}",
        "",
    );
    #[automatically_derived]
    impl<'a, 'b, T: Clone, const N: usize> __RedisHashKeyTemplate
    for Generic<'a, 'b, T, N>
    where
        T: Copy,
        T: __RedisHashKeySegment,
    {
        #[inline]
        fn write_hash_key(
            &self,
            __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
        ) -> __redis_hash::Result<(), __RedisHashKeyError> {
            __redis_hash_key.begin(&__REDIS_HASH_TEMPLATE);
            <_ as __RedisHashKeySegment>::write_key_segment(
                &self.id,
                __redis_hash_key.segment("", "id"),
            )
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<'a, 'b, T: Clone, const N: usize> Generic<'a, 'b, T, N>
    where
        T: Copy,
    {
        /**The key of the record with these segments: `{id}`.

# Errors

A segment is a text that no key may hold.*/
        pub(crate) fn hash_key(
            id: impl __redis_hash::SegmentArg<T>,
        ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
            __redis_hash::HashKey::build(
                &__REDIS_HASH_TEMPLATE,
                &[("", "id", __redis_hash::SegmentArg::segment(&id))],
                "",
            )
        }
    }
};
