//! What one field's value may be, the bytes it becomes, and what it is read from.

pub(crate) mod adapter;
mod bytes;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod calendar;
mod duration;
mod net;
mod number;
pub(crate) mod read;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
mod text;
#[cfg(feature = "uuid")]
mod uuid;
mod wrapper;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use crate::sink::{self, Room};

pub use read::{FromHashField, FromHashValue, ValueReader};

/// A Rust value that is one value of a Redis hash: exactly one bulk string.
///
/// [`FromHashValue`] is the other half. What it reads of these bytes is the value that was written,
/// of every type that is owned: floats bit for bit, and a `NaN` as a `NaN`.
///
/// | Rust | bytes | example |
/// | --- | --- | --- |
/// | `str`, `String`, `char` | UTF-8 | `Ada` |
/// | `u8` to `u128`, `i8` to `i128`, `usize`, `isize`, `NonZero<..>` | decimal | `-42` |
/// | `f32`, `f64` | the shortest text that reads back to the same bits (of `NaN`, to a `NaN`), a whole number with `.0`, as [`ryu`](https://docs.rs/ryu) writes it | `1.5`, `1e21`, `NaN`, `inf`, `-inf` |
/// | `bool` | `1` or `0` | `1` |
/// | `[u8]`, `Vec<u8>`, `[u8; N]` | as they are, binary-safe | |
/// | `&T`, `Box<T>`, `Rc<T>`, `Arc<T>`, `Cow<T>` | those of `T` | |
/// | `Wrapping<T>`, `Saturating<T>` | those of `T` | |
/// | `Duration` | seconds, with as many digits after the point as it takes | `90`, `1.5`, `0.000000001` |
/// | `SystemTime` | seconds since 1970, the same way | `1795431152.25`, `-1` |
/// | `IpAddr`, `SocketAddr` and those of one version | as displayed | `::1`, `127.0.0.1:80` |
/// | `Path`, `PathBuf` | UTF-8; another path is an error | `/etc/hosts` |
/// | [`Option<T>`] | those of `T`, or no field at all: see [`ToHashField`] | |
/// | an enum of unit variants, a newtype | the variant's name, the value within: [derive it](derive@crate::ToHashValue) | `team-annual` |
///
/// With a feature of its name:
///
/// | Rust | bytes | example |
/// | --- | --- | --- |
/// | `bytes::Bytes`, `BytesMut` | as they are | |
/// | `uuid::Uuid` | hyphenated, lower case | `67e55044-10b1-426f-9247-bb680e5fe0c8` |
/// | `rust_decimal::Decimal` | its text, scale and all | `1.10` |
/// | `chrono::DateTime<Tz>`, `jiff::Timestamp`, `time::OffsetDateTime` | RFC 3339 in UTC, nine digits after the point | `2026-11-23T10:52:32.000000000Z` |
/// | `chrono::NaiveDateTime`, `jiff::civil::DateTime`, `time::PrimitiveDateTime` | the same without the zone | `2026-11-23T10:52:32.000000000` |
/// | `chrono::NaiveDate`, `jiff::civil::Date`, `time::Date` | | `2026-11-23` |
/// | `chrono::NaiveTime`, `jiff::civil::Time`, `time::Time` | | `10:52:32.000000000` |
///
/// The texts of times sort as the times do. A year that is not between 0 and 9999 is an error.
///
/// Numbers, booleans and strings are written as the `redis` crate writes them, so what it wrote
/// before and what is written now are the same bytes. (It writes a `Uuid` as 16 bytes: there this
/// differs.) Seconds, and not milliseconds, because milliseconds lose what a `Duration` holds, and
/// because servers speak of seconds themselves. All else does not compile: a `Vec<u16>`, a nested
/// struct or a map has no one text that everybody would agree on. Such a field can be written as
/// [JSON, by its `Display`, by a function of yours, or flattened](derive@crate::ToRedisHash).
///
/// # Your own types
///
/// ```
/// use redis_hashmap::{ToHashValue, ToRedisHash, ValueError, ValueWriter, WrittenValue};
///
/// struct Celsius(f64);
///
/// impl ToHashValue for Celsius {
///     fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
///         self.0.write_hash_value(out)
///     }
/// }
///
/// #[derive(ToRedisHash)]
/// struct Reading { outside: Celsius, inside: Option<Celsius> }
///
/// let mut packed = Vec::new();
/// Reading { outside: Celsius(-3.5), inside: None }
///     .as_hash().key("reading:1").absent(redis_hashmap::Absent::Keep).encode(&mut packed)?;
/// assert_eq!(packed, b"*4\r\n$4\r\nHSET\r\n$9\r\nreading:1\r\n$7\r\noutside\r\n$4\r\n-3.5\r\n");
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
///
/// The writer is consumed and gives back a proof, so an implementation that writes nothing, or
/// two values, does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a Redis hash",
    label = "not a string, a number, a `bool` or bytes",
    note = "a field is a string, an integer, a float, `bool`, `char`, `Vec<u8>` or `[u8; N]`, or an `Option`, `&`, `Box`, `Rc`, `Arc` or `Cow` of one",
    note = "to leave this field out of the hash: `#[redis_hash(skip)]`",
    note = "to write it as something else: `#[redis_hash(json)]`, `display`, `with = \"module\"`, `flatten` for a record, or a type of your own with `impl redis_hashmap::ToHashValue`"
)]
pub trait ToHashValue {
    /// Writes the value, exactly once.
    ///
    /// # Errors
    ///
    /// Whatever makes the value impossible to write; nothing is sent then.
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>;

