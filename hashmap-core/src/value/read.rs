//! What a value is read as.

use std::fmt;
use std::str::FromStr;

use redis::Value;

use super::ValueError;

/// A Rust value that can be read from one value of a Redis hash: the other half of
/// [`ToHashValue`](crate::ToHashValue), whose table says which bytes each type has.
///
/// Reading is strict: what was written is read back, and all else is an error that says what the
/// value should have been, and nothing of what it is. A number that is out of the type's range, has a
/// sign or a point too many, or is no number at all, is an error, and so is text that is no UTF-8.
/// What other clients write is read where it means the same:
///
/// | Rust | reads |
/// | --- | --- |
/// | `String`, `Box<str>`, `Rc<str>`, `Arc<str>`; `char` | UTF-8; a `char` is exactly one |
/// | `u8` to `u128`, `i8` to `i128`, `usize`, `isize`, `NonZero<..>` | what a server counts with: decimal, no `+`, no zeros before it, no `-0` |
/// | `f32`, `f64` | any decimal number, with or without an exponent; `inf`, `Infinity`, `NaN` in any case; the nearest float, and an error where that is infinite, or 0 and the number is not |
/// | `bool` | `1`, `0`, `true`, `false` |
/// | `Vec<u8>`, `Box<[u8]>`, `Rc<[u8]>`, `Arc<[u8]>`; `[u8; N]` | bytes as they are; an array wants exactly its length |
/// | `Box<T>`, `Rc<T>`, `Arc<T>`, `Wrapping<T>`, `Saturating<T>` | as `T` |
/// | `Cow<T>` | as the owned `T` |
/// | `Duration` | seconds, with up to nine digits after the point, no exponent |
/// | `SystemTime` | the same, with a `-` before 1970 |
/// | `IpAddr`, `SocketAddr` and those of one version | their text |
/// | `PathBuf`, `Box<Path>`, `Rc<Path>`, `Arc<Path>` | UTF-8 |
/// | [`Option<T>`] | as `T`, or no field at all: see [`FromHashField`] |
/// | an enum of unit variants, a newtype | [derive it](derive@crate::FromHashValue) |
///
/// With a feature of its name:
///
/// | Rust | reads |
/// | --- | --- |
/// | `bytes::Bytes`, `BytesMut` | bytes as they are; `Bytes` without a copy |
/// | `uuid::Uuid` | its text in any case, with hyphens or without, in `{}`, as a URN |
/// | `rust_decimal::Decimal` | a decimal number, with or without an exponent, that it holds exactly, scale and all |
/// | `chrono::DateTime` of `Utc`, `FixedOffset` or `Local`, `jiff::Timestamp`, `time::OffsetDateTime` | RFC 3339 of any offset, up to nine digits after the point or none |
/// | `chrono::NaiveDateTime`, `jiff::civil::DateTime`, `time::PrimitiveDateTime` | the same without the zone |
/// | `chrono::NaiveDate`, `jiff::civil::Date`, `time::Date` | `2026-11-23` |
/// | `chrono::NaiveTime`, `jiff::civil::Time`, `time::Time` | `10:52:32`, up to nine digits after the point |
///
/// # What others write
///
/// Python's `str(True)` and `str(None)`, and JavaScript's `null` and `undefined`, are no `bool` and no
/// number, and an error; as a `String` they are read as the text that they are. A missing value is
/// [no field](FromHashField), and nothing else is one: not an empty value either.
///
/// A number does not say its unit. A `Duration` is read from seconds: where another client writes
/// milliseconds, or the nanoseconds of Go's `time.Duration`, read the integer, or
/// `#[redis_hash(with = "module")]`. A float that is a whole number (`7.0`, `1e3`) is no integer.
///
/// A reply is owned, so `&str` and `&[u8]` cannot be read: read a `String`, which takes over the
/// reply's buffer without a copy.
///
/// ```
/// use redis_hashmap::{FromHashValue, ValueError, ValueReader};
///
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f64);
///
/// impl FromHashValue for Celsius {
///     fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
///         f64::from_hash_value(value).map(Self)
///     }
/// }
///
/// assert_eq!(Celsius::from_hash_value(ValueReader::new("-3.5"))?, Celsius(-3.5));
/// assert!(Celsius::from_hash_value(ValueReader::new("cold")).is_err());
/// # Ok::<(), ValueError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a field of a Redis hash",
    label = "not a string, a number, a `bool` or bytes, owned",
    note = "a field that is read is a `String`, an integer, a float, `bool`, `char`, `Vec<u8>` or `[u8; N]`, or an `Option`, `Box`, `Rc`, `Arc` or `Cow` of one; a reply is owned, so `&str` is read as a `String`",
    note = "to leave this field out of the hash: `#[redis_hash(skip)]`",
    note = "to read it from something else: `#[redis_hash(json)]`, `display`, `with = \"module\"`, `flatten` for a record, or a type of your own with `impl redis_hashmap::FromHashValue`"
)]
pub trait FromHashValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// The bytes are no value of this type. The error says what they should have been, and nothing
    /// of what they are.
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError>;
}

