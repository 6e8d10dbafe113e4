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
    #[automatically_derived]
    impl __RedisHashKeyTemplate for Order {
        #[inline]
        fn write_hash_key(
            &self,
            __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
        ) -> __redis_hash::Result<(), __RedisHashKeyError> {
            __redis_hash_key
                .begin(const {
                    &__redis_hash::KeyTemplate::new(
                            "Order",
                            "{{shop:{owner.shop}}}:order-{id}",
                            "-:",
                        )
                        .escape()
                });
            __redis_hash_key.literal("{shop:");
            __redis_hash_key
                .segment(
                    "owner.shop",
                    |__redis_hash_out| <_ as __RedisHashKeySegment>::write_key_segment(
                        &self.owner.shop,
                        __redis_hash_out,
                    ),
                )?;
            __redis_hash_key.literal("}:order-");
            __redis_hash_key
                .segment(
                    "id",
                    |__redis_hash_out| <_ as __RedisHashKeySegment>::write_key_segment(
                        &self.id,
                        __redis_hash_out,
                    ),
                )?;
            __redis_hash::Result::Ok(())
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
            __redis_hash::HashKey::build(|__redis_hash_key| {
                __redis_hash_key
                    .begin(const {
                        &__redis_hash::KeyTemplate::new(
                                "Order",
                                "{{shop:{owner.shop}}}:order-{id}",
                                "-:",
                            )
                            .escape()
                    });
                __redis_hash_key.literal("{shop:");
                __redis_hash_key
                    .segment(
                        "owner.shop",
                        |__redis_hash_out| __RedisHashKeySegment::write_key_segment(
                            &owner_shop,
                            __redis_hash_out,
                        ),
                    )?;
                __redis_hash_key.literal("}:order-");
                __redis_hash_key
                    .segment(
                        "id",
                        |__redis_hash_out| __redis_hash::SegmentArg::write_segment_arg(
                            &id,
                            __redis_hash_out,
                        ),
                    )?;
                __redis_hash::Result::Ok(())
            })
        }
    }
};
