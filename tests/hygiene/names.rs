//! Names of the user's that are also the standard library's, or ours.

#![no_implicit_prelude]
#![allow(
    dead_code,                  // most of these names only have to be there
    clippy::trivially_copy_pass_by_ref, // as the derive calls them
    clippy::wrong_self_convention,      // `as_ref` that is none
    non_camel_case_types,       // r#struct
    non_upper_case_globals,     // consts named like variables
    clippy::struct_field_names  // größe
)]

use ::redis_hashmap::{ToHashValue, ToRedisHash, ValueError, ValueWriter, WrittenValue};

mod alloc {}
mod core {}
mod redis {}
mod redis_hashmap {}
mod std {}

struct Absent;
struct BadField;
struct Box;
struct Err;
struct Field;
struct FieldVisitor;
struct HashKeyTemplate;
struct KeyError;
struct KeySegment;
struct None;
struct Ok;
struct Option(u8);
struct Record;
struct Result;
struct Some;
struct String(u8);
struct ToHashField;
struct Vec;
struct Version;
struct VersionField;
struct bool_;

// The derive writes what `Option` and `String` are here.
impl ToHashValue for Option {
    fn write_hash_value<'w>(
        &self,
        writer: ValueWriter<'w>,
    ) -> ::core::result::Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(writer)
    }
}

impl ToHashValue for String {
    fn write_hash_value<'w>(
        &self,
        writer: ValueWriter<'w>,
    ) -> ::core::result::Result<WrittenValue<'w>, ValueError> {
        self.0.write_hash_value(writer)
    }
}

// A pattern of such a name would be the constant, and no new variable.
const field: u8 = 0;
const key: u8 = 0;
const out: u8 = 0;
const present: u8 = 0;
const value: u8 = 0;
const version: u8 = 0;
const visitor: u8 = 0;

/// Methods named like those that generated code calls, on every type there is.
trait Evil: ::core::marker::Sized {
    fn as_ref(self) {}
    fn assert_flattened(self) {}
    fn assert_nth_flattened(self) {}
    fn begin(self) {}
    fn escape(self) {}
    fn expire_ms(self) {}
    fn field(self) {}
    fn hash_version(self) {}
    fn keep(self) {}
    fn literal(self) {}
    fn persist(self) {}
    fn present(self) {}
    fn segment(self) {}
    fn version(self) {}
    fn versioned(self) {}
    fn visit_hash_fields(self) {}
    fn write_display(self) {}
    fn write_hash_key(self) {}
    fn write_key_segment(self) {}
}
impl<T> Evil for T {}

#[derive(ToRedisHash)]
#[redis_hash(key = "{{shadow:{id}}}", expire = "1h", absent = "keep", rename_all = "UPPERCASE")]
struct Shadowed {
    id: u64,
    option: Option,
    string: String,
    real: ::core::option::Option<&'static str>,
    #[redis_hash(absent = "delete")]
    deleted: ::core::option::Option<::std::string::String>,
    #[redis_hash(rename = "Ok")]
    renamed: bool,
    #[redis_hash(skip)]
    vec: Vec,
}

/// Fields named like everything that the expansion names.
#[derive(ToRedisHash)]
#[redis_hash(key = "{__redis_hash_key}:{__redis_hash_out}")]
struct Ours {
    __redis_hash: u8,
    __redis_hash_key: u8,
    __redis_hash_out: u8,
    __redis_hash_visitor: u8,
    field: u8,
    keep: u8,
    new: u8,
    present: u8,
    segment: u8,
    visitor: u8,
}

/// Lifetimes and parameters named like those of the core.
#[derive(ToRedisHash)]
#[redis_hash(key = "{f}")]
struct Parameters<'f, 'k, 'r, 'w, C, F: ?::core::marker::Sized, K, R, T, V, const N: usize> {
    f: &'f F,
    k: &'k C,
    r: &'r K,
    w: ::core::option::Option<&'w R>,
    t: T,
    v: V,
    n: [u8; N],
}

#[derive(ToRedisHash)]
#[redis_hash(key = "{type}:{fn}")]
struct r#struct {
    r#type: &'static str,
    r#fn: u8,
    #[redis_hash(skip)]
    r#match: Vec,
}

#[derive(ToRedisHash)]
#[redis_hash(key = "größe:{größe}→{名前}", rename_all = "PascalCase")]
struct Größe {
    größe: u8,
    名前: &'static str,
    #[redis_hash(rename = "идентификатор")]
    id: u8,
}

/// Variants named like those of the prelude.
#[derive(ToHashValue, ::redis_hashmap::KeySegment)]
#[redis_hash(rename_all = "lowercase")]
enum Plan {
    Some,
    None,
    #[redis_hash(rename = "fine")]
    Ok,
    r#Try,
}

#[derive(ToHashValue, ::redis_hashmap::KeySegment)]
struct Wrapped<W>(W);