/// The bytes of one value, as the server answered them. Owned: a `String` is these bytes.
///
/// ```
/// use redis_hashmap::{ValueError, ValueReader};
///
/// /// `#[redis_hash(with = "hex")]`
/// mod hex {
///     # use redis_hashmap::{ValueError, ValueReader};
///     pub fn from_hash_value(value: ValueReader) -> Result<u32, ValueError> {
///         u32::from_str_radix(value.text()?, 16).map_err(|_| ValueError::new("is no hexadecimal number"))
///     }
/// }
///
/// assert_eq!(hex::from_hash_value(ValueReader::new("ff"))?, 255);
/// # Ok::<(), ValueError>(())
/// ```
pub struct ValueReader {
    bytes: Vec<u8>,
}

impl ValueReader {
    /// A value of these bytes, for tests of your own types.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into() }
    }

    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, without a copy.
    #[inline]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The text.
    ///
    /// # Errors
    ///
    /// It is not UTF-8.
    #[inline]
    pub fn text(&self) -> Result<&str, ValueError> {
        std::str::from_utf8(&self.bytes).map_err(|_| not_utf8())
    }

    /// The text, without a copy.
    ///
    /// # Errors
    ///
    /// It is not UTF-8.
    #[inline]
    pub fn into_string(self) -> Result<String, ValueError> {
        String::from_utf8(self.bytes).map_err(|_| not_utf8())
    }

    /// The text as `T` reads it. Where it is none, the error says that it is no `what`: an article
    /// and all, as in "a version number".
    ///
    /// # Errors
    ///
    /// It is not UTF-8, or `T` does not take it. (What `T` says is not shown: it may quote the text.)
    #[inline]
    pub fn parse<T: FromStr>(&self, what: &str) -> Result<T, ValueError> {
        self.text()?.parse().map_err(|_| ValueError::not(what))
    }
}

#[cold]
fn not_utf8() -> ValueError {
    ValueError::new("is not UTF-8")
}

impl ValueError {
    /// The value should have been this: `a u8 (0 to 255)`.
    #[cold]
    pub(crate) fn not(what: &str) -> Self {
        Self::new(format!("is not {what}"))
    }
}

/// How long it is; no value is shown.
impl fmt::Debug for ValueReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueReader").field("bytes", &self.bytes.len()).finish()
    }
}

/// What a field of a record that is read may be: a value ([`FromHashValue`]), which must be there,
/// or an `Option` of one, which need not.
///
/// ```
/// use redis_hashmap::FromRedisHash;
///
/// #[derive(FromRedisHash)]
/// struct User {
///     name: String,          // missing: an error that names the struct, the key and the field
///     email: Option<String>, // missing: None
///     #[redis_hash(default)]
///     visits: u64,           // missing: 0
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a field of a Redis hash",
    label = "not a string, a number, a `bool` or bytes, owned",
    note = "a field that is read is a `String`, an integer, a float, `bool`, `char`, `Vec<u8>` or `[u8; N]`, or an `Option`, `Box`, `Rc`, `Arc` or `Cow` of one; a reply is owned, so `&str` is read as a `String`",
    note = "to leave this field out of the hash: `#[redis_hash(skip)]`",
    note = "to read it from something else: `#[redis_hash(json)]`, `display`, `with = \"module\"`, `flatten` for a record, or a type of your own with `impl redis_hashmap::FromHashValue`"
)]
pub trait FromHashField: Sized {
    #[doc(hidden)]
    fn from_hash_field(field: FieldReply<'_>) -> Result<Self, Unread>;
}

#[diagnostic::do_not_recommend]
impl<T: FromHashValue> FromHashField for T {
    #[inline]
    fn from_hash_field(field: FieldReply<'_>) -> Result<Self, Unread> {
        field.required(T::from_hash_value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromHashValue> FromHashField for Option<T> {
    #[inline]
    fn from_hash_field(field: FieldReply<'_>) -> Result<Self, Unread> {
        field.optional(T::from_hash_value)
    }
}

/// One field as the server answered it.
#[derive(Debug)]
pub struct FieldReply<'n> {
    pub(crate) name: &'n str,
    pub(crate) value: Value,
}

impl FieldReply<'_> {
    /// A field that must be there.
    ///
    /// # Errors
    ///
    /// It is missing, or is not what `read` reads.
    #[inline]
    pub fn required<T>(
        self,
        read: impl FnOnce(ValueReader) -> Result<T, ValueError>,
    ) -> Result<T, Unread> {
        match self.value {
            Value::BulkString(bytes) => {
                read(ValueReader { bytes }).map_err(|error| Unread::value(self.name, error))
            }
            value => {
                let name = self.name;
                FieldReply { name, value }.optional(read)?.ok_or_else(|| Unread::missing(name))
            }
        }
    }

    /// A field that need not be there.
    ///
    /// # Errors
    ///
    /// It is not what `read` reads.
    #[inline]
    pub fn optional<T>(
        self,
        read: impl FnOnce(ValueReader) -> Result<T, ValueError>,
    ) -> Result<Option<T>, Unread> {
        let bytes = match self.value {
            Value::Nil => return Ok(None),
            Value::BulkString(bytes) => bytes,
            Value::Attribute { data, .. } => {
                return FieldReply { name: self.name, value: *data }.optional(read);
            }
            other => scalar(other).map_err(|error| Unread::value(self.name, error))?,
        };
        match read(ValueReader { bytes }) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(Unread::value(self.name, error)),
        }
    }