    /// The very bytes that [`write_hash_value`](Self::write_hash_value) writes, where they are at hand.
    #[doc(hidden)]
    fn as_hash_bytes(&self) -> Option<&[u8]> {
        None
    }
}

/// What a field of a record may be: a value ([`ToHashValue`]), or an `Option` of one.
///
/// `None` is *absent*: it is never an empty string in the hash, nor `"null"`. What a write does
/// with an absent field is its policy, [`Absent`](crate::Absent): by default the field is deleted
/// from the hash, in the same atomic write; with `#[redis_hash(absent = "keep")]` the hash keeps
/// what it has.
///
/// ```
/// use redis_hashmap::ToRedisHash;
///
/// #[derive(ToRedisHash)]
/// struct User { name: &'static str, email: Option<String>, #[redis_hash(absent = "keep")] seen: Option<u64> }
///
/// let mut packed = Vec::new();
/// let replies = User { name: "Ada", email: None, seen: None }.as_hash().key("u").encode(&mut packed)?;
/// assert_eq!(replies, 4); // MULTI, HSET u name Ada, HDEL u email, EXEC
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a Redis hash",
    label = "not a string, a number, a `bool` or bytes",
    note = "a field is a string, an integer, a float, `bool`, `char`, `Vec<u8>` or `[u8; N]`, or an `Option`, `&`, `Box`, `Rc`, `Arc` or `Cow` of one",
    note = "to leave this field out of the hash: `#[redis_hash(skip)]`",
    note = "to write it as something else: `#[redis_hash(json)]`, `display`, `with = \"module\"`, `flatten` for a record, or a type of your own with `impl redis_hashmap::ToHashValue`"
)]
pub trait ToHashField {
    /// The value, where there is one.
    type Value: ToHashValue + ?Sized;

    /// The value of this field now, or `None` where it is absent.
    fn present(&self) -> Option<&Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<T: ToHashValue + ?Sized> ToHashField for T {
    type Value = T;

    #[inline]
    fn present(&self) -> Option<&T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ToHashValue> ToHashField for Option<T> {
    type Value = T;

    #[inline]
    fn present(&self) -> Option<&T> {
        self.as_ref()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ToHashValue> ToHashField for &Option<T> {
    type Value = T;

    #[inline]
    fn present(&self) -> Option<&T> {
        self.as_ref()
    }
}

/// Takes the bytes of one value. Every method consumes it.
///
/// ```
/// use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};
///
/// struct Mac([u8; 6]);
///
/// impl ToHashValue for Mac {
///     fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
///         if self.0 == [0; 6] {
///             return Err(ValueError::new("the address of no device"));
///         }
///         out.bytes(&self.0)
///     }
/// }
/// ```
#[derive(Debug)]
pub struct ValueWriter<'w> {
    room: Room<'w>,
}

/// The proof that one value was written, made only by [`ValueWriter`].
///
/// Its lifetime is that of the writer it came from, invariant: the proof of another writer does
/// not type-check in its place.
#[derive(Debug)]
#[must_use = "return it from `write_hash_value`"]
pub struct WrittenValue<'w>(usize, PhantomData<fn(&'w ()) -> &'w ()>);

impl WrittenValue<'_> {
    /// Where the value ends.
    #[inline]
    pub(crate) fn end(&self) -> usize {
        self.0
    }
}

/// No function of the type, which its error would point to.
#[inline]
fn proof<'w>(room: &Room<'w>) -> WrittenValue<'w> {
    WrittenValue(room.end(), PhantomData)
}

impl<'w> ValueWriter<'w> {
    #[inline]
    pub(crate) fn new(room: Room<'w>) -> Self {
        Self { room }
    }

