#[allow(deprecated)]
const _: () = {
    use ::redis_hashmap::{
        FromRedisHash as __RedisHashFromRedisHash,
        HashKeyPattern as __RedisHashKeyPattern,
        FromHashField as __RedisHashFromHashField,
        FromHashValue as __RedisHashFromHashValue,
        __private::FromJsonField as __RedisHashFromJsonField,
        __private::Default as __RedisHashDefault, __private as __redis_hash,
    };
    static __REDIS_HASH_TEMPLATE: __redis_hash::KeyTemplate = __redis_hash::KeyTemplate::new(
            "User",
            "user:{id}",
            ":",
        )
        .parts(&[("user:", "id")], "");
    #[automatically_derived]
    #[allow(clippy::redundant_closure, clippy::redundant_closure_for_method_calls)]
    impl<T> __RedisHashKeyPattern for User<T> {
        const TEMPLATE: &'static __redis_hash::KeyTemplate = &__REDIS_HASH_TEMPLATE;
        fn fits(
            __redis_hash_texts: &[__redis_hash::Cow<'_, __redis_hash::Str>],
        ) -> bool {
            let _ = __redis_hash_texts;
            true
                && __redis_hash::is_read(
                    __redis_hash_texts,
                    0usize,
                    |__redis_hash_arg| <u64 as __RedisHashFromHashValue>::from_hash_value(
                        __redis_hash_arg,
                    ),
                )
        }
    }
    #[automatically_derived]
    #[allow(clippy::redundant_closure, clippy::redundant_closure_for_method_calls)]
    impl<T> __RedisHashFromRedisHash for User<T>
    where
        T: __RedisHashFromHashField,
        T: __RedisHashDefault,
    {
        const NAME: &'static __redis_hash::Str = "User";
        const FIELDS: __redis_hash::Names = __redis_hash::Names::new(
                &["email", "mail", "visits", "tags", "colour"],
                &[("home_", &<Address as __RedisHashFromRedisHash>::FIELDS)],
            )
            .denying();
        type Handles = __RedisHashUserFields<T>;
        fn hash_handles(__redis_hash_prefix: &__redis_hash::Str) -> Self::Handles {
            let _ = __redis_hash_prefix;
            __RedisHashUserFields {
                email: __redis_hash::HashField::new(
                    "User",
                    __redis_hash_prefix,
                    "email",
                ),
                visits: __redis_hash::HashField::new(
                    "User",
                    __redis_hash_prefix,
                    "visits",
                ),
                tags: __redis_hash::HashField::new("User", __redis_hash_prefix, "tags"),
                colour: __redis_hash::HashField::new(
                    "User",
                    __redis_hash_prefix,
                    "colour",
                ),
                home: <Address as __RedisHashFromRedisHash>::hash_handles(
                    &__redis_hash::joined(__redis_hash_prefix, "home_"),
                ),
                __redis_hash_of: __redis_hash::PhantomData,
            }
        }
        fn read_hash_fields(
            __redis_hash_fields: &mut __redis_hash::FieldReader<'_>,
        ) -> __redis_hash::Result<Self, __redis_hash::Unread> {
            const { __redis_hash::Names::assert_flattened(&Self::FIELDS) }
            __redis_hash::Result::Ok(Self {
                email: <Option<
                    String,
                > as __RedisHashFromHashField>::from_hash_field(
                    __redis_hash_fields.field("email", 1usize),
                )?,
                visits: __redis_hash_fields
                    .field("visits", 0usize)
                    .or(
                        |__redis_hash_arg| <T as __RedisHashFromHashField>::from_hash_field(
                            __redis_hash_arg,
                        ),
                        || <T as __RedisHashDefault>::default(),
                    )?,
                tags: __redis_hash_fields
                    .field("tags", 0usize)
                    .required(|__redis_hash_arg| <Vec<
                        String,
                    > as __RedisHashFromJsonField>::read_json(__redis_hash_arg))?,
                colour: __redis_hash_fields
                    .field("colour", 0usize)
                    .optional(|__redis_hash_arg| hex::from_hash_value(
                        __redis_hash_arg,
                    ))?,
                home: __redis_hash_fields
                    .flattened(
                        "home_",
                        |__redis_hash_arg| <Address as __RedisHashFromRedisHash>::read_hash_fields(
                            __redis_hash_arg,
                        ),
                    )?,
                id: __redis_hash_fields
                    .segment_or(
                        &__REDIS_HASH_TEMPLATE,
                        "id",
                        |__redis_hash_arg| <u64 as __RedisHashFromHashValue>::from_hash_value(
                            __redis_hash_arg,
                        ),
                        || zero(),
                    )?,
            })
        }
    }
    ///A handle for each field of `User`: see `User::hash_fields`.
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        private_bounds,
        unreachable_pub
    )]
    pub struct __RedisHashUserFields<T>
    where
        T: __RedisHashFromHashField,
        T: __RedisHashDefault,
    {
        pub email: __redis_hash::HashField<String>,
        visits: __redis_hash::HashField<T>,
        tags: __redis_hash::HashField<Vec<String>, __redis_hash::Json>,
        colour: __redis_hash::HashField<u32, __redis_hash::With<User<T>, 4usize>>,
        home: <Address as __RedisHashFromRedisHash>::Handles,
        __redis_hash_of: __redis_hash::PhantomData<fn() -> User<T>>,
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<T> User<T>
    where
        T: __RedisHashFromHashField,
        T: __RedisHashDefault,
    {
        ///A handle for each declared field, which knows its name in the hash and its type, under the field's own name and visibility.
        pub fn hash_fields() -> <Self as __RedisHashFromRedisHash>::Handles {
            <Self as __RedisHashFromRedisHash>::hash_handles("")
        }
    }
    #[automatically_derived]
    impl<T> __redis_hash::redis::FromRedisValue for User<T>
    where
        T: __RedisHashFromHashField,
        T: __RedisHashDefault,
    {
        fn from_redis_value(
            __redis_hash_reply: __redis_hash::redis::Value,
        ) -> __redis_hash::Result<Self, __redis_hash::redis::ParsingError> {
            __redis_hash::from_redis_value(__redis_hash_reply)
        }
    }
    #[automatically_derived]
    impl<T> __redis_hash::ReadWith<4usize> for User<T> {
        type Value = u32;
        fn read_with(
            __redis_hash_value: __redis_hash::ValueReader,
        ) -> __redis_hash::Result<u32, __redis_hash::ValueError> {
            hex::from_hash_value(__redis_hash_value)
        }
    }
};
