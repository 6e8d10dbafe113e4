//! Keys built from a template such as `user:{id}`, and what a segment of one may be.

mod arg;
mod error;
mod given;
mod pattern;
mod segment;

use std::fmt;

use crate::sink::Room;

use error::Reason;

pub use arg::SegmentArg;
pub use error::KeyError;
pub use given::KeyArg;
pub use pattern::{HashKeyPattern, is_read};

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

#[diagnostic::do_not_recommend]
impl<R: HashKeyTemplate + ?Sized> HashKeyTemplate for &R {
    fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
        (**self).write_hash_key(key)
    }
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

/// A key that was built from a template: `User::hash_key(42)?`.
///
/// It goes wherever a key goes: to [`HashWrite::key`](crate::HashWrite::key), and to every command
/// of the `redis` crate.
///
/// ```
/// # use redis_hashmap::ToRedisHash;
/// #[derive(ToRedisHash)]
/// #[redis_hash(key = "order:{shop}:{number}")]
/// struct Order { shop: String, number: u64 }
///
/// let key = Order::hash_key("eu", 7)?;
/// assert_eq!(key.as_str(), "order:eu:7");
/// assert!(Order::hash_key("e:u", 7).is_err());
/// redis::cmd("EXISTS").arg(&key);
/// # Ok::<(), redis_hashmap::KeyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HashKey(String);