    /// Writes these bytes as the value.
    ///
    /// # Errors
    ///
    /// More than 512 MiB, which servers answer by closing the connection (`proto-max-bulk-len`).
    #[inline]
    pub fn bytes(self, bytes: &[u8]) -> Result<WrittenValue<'w>, ValueError> {
        if bytes.len() > sink::MAX_BULK {
            return Err(ValueError::too_long());
        }
        Ok(proof(&self.room.bulk(bytes)))
    }

    /// Writes what `value` displays, straight into the buffer.
    ///
    /// ```
    /// # use redis_hashmap::{ToHashValue, ValueError, ValueWriter, WrittenValue};
    /// struct Version { major: u32, minor: u32 }
    ///
    /// impl ToHashValue for Version {
    ///     fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
    ///         out.display(format_args!("{}.{}", self.major, self.minor))
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// More than 512 MiB, or a `Display` that fails.
    pub fn display(self, value: impl fmt::Display) -> Result<WrittenValue<'w>, ValueError> {
        struct Text<'a>(&'a mut Vec<u8>, usize);
        impl fmt::Write for Text<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.1 += text.len();
                if self.1 > sink::MAX_BULK {
                    return Err(fmt::Error);
                }
                self.0.extend_from_slice(text.as_bytes());
                Ok(())
            }
        }
        self.fill(|out| {
            let mut text = Text(out, 0);
            write!(text, "{value}").map_err(|fmt::Error| {
                if text.1 > sink::MAX_BULK {
                    ValueError::too_long()
                } else {
                    ValueError::new("its `Display` answered an error")
                }
            })
        })
    }

    /// Writes what `fill` appends.
    pub(crate) fn fill(
        self,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), ValueError>,
    ) -> Result<WrittenValue<'w>, ValueError> {
        let (room, written) = self.room.bulk_with(|room| room.extend(fill))?;
        if written.len() > sink::MAX_BULK {
            return Err(ValueError::too_long());
        }
        Ok(proof(&room))
    }

    /// Writes a decimal number.
    #[inline]
    pub(crate) fn decimal(self, negative: bool, magnitude: u64) -> WrittenValue<'w> {
        proof(&self.room.decimal(negative, magnitude))
    }

    /// Writes so many millionths.
    #[inline]
    pub(crate) fn millionths(self, negative: bool, n: u64) -> WrittenValue<'w> {
        proof(&self.room.millionths(negative, n))
    }

    /// Writes a short value of known bytes, header and all: `$1\r\n1\r\n`.
    #[inline]
    pub(crate) fn packed<const N: usize>(self, packed: &[u8; N]) -> WrittenValue<'w> {
        proof(&self.room.put(packed))
    }
}

/// Appends one value to a buffer.
pub(crate) fn append(
    value: &(impl ToHashValue + ?Sized),
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    append_with(out, |writer| value.write_hash_value(writer))
}

/// The same of what writes one.
pub(crate) fn append_with(
    out: &mut Vec<u8>,
    write: impl for<'w> FnOnce(ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>,
) -> Result<(), ValueError> {
    let mut room = Room::behind(out);
    let (lent, end) = room.lend();
    let written = write(ValueWriter::new(lent)).map(|proof| *end = proof.end());
    room.close();
    written
}

/// Why a value could not be written, or not be read. Says nothing of the value itself.
#[derive(Debug)]
pub struct ValueError(
    // Boxed: a result of one word keeps the encoders' happy path short.
    Box<Reason>,
);

#[derive(Debug)]
struct Reason {
    why: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ValueError {
    /// An error of your own [`ToHashValue`] or [`FromHashValue`]. It goes on where "cannot be
    /// written: " or "cannot be read: it " left off.
    ///
    /// The reason is shown in messages and logs: leave the value out of it.
    #[cold]
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Reason { why: reason.into(), source: None }))
    }

    /// The same, with the error beneath, which is the [`source`](Error::source). It is shown with
    /// the chain: the value should not be in it either.
    #[cold]
    pub fn caused(
        reason: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self(Box::new(Reason { why: reason.into(), source: Some(source.into()) }))
    }

    #[cold]
    pub(crate) fn too_long() -> Self {
        Self::new("longer than 512 MiB, the most that a server takes in one value")
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.why)
    }
}

impl Error for ValueError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The value that was written, for the tests of each type.
#[cfg(test)]
fn written_bytes(value: &(impl ToHashValue + ?Sized)) -> Vec<u8> {
    let mut out = Vec::new();
    append(value, &mut out).unwrap();
    let header = out.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let value = out[header..].strip_suffix(b"\r\n").unwrap().to_vec();
    assert_eq!(out[..header], *format!("${}\r\n", value.len()).as_bytes());
    value
}

/// The same, where it is text.
#[cfg(test)]
fn written(value: &(impl ToHashValue + ?Sized)) -> String {
    String::from_utf8(written_bytes(value)).unwrap()
}

/// Why it was not.
#[cfg(test)]
fn refused(value: &(impl ToHashValue + ?Sized)) -> String {
    append(value, &mut Vec::new()).unwrap_err().to_string()
}