    /// What `read` reads, or, where the field is missing, what `default` answers.
    ///
    /// # Errors
    ///
    /// As `read`.
    #[inline]
    pub fn or<T>(
        self,
        read: impl FnOnce(Self) -> Result<T, Unread>,
        default: impl FnOnce() -> T,
    ) -> Result<T, Unread> {
        if is_nil(&self.value) { Ok(default()) } else { read(self) }
    }
}

/// Whether it is nothing, also where something is said about it.
pub(crate) fn is_nil(value: &Value) -> bool {
    match value {
        Value::Attribute { data, .. } => is_nil(data),
        value => matches!(value, Value::Nil),
    }
}

/// The bytes of what a server has in a hash: strings. The other shapes come from scripts and
/// modules, and have one text each.
#[cold]
pub(crate) fn scalar(value: Value) -> Result<Vec<u8>, ValueError> {
    match value {
        Value::BulkString(bytes) => Ok(bytes),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Ok(text.into_bytes()),
        Value::Okay => Ok(b"OK".to_vec()),
        Value::Int(n) => Ok(itoa::Buffer::new().format(n).as_bytes().to_vec()),
        Value::Boolean(is) => Ok(if is { b"1".to_vec() } else { b"0".to_vec() }),
        Value::Double(x) => Ok(zmij::Buffer::new().format(x).as_bytes().to_vec()),
        Value::Attribute { data, .. } => scalar(*data),
        _ => Err(ValueError::new("is no string, but something that a hash cannot hold")),
    }
}

/// Why a record could not be read: the field, and what is wrong with it.
// Boxed: a result of one word keeps the happy path short.
#[derive(Debug)]
pub struct Unread(pub(crate) Box<(String, Fault)>);

/// What is wrong with a field that could not be read.
#[derive(Debug)]
pub(crate) enum Fault {
    Value(ValueError),
    Missing,
    Undeclared,
}

impl Unread {
    #[cold]
    pub(crate) fn value(name: &str, error: ValueError) -> Self {
        Self(Box::new((name.to_owned(), Fault::Value(error))))
    }

    /// It is not in the hash.
    #[cold]
    pub fn missing(name: &str) -> Self {
        Self(Box::new((name.to_owned(), Fault::Missing)))
    }

    #[cold]
    pub(crate) fn undeclared(name: String) -> Self {
        Self(Box::new((name, Fault::Undeclared)))
    }

    /// Of a field of a flattened record.
    #[cold]
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.0.0.insert_str(0, prefix);
        self
    }
}

/// No variant of an enum has this text.
#[cold]
pub fn none_of(texts: &[&str]) -> ValueError {
    ValueError::not(&format!("one of `{}`", texts.join("`, `")))
}

/// What is read from these bytes, for the tests of each type.
#[cfg(test)]
pub(super) fn read<T: FromHashValue>(bytes: impl AsRef<[u8]>) -> Result<T, String> {
    T::from_hash_value(ValueReader::new(bytes.as_ref())).map_err(|error| error.to_string())
}

/// Why nothing is; and that nobody is shown the bytes.
#[cfg(test)]
pub(super) fn unread<T: FromHashValue + fmt::Debug>(bytes: impl AsRef<[u8]>) -> String {
    use std::error::Error;

    let bytes = bytes.as_ref();
    let error = T::from_hash_value(ValueReader::new(bytes)).expect_err("a value that is not read");
    assert!(error.source().is_none(), "{error:?}");
    // A short one is in any text, and a number may be in that of a range.
    if bytes.len() > 5 && !error.to_string().contains(" to ") {
        let shown = format!("{error:?}");
        assert!(!shown.as_bytes().windows(bytes.len()).any(|part| part == bytes), "{shown}");
    }
    error.to_string()
}

/// What comes back of a value that was written.
#[cfg(test)]
pub(super) fn back<T>(value: &T) -> Result<T, String>
where
    T: crate::ToHashValue + FromHashValue,
{
    read(super::written_bytes(value))
}