#[derive(ToRedisHash)]
struct Flat<'f, T> {
    text: &'f str,
    deep: ::core::option::Option<T>,
}

mod core_ {
    pub(super) struct Inner {
        pub(super) r#type: (u8, bool),
    }

    pub(super) fn to_hash_value<'w>(
        value: &u8,
        out: ::redis_hashmap::ValueWriter<'w>,
    ) -> ::core::result::Result<::redis_hashmap::WrittenValue<'w>, ::redis_hashmap::ValueError>
    {
        out.display(value)
    }

    pub(super) fn is_zero(value: &u8) -> bool {
        *value == 0
    }
}

/// Every way to be written, and names of ours in each.
#[derive(ToRedisHash)]
#[redis_hash(key = "{{{plan}}}:{inner.type.0}:{__redis_hash_value}", segments = "escape")]
struct Adapted<'a> {
    plan: Plan,
    #[redis_hash(skip)]
    inner: core_::Inner,
    #[redis_hash(display)]
    __redis_hash_value: &'a str,
    #[redis_hash(display, absent = "keep")]
    __redis_hash_out: ::core::option::Option<u8>,
    #[redis_hash(with = "core_")]
    with: u8,
    #[redis_hash(with = "core_", skip_if = "core_::is_zero")]
    skip_if: u8,
    #[redis_hash(skip_if = "core_::is_zero", absent = "keep")]
    unless: u8,
    #[redis_hash(flatten)]
    adapt: Flat<'a, u8>,
    #[redis_hash(flatten(prefix = "names_"))]
    names: Flat<'a, Wrapped<String>>,
}

/// A version, and lifetimes, of fields named like what they expand to.
#[derive(ToRedisHash)]
#[redis_hash(key = "{type}", persist)]
struct Timed<V> {
    #[redis_hash(skip)]
    r#type: u8,
    #[redis_hash(expire = "1s")]
    expire_ms: ::core::option::Option<u8>,
    #[redis_hash(expire = "2s", with = "core_", skip_if = "core_::is_zero")]
    hash_version: u8,
    #[redis_hash(version)]
    __redis_hash_visitor: V,
}

/// Every record of this file, packed.
///
/// # Errors
///
/// None of them has one.
pub fn packed() -> ::core::result::Result<::std::vec::Vec<u8>, ::redis_hashmap::Error> {
    let mut bytes = ::std::vec::Vec::new();
    let shadowed = Shadowed {
        id: 1,
        option: Option(2),
        string: String(3),
        real: ::core::option::Option::None,
        deleted: ::core::option::Option::None,
        renamed: true,
        vec: Vec,
    };
    ToRedisHash::as_hash(&shadowed).encode(&mut bytes)?;
    let ours = Ours {
        __redis_hash: 0,
        __redis_hash_key: 1,
        __redis_hash_out: 2,
        __redis_hash_visitor: 3,
        field: 4,
        keep: 5,
        new: 6,
        present: 7,
        segment: 8,
        visitor: 9,
    };
    ToRedisHash::as_hash(&ours).encode(&mut bytes)?;
    let parameters = Parameters {
        f: "f",
        k: &1_u8,
        r: &2_i64,
        w: ::core::option::Option::Some(&'w'),
        t: true,
        v: 1.5,
        n: *b"abc",
    };
    ToRedisHash::as_hash(&parameters).encode(&mut bytes)?;
    let raw = r#struct { r#type: "t", r#fn: 1, r#match: Vec };
    ToRedisHash::as_hash(&raw).encode(&mut bytes)?;
    let größe = Größe { größe: 1, 名前: "n", id: 2 };
    ToRedisHash::as_hash(&größe).encode(&mut bytes)?;
    let adapted = Adapted {
        plan: Plan::r#Try,
        inner: core_::Inner { r#type: (7, true) },
        __redis_hash_value: "v",
        __redis_hash_out: ::core::option::Option::None,
        with: 1,
        skip_if: 0,
        unless: 0,
        adapt: Flat { text: "a", deep: ::core::option::Option::Some(1) },
        names: Flat { text: "b", deep: ::core::option::Option::Some(Wrapped(String(2))) },
    };
    ToRedisHash::as_hash(&adapted).encode(&mut bytes)?;
    let timed = Timed {
        r#type: 1,
        expire_ms: ::core::option::Option::Some(2),
        hash_version: 3,
        __redis_hash_visitor: 4_u64,
    };
    ToRedisHash::as_hash(&timed).encode(&mut bytes)?;
    let its_key = Adapted::hash_key(Plan::Ok, 7_u8, "v")?;
    bytes.extend_from_slice(its_key.as_str().as_bytes());
    let its_key = r#struct::hash_key("t", 1)?;
    bytes.extend_from_slice(its_key.as_str().as_bytes());
    ::core::result::Result::Ok(bytes)
}
