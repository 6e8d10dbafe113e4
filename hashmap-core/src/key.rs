//! Keys built from a template such as `user:{id}`, and what a segment of one may be.

use std::borrow::Cow;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

/// A record that knows its key: derived from `#[redis_hash(key = "user:{id}")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no key template, so nobody knows which hash to write",
    label = "no key for this record",
    note = "give the struct a template, of segments that are strings, integers or `bool`: `#[redis_hash(key = \"user:{{id}}\")]`",
    note = "or give this one write its key: `record.as_hash().key(\"user:1\").write(&mut con)`"
)]
pub trait HashKeyTemplate {
    #[doc(hidden)]
    fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError>;
}

/// What may stand in a key template: integers, `bool`, `char` and strings, also behind `&`, `Box`,
/// `Rc`, `Arc` or `Cow`.
///
/// A segment must name exactly one record. So a string is checked when the key is built, and a
/// write with a bad one answers [`KeyError`] before anything is sent: it may not be empty, and may
/// hold no control character, no brace, and none of the separators of its template (the characters
/// next to a segment that are no letter, digit or `_`: the `:` of `user:{id}`). So two records of
/// one template never share a key, and no id chooses its own cluster slot. Floats, `Option` and bytes are no segments:
/// they have no text, or more than one.
///
/// For a type of your own:
///
/// ```
/// use redis_hashmap::{KeyError, KeySegment, SegmentWriter, ToRedisHash};
///
/// enum Region { Eu, Us }
///
/// impl KeySegment for Region {
///     fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
///         out.text(match self { Region::Eu => "eu", Region::Us => "us" })
///     }
/// }
///
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "shop:{region}:{id}")]
/// struct Shop { #[redis_hash(skip)] region: Region, id: u32 }
///
/// let mut packed = Vec::new();
/// Shop { region: Region::Eu, id: 7 }.as_hash().encode(&mut packed)?;
/// assert_eq!(packed, b"*4\r\n$4\r\nHSET\r\n$9\r\nshop:eu:7\r\n$2\r\nid\r\n$1\r\n7\r\n");
/// # let _ = Region::Us;
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a segment of a key",
    label = "not a string, an integer or a `bool`",
    note = "a segment must have exactly one text: a float has several, an `Option` may have none, bytes need not be text",
    note = "to choose that text: a type of your own with `impl redis_hashmap::KeySegment`"
)]
pub trait KeySegment {
    /// Writes the segment's text.
    ///
    /// # Errors
    ///
    /// [`KeyError`] where the text is refused, as [`SegmentWriter::text`] says.
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError>;
}

/// A key that could not be built from its template. Nothing was sent.
///
/// The segment is named; the text that was in it is not shown.
#[derive(Debug, thiserror::Error)]
#[error("`{record}` has no key: segment `{segment}` of the template \"{template}\" {reason}")]
pub struct KeyError {
    record: &'static str,
    template: &'static str,
    segment: &'static str,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("is empty")]
    Empty,
    #[error("holds a control character ({})", .0.escape_unicode())]
    Control(char),
    #[error("holds a brace `{0}`, which would choose its own cluster slot")]
    Brace(char),
    #[error("holds `{0}`, a separator of the template, and could reach another record's key")]
    Separator(char),
}

impl KeyError {
    /// The struct whose key it was to be.
    pub fn record(&self) -> &str {
        self.record
    }

    /// The key template.
    pub fn template(&self) -> &str {
        self.template
    }

    /// The segment at fault, as the template names it.
    pub fn segment(&self) -> &str {
        self.segment
    }
}

/// Takes the parts of one key, in the order of its template.
#[derive(Debug)]
pub struct KeyWriter<'k> {
    out: &'k mut Vec<u8>,
    template: &'static KeyTemplate,
}

/// What the derive knows of a template.
#[derive(Debug)]
pub struct KeyTemplate {
    record: &'static str,
    text: &'static str,
    separators: &'static str,
}

impl KeyTemplate {
    /// `separators`: each character once that is next to a segment and no letter, digit or `_`.
    pub const fn new(record: &'static str, text: &'static str, separators: &'static str) -> Self {
        Self { record, text, separators }
    }
}

impl<'k> KeyWriter<'k> {
    pub(crate) fn new(out: &'k mut Vec<u8>) -> Self {
        static GIVEN: KeyTemplate = KeyTemplate::new("", "", "");
        Self { out, template: &GIVEN }
    }

    /// Says whose key this is, before its first part.
    #[inline]
    pub fn begin(&mut self, template: &'static KeyTemplate) {
        self.template = template;
    }

    /// Bytes that need no check.
    #[inline]
    pub fn literal(&mut self, bytes: impl AsRef<[u8]>) {
        self.out.extend_from_slice(bytes.as_ref());
    }