impl HashKey {
    /// Builds a key; the derive's `hash_key` calls it. `segments`: the literal before each one,
    /// its name and its argument; `end`: the literal after the last.
    #[doc(hidden)]
    pub fn build(
        template: &'static KeyTemplate,
        segments: &[(&'static str, &'static str, &dyn KeySegment)],
        end: &'static str,
    ) -> Result<Self, KeyError> {
        let mut bytes = Vec::new();
        let mut key = KeyWriter::new(Room::behind(&mut bytes));
        key.begin(template);
        for (before, name, segment) in segments {
            segment.write_key_segment(key.segment(before, name))?;
        }
        key.literal(end);
        key.finish()?.close();
        // Every part of a template's key is text.
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// One that a server has, and that fits its template.
    pub(crate) fn found(key: Vec<u8>) -> Option<Self> {
        String::from_utf8(key).ok().map(Self)
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for HashKey {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<HashKey> for String {
    fn from(key: HashKey) -> Self {
        key.0
    }
}

impl redis::ToRedisArgs for HashKey {
    fn write_redis_args<W: redis::RedisWrite + ?Sized>(&self, out: &mut W) {
        out.write_arg(self.0.as_bytes());
    }
}

impl redis::ToSingleRedisArg for HashKey {}

/// Takes the parts of one key, in the order of its template.
#[derive(Debug)]
pub struct KeyWriter<'k> {
    room: Room<'k>,
    template: &'static KeyTemplate,
    /// The segment written last: its name, and where it begins.
    segment: (&'static str, usize),
    empty: Option<&'static str>,
}

/// What the derive knows of a template.
#[derive(Debug)]
pub struct KeyTemplate {
    record: &'static str,
    text: &'static str,
    separators: &'static str,
    escape: bool,
    /// For reading a key: the literal before each segment, and its name; the literal after the last.
    segments: &'static [(&'static str, &'static str)],
    end: &'static str,
}

impl KeyTemplate {
    /// `separators`: each character once that is next to a segment and no letter, digit or `_`.
    pub const fn new(record: &'static str, text: &'static str, separators: &'static str) -> Self {
        Self { record, text, separators, escape: false, segments: &[], end: "" }
    }

    /// `#[redis_hash(segments = "escape")]`.
    #[must_use]
    pub const fn escape(self) -> Self {
        Self { escape: true, ..self }
    }

    /// Its parts, for whoever reads keys: the literal before each segment, and the segment's name;
    /// the literal after the last.
    #[must_use]
    pub const fn parts(
        self,
        segments: &'static [(&'static str, &'static str)],
        end: &'static str,
    ) -> Self {
        Self { segments, end, ..self }
    }

    /// The reason to refuse this character, if there is one.
    fn refuses(&self, c: char) -> Option<Reason> {
        match c {
            '{' | '}' => Some(Reason::Brace(c)),
            c if c.is_control() => Some(Reason::Control(c)),
            c if self.separators.contains(c) => Some(Reason::Separator(c)),
            _ => None,
        }
    }
}

impl<'k> KeyWriter<'k> {
    #[inline]
    pub(crate) fn new(room: Room<'k>) -> Self {
        static GIVEN: KeyTemplate = KeyTemplate::new("", "", "");
        Self { room, template: &GIVEN, segment: ("", usize::MAX), empty: None }
    }

    /// Says whose key this is, before its first part.
    #[inline]
    pub fn begin(&mut self, template: &'static KeyTemplate) {
        self.template = template;
    }

    /// Bytes that need no check.
    #[inline]
    pub fn literal(&mut self, bytes: impl AsRef<[u8]>) {
        self.settle();
        self.room.then(|room| room.put(bytes.as_ref()));
    }

    /// The literal before a segment, and the writer of that one.
    #[inline]
    pub fn segment(&mut self, before: &'static str, name: &'static str) -> SegmentWriter<'_> {
        self.settle();
        self.room.then(|room| room.put(before.as_bytes()));
        self.segment = (name, self.room.end());
        let (room, end) = self.room.lend();
        SegmentWriter { room, end, template: self.template, name }
    }

    /// Looks whether the segment before is empty, which is known only once it is over.
    #[inline]
    fn settle(&mut self) {
        let (name, start) = std::mem::replace(&mut self.segment, ("", usize::MAX));
        if start == self.room.end() {
            self.empty.get_or_insert(name);
        }
    }

    /// The key of two records that must have one.
    pub(crate) fn same_of<R>(&mut self, after: &R, before: &R) -> Result<(), KeyError>
    where
        R: HashKeyTemplate + ?Sized,
    {
        let key = |record: &R| {
            let mut key = Vec::new();
            let mut writer = KeyWriter::new(Room::behind(&mut key));
            record.write_hash_key(&mut writer)?;
            writer.finish()?.close();
            Ok(key)
        };
        let is_same = key(after)? == key(before)?;
        after.write_hash_key(self)?;
        if is_same { Ok(()) } else { Err(self.template.refuse("", Reason::Moved)) }
    }

    /// After the last part.
    #[inline]
    pub(crate) fn finish(mut self) -> Result<Room<'k>, KeyError> {
        self.settle();
        match self.empty {
            None => Ok(self.room),
            Some(name) => Err(self.template.refuse(name, Reason::Empty)),
        }
    }
}

impl KeyTemplate {
    #[cold]
    fn refuse(&self, segment: &'static str, reason: Reason) -> KeyError {
        KeyError::new(self.record, self.text, segment, reason)
    }
}

/// Takes the text of one segment of a key, and checks it. Every method consumes it.
#[derive(Debug)]
pub struct SegmentWriter<'k> {
    room: Room<'k>,
    /// Where the key's writer takes over again.
    end: &'k mut usize,
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
            matches!(byte, 0x20..0x7f)
                && !matches!(byte, b'{' | b'}' | b'%')
                && !separators.contains(byte)
        };
        // An empty text is refused where every segment is, in `KeyWriter::finish`.
        if text.as_bytes().iter().all(plain) {
            self.put(text);
            return Ok(());
        }
        self.look_closer(text)
    }

    /// The slow road, for the texts with a character that is refused, or not ASCII.
    #[cold]
    fn look_closer(self, text: &str) -> Result<(), KeyError> {
        let mut room = self.room;
        for c in text.chars() {
            let bytes = &mut [0; 4];
            let bytes = c.encode_utf8(bytes).as_bytes();
            match self.template.refuses(c) {
                None if c != '%' || !self.template.escape => room = room.put(bytes),
                Some(reason) if !self.template.escape => {
                    return Err(self.template.refuse(self.name, reason));
                }
                _ => bytes.iter().for_each(|byte| {
                    let [high, low] =
                        [byte >> 4, byte & 15].map(|n| b"0123456789ABCDEF"[usize::from(n)]);
                    room.then(|room| room.put(&[b'%', high, low]));
                }),
            }
        }
        *self.end = room.end();
        Ok(())
    }

    #[inline]
    fn put(self, text: &str) {
        *self.end = self.room.put(text.as_bytes()).end();
    }

    /// Writes a text that is made of letters, digits and `-` in fixed places.
    #[inline]
    pub(crate) fn fixed(self, text: &str) {
        self.put(text);
    }

    /// Writes a number, which no template can take for anything else: a `-` can only be its sign.
    #[inline]
    fn integer(self, negative: bool, magnitude: u64) {
        *self.end = self.room.digits(negative, magnitude).end();
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::sync::Arc;

    use super::*;

    static USER: KeyTemplate = KeyTemplate::new("User", "a→user:{id}", "→:");

    fn key(segment: &(impl KeySegment + ?Sized)) -> Result<String, String> {
        let mut out = Vec::new();
        let mut writer = KeyWriter::new(Room::behind(&mut out));
        writer.begin(&USER);
        segment
            .write_key_segment(writer.segment("user:", "id"))
            .and_then(|()| writer.finish().map(Room::close))
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
    fn escaped_segments_are_refused_nothing_but_emptiness() {
        static ESCAPED: KeyTemplate = KeyTemplate::new("User", "a→user:{id}", "→:").escape();
        let key = |segment: &str| HashKey::build(&ESCAPED, &[("", "id", &segment)], "");
        for (segment, escaped) in [
            ("plain", "plain"),
            ("a:b", "a%3Ab"),
            ("{x}", "%7Bx%7D"),
            ("100%", "100%25"),
            ("a\n\u{85}é→", "a%0A%C2%85é%E2%86%92"),
        ] {
            assert_eq!(key(segment).unwrap().as_str(), escaped);
        }
        assert!(key("").unwrap_err().to_string().ends_with("is empty"));
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
