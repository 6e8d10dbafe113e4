#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        ToRedisHash as __RedisHashToRedisHash, ToHashField as __RedisHashToHashField,
        __private::AbsentField as __RedisHashAbsentField,
        __private::JsonField as __RedisHashJsonField,
        __private::DisplayField as __RedisHashDisplayField, __private as __redis_hash,
    };
    #[automatically_derived]
    impl __RedisHashToRedisHash for Post {
        const RECORD: __redis_hash::Record = __redis_hash::Record::new("Post");
        const NAMES: __redis_hash::Names = __redis_hash::Names::new(
            &["t", "longText", "draft", "tags", "someTags", "level", "colour"],
            &[],
        );
        #[inline]
        fn visit_hash_fields(
            &self,
            __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
        ) {
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("t", b"$1\r\nt\r\n").keep(),
                <String as __RedisHashToHashField>::present(&self.title),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("longText", b"$8\r\nlongText\r\n").keep(),
                __redis_hash::unless(
                    String::is_empty(&self.long_text),
                    <String as __RedisHashToHashField>::present(&self.long_text),
                ),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("draft", b"$5\r\ndraft\r\n"),
                <Option<u8> as __RedisHashAbsentField>::present(&self.draft),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("tags", b"$4\r\ntags\r\n").keep(),
                __redis_hash::Option::as_ref(
                    &__redis_hash::adapt(
                        __redis_hash::Option::Some(&self.tags),
                        |__redis_hash_value, __redis_hash_out| <Vec<
                            String,
                        > as __RedisHashJsonField>::write_json(
                            __redis_hash_value,
                            __redis_hash_out,
                        ),
                    ),
                ),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("someTags", b"$8\r\nsomeTags\r\n").keep(),
                __redis_hash::Option::as_ref(
                    &__redis_hash::adapt(
                        __redis_hash::Option::as_ref(&self.some_tags),
                        |__redis_hash_value, __redis_hash_out| <Vec<
                            String,
                        > as __RedisHashJsonField>::write_json(
                            __redis_hash_value,
                            __redis_hash_out,
                        ),
                    ),
                ),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("level", b"$5\r\nlevel\r\n").keep(),
                __redis_hash::Option::as_ref(
                    &__redis_hash::adapt(
                        __redis_hash::Option::Some(&self.level),
                        |__redis_hash_value, __redis_hash_out| <Level as __RedisHashDisplayField>::write_display(
                            __redis_hash_value,
                            __redis_hash_out,
                        ),
                    ),
                ),
            );
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                __redis_hash::Field::new("colour", b"$6\r\ncolour\r\n").keep(),
                __redis_hash::unless(
                    is_black(&self.colour),
                    __redis_hash::Option::as_ref(
                        &__redis_hash::adapt(
                            __redis_hash::Option::as_ref(&self.colour),
                            |__redis_hash_value, __redis_hash_out| my::hex::to_hash_value(
                                __redis_hash_value,
                                __redis_hash_out,
                            ),
                        ),
                    ),
                ),
            );
        }
    }
    #[automatically_derived]
    impl __redis_hash::WriteWith<7usize> for Post {
        type Value = u32;
        fn write_with<'__redis_hash_w>(
            __redis_hash_value: &u32,
            __redis_hash_out: __redis_hash::ValueWriter<'__redis_hash_w>,
        ) -> __redis_hash::Result<
            __redis_hash::WrittenValue<'__redis_hash_w>,
            __redis_hash::ValueError,
        > {
            my::hex::to_hash_value(__redis_hash_value, __redis_hash_out)
        }
    }
};
