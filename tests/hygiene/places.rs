//! Structs that stand in odd places, or come out of macros.

use redis_hashmap::{Error, ToHashValue, ToRedisHash, ValueError, ValueWriter, WrittenValue};

macro_rules! whole {
    ($record:ident { $($field:ident: $ty:ty = $value:expr),* $(,)? } $key:literal) => {{
        #[derive(ToRedisHash)]
        #[redis_hash(key = $key)]
        struct $record { $($field: $ty),* }
        encode(&$record { $($field: $value),* })
    }};
}

macro_rules! attributes {
    ($(#[$meta:meta])* $expire:literal $name:literal $lifetime:lifetime $case:expr) => {{
        $(#[$meta])*
        #[redis_hash(expire = $expire, rename_all = $case)]
        struct Attributes<$lifetime> {
            #[redis_hash(rename = $name, absent = "keep")]
            renamed_field: Option<&$lifetime str>,
            the_other: u8,
        }
        Attributes { renamed_field: None, the_other: 1 }
    }};
}

/// Its own field has the hygiene of the macro, and the other that of the call.
macro_rules! mixed {
    ($field:ident: $path:path, $element:tt) => {{
        #[derive(ToRedisHash)]
        #[redis_hash(key = "mixed:{id}:{given}")]
        struct Mixed<T: Copy> {
            id: u8,
            $field: $path,
            option: Option<$path>,
            bytes: [$element; 2],
            value: T,
        }
        encode(&Mixed { id: 1, $field: 2, option: None, bytes: *b"34", value: 'x' })
    }};
}

macro_rules! through {
    ($($tokens:tt)*) => { whole!($($tokens)*) };
}

macro_rules! generic {
    ($param:ident: $bound:path, $ty:ty) => {
        #[derive(ToRedisHash)]
        struct Generic<$param: $bound> {
            value: $ty,
            list: Option<Vec<u8>>,
            plain: $param,
        }
    };
}

mod facade {
    pub(super) mod deep {
        pub(crate) use redis_hashmap::*;
    }

    #[derive(deep::ToRedisHash)]
    #[redis_hash(crate = deep, key = "{x}")]
    pub(super) struct Relative {
        pub(super) x: u8,
    }

    #[derive(deep::ToRedisHash)]
    #[redis_hash(crate = self::deep, key = "{x}")]
    pub(super) struct OfSelf {
        pub(super) x: u8,
    }

    pub(super) mod inner {
        #[derive(super::deep::ToRedisHash)]
        #[redis_hash(crate = super::deep, key = "{x}")]
        pub(crate) struct OfSuper {
            pub(crate) x: u8,
        }
    }
}

/// A type of a scope that the derive does not see from elsewhere.
struct Outer(u8);

impl ToHashValue for Outer {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(out)
    }
}

fn encode(record: &impl ToRedisHash) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    record.as_hash().key("k").encode(&mut bytes)?;
    Ok(bytes)
}

/// Every record of this file, packed.
///
/// # Errors
///
/// None of them has one.
pub fn packed() -> Result<Vec<u8>, Error> {
    #[derive(ToRedisHash)]
    struct InFunction<'a> {
        outer: &'a Outer,
        inner: Inner,
    }
    struct Inner;
    impl ToHashValue for Inner {
        fn write_hash_value<'w>(
            &self,
            out: ValueWriter<'w>,
        ) -> Result<WrittenValue<'w>, ValueError> {
            out.display("inner")
        }
    }

    let in_closure = || {
        #[derive(ToRedisHash)]
        #[redis_hash(key = "{x}")]
        struct InClosure {
            x: u8,
        }
        encode(&InClosure { x: 1 })
    };

    let in_local_module = {
        mod hashes {
            pub(super) use redis_hashmap::*;
        }
        #[derive(ToRedisHash)]
        #[redis_hash(key = "{x}", crate = hashes)]
        struct InLocalModule {
            x: u8,
        }
        encode(&InLocalModule { x: 1 })
    };

    generic!(T: ToHashValue, T);

    let attributes = attributes! {
        #[derive(ToRedisHash)]
        #[redis_hash(key = "a:{the_other}")]
        "2h" "other name" 'x "kebab-case"
    };

    Ok([
        encode(&InFunction { outer: &Outer(7), inner: Inner })?,
        in_closure()?,
        in_local_module?,
        whole!(Whole { id: u64 = 1, name: &'static str = "x", none: Option<String> = None } "w:{id}")?,
        through!(Through { id: Vec<u8> = vec![b'1'], r#type: String = "t".into() } "w:{type}")?,
        encode(&attributes)?,
        mixed!(given: u8, u8)?,
        encode(&Generic { value: 1_u8, list: None, plain: 2 })?,
        encode(&facade::Relative { x: 1 })?,
        encode(&facade::OfSelf { x: 2 })?,
        encode(&facade::inner::OfSuper { x: 3 })?,
    ]
    .concat())
}
