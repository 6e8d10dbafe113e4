#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, HashKeyTemplate as __RedisHashKeyTemplate,
        KeyError as __RedisHashKeyError, KeySegment as __RedisHashKeySegment,
        ToHashField as __RedisHashToHashField, __private as __redis_hash,
    };
    #[automatically_derived]
    impl __RedisHashToRedisHash for Order {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("Order")
            .expire_ms(2592000000u64);
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(&["id"], &[]);
        #[inline]
        fn visit_hash_fields(
            &self,
            __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
        ) {
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("id", b"$2\r\nid\r\n"),
                <String as __RedisHashToHashField>::present(&self.id),
            );
        }
    }
    static __REDIS_HASH_TEMPLATE: __redis_hash::KeyTemplate = __redis_hash::KeyTemplate::new(
            "Order",
            "{{shop:{owner.shop}}}:order-{id}",
            "-:",
        )
        .escape();
    #[automatically_derived]
    impl __RedisHashKeyTemplate for Order {
        #[inline]
        fn write_hash_key(
            &self,
            __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
        ) -> __redis_hash::Result<(), __RedisHashKeyError> {
            __redis_hash_key.begin(&__REDIS_HASH_TEMPLATE);
            <_ as __RedisHashKeySegment>::write_key_segment(
                &self.owner.shop,
                __redis_hash_key.segment("{shop:", "owner.shop"),
            )?;
            <_ as __RedisHashKeySegment>::write_key_segment(
                &self.id,
                __redis_hash_key.segment("}:order-", "id"),
            )
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Order {
        /**The key of the record with these segments: `{{shop:{owner.shop}}}:order-{id}`.

# Errors

A segment is a text that no key may hold.*/
        pub fn hash_key(
            owner_shop: impl __RedisHashKeySegment,
            id: impl __redis_hash::SegmentArg<String>,
        ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
            __redis_hash::HashKey::build(
                &__REDIS_HASH_TEMPLATE,
                &[
                    ("{shop:", "owner.shop", &owner_shop),
                    ("}:order-", "id", __redis_hash::SegmentArg::segment(&id)),
                ],
                "",
            )
        }
    }
};