    /// One checked segment.
    ///
    /// # Errors
    ///
    /// As [`KeySegment`] says.
    #[inline]
    pub fn segment(
        &mut self,
        name: &'static str,
        write: impl FnOnce(SegmentWriter<'_>) -> Result<(), KeyError>,
    ) -> Result<(), KeyError> {
        let start = self.out.len();
        write(SegmentWriter { out: self.out, template: self.template, name })?;
        if self.out.len() == start {
            return Err(self.template.refuse(name, Reason::Empty));
        }
        Ok(())
    }
}

impl KeyTemplate {
    #[cold]
    fn refuse(&self, segment: &'static str, reason: Reason) -> KeyError {
        KeyError { record: self.record, template: self.text, segment, reason }
    }
}

/// Takes the text of one segment of a key, and checks it. Every method consumes it.
#[derive(Debug)]
pub struct SegmentWriter<'k> {
    out: &'k mut Vec<u8>,
    template: &'static KeyTemplate,
    name: &'static str,
}

impl SegmentWriter<'_> {
    /// Writes a checked text.
    ///
    /// # Errors
    ///
    /// The text is empty, or holds a control character, a brace, or a separator of the template.
    #[inline]
    pub fn text(self, text: &str) -> Result<(), KeyError> {
        let separators = self.template.separators.as_bytes();
        let plain = |byte: &u8| {
            matches!(byte, 0x20..0x7f) && !matches!(byte, b'{' | b'}') && !separators.contains(byte)
        };
        if !text.as_bytes().iter().all(plain) {
            self.look_closer(text)?;
        }
        // An empty text is refused where every segment is, in `KeyWriter::segment`.
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// The slow road, for the texts with a character that is refused, or not ASCII.
    fn look_closer(&self, text: &str) -> Result<(), KeyError> {
        for c in text.chars() {
            let reason = match c {
                '{' | '}' => Reason::Brace(c),
                c if c.is_control() => Reason::Control(c),
                c if self.template.separators.contains(c) => Reason::Separator(c),
                _ => continue,
            };
            return Err(self.template.refuse(self.name, reason));
        }
        Ok(())
    }

    /// Writes a number, which no template can take for anything else: a `-` can only be its sign.
    #[inline]
    fn integer(self, n: impl itoa::Integer) {
        self.out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
    }
}

macro_rules! integer_segment {
    ($($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeySegment for $integer {
            #[inline]
            fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                out.integer(*self);
                Ok(())
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeySegment for NonZero<$integer> {
            #[inline]
            fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                self.get().write_key_segment(out)
            }
        }
    )*};
}

integer_segment! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

#[diagnostic::do_not_recommend]
impl KeySegment for bool {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(if *self { "1" } else { "0" })
    }
}

#[diagnostic::do_not_recommend]
impl KeySegment for char {
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self.encode_utf8(&mut [0; 4]))
    }
}

#[diagnostic::do_not_recommend]
impl KeySegment for str {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self)
    }
}

#[diagnostic::do_not_recommend]
impl KeySegment for String {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        out.text(self)
    }
}

macro_rules! pointer_segment {
    ($($pointer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: KeySegment + ?Sized> KeySegment for $pointer {
            #[inline]
            fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
                T::write_key_segment(self, out)
            }
        }
    )*};
}

pointer_segment! { &T Box<T> Rc<T> Arc<T> }

#[diagnostic::do_not_recommend]
impl<T: KeySegment + ToOwned + ?Sized> KeySegment for Cow<'_, T> {
    #[inline]
    fn write_key_segment(&self, out: SegmentWriter<'_>) -> Result<(), KeyError> {
        T::write_key_segment(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static USER: KeyTemplate = KeyTemplate::new("User", "a→user:{id}", "→:");

    fn key(segment: &(impl KeySegment + ?Sized)) -> Result<String, String> {
        let mut out = Vec::new();
        let mut writer = KeyWriter::new(&mut out);
        writer.begin(&USER);
        writer.literal("user:");
        writer
            .segment("id", |out| segment.write_key_segment(out))
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn segments() {
        assert_eq!(key(&-5_i64).unwrap(), "user:-5");
        assert_eq!(key(&u128::MAX).unwrap(), format!("user:{}", u128::MAX));
        assert_eq!(key(&true).unwrap(), "user:1");
        assert_eq!(key(&'é').unwrap(), "user:é");
        assert_eq!(key("a b*\u{200f}🦀").unwrap(), "user:a b*\u{200f}🦀");
        assert_eq!(key(&Cow::Borrowed("x")).unwrap(), "user:x");
        assert_eq!(key(&Box::new(Arc::new("x".to_owned()))).unwrap(), "user:x");
    }

    #[test]
    fn refused_segments_say_which_and_why_and_not_what() {
        let message = |why| {
            format!("`User` has no key: segment `id` of the template \"a→user:{{id}}\" {why}")
        };
        for (segment, why) in [
            ("", "is empty"),
            ("secret\n", "holds a control character (\\u{a})"),
            ("secret\u{7f}", "holds a control character (\\u{7f})"),
            ("secret\u{85}", "holds a control character (\\u{85})"),
            ("{secret", "holds a brace `{`, which would choose its own cluster slot"),
            ("secret}", "holds a brace `}`, which would choose its own cluster slot"),
            (
                "se:cret",
                "holds `:`, a separator of the template, and could reach another record's key",
            ),
            (
                "se→cret",
                "holds `→`, a separator of the template, and could reach another record's key",
            ),
        ] {
            assert_eq!(key(segment).unwrap_err(), message(why));
        }
    }
}
