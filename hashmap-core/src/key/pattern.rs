//! A template read backwards: the segments of a key.

use std::borrow::Cow;

use super::KeyTemplate;
use crate::value::{ValueError, ValueReader};

/// A record whose keys can be found again: derived with `FromRedisHash` from
/// `#[redis_hash(key = "user:{id}")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no key template, so nobody knows which keys are its",
    label = "no key for this record",
    note = "give the struct a template: `#[redis_hash(key = \"user:{{id}}\")]`"
)]
pub trait HashKeyPattern {
    #[doc(hidden)]
    const TEMPLATE: &'static KeyTemplate;

    /// Whether the text of each segment, in the order of the template, is one of its field's type.
    #[doc(hidden)]
    fn fits(segments: &[Cow<'_, str>]) -> bool;
}

/// Whether `read` reads this segment.
pub fn is_read<T>(
    segments: &[Cow<'_, str>],
    at: usize,
    read: impl FnOnce(ValueReader) -> Result<T, ValueError>,
) -> bool {
    segments.get(at).is_some_and(|text| read(ValueReader::new(text.as_bytes())).is_ok())
}

impl KeyTemplate {
    /// The text of each segment, in the order of the template; `None` where the key is none of this
    /// template.
    ///
    /// It has one reading. A segment is not empty and holds no separator (but for the sign of a
    /// number, its first character) and no brace, and the literal between two segments begins or ends
    /// with one: so the first of them after a segment's first character is where the segment ends.
    pub(crate) fn segments<'k>(&self, key: &'k [u8]) -> Option<Vec<Cow<'k, str>>> {
        let mut rest = std::str::from_utf8(key).ok()?;
        let mut texts: Vec<Cow<'k, str>> = Vec::with_capacity(self.segments.len());
        let (first, _) = self.segments.first().copied().unwrap_or((self.end, ""));
        rest = rest.strip_prefix(first)?;
        for (i, (_, name)) in self.segments.iter().enumerate() {
            let (literal, is_last) = match self.segments.get(i + 1) {
                Some((before, _)) => (*before, false),
                None => (self.end, true),
            };
            let text;
            (text, rest) = self.split(rest, literal, is_last)?;
            let text = if self.escape { unescape(text)? } else { Cow::Borrowed(text) };
            let twin = self.segments[..i].iter().position(|(_, earlier)| earlier == name);
            if twin.is_some_and(|twin| texts[twin] != text) {
                return None;
            }
            texts.push(text);
        }
        rest.is_empty().then_some(texts)
    }

    /// One segment of the key.
    pub(crate) fn segment_of<'k>(&self, key: &'k [u8], name: &str) -> Option<Cow<'k, str>> {
        let at = self.segments.iter().position(|(_, known)| *known == name)?;
        self.segments(key).map(|mut texts| texts.swap_remove(at))
    }

    /// A segment, and what is after the literal that follows it.
    fn split<'k>(&self, text: &'k str, literal: &str, is_last: bool) -> Option<(&'k str, &'k str)> {
        let ends = |c: char| matches!(c, '{' | '}') || self.separators.contains(c);
        let first = text.chars().next()?;
        let barrier = text[first.len_utf8()..].find(ends).map(|at| at + first.len_utf8());
        let end = match (literal.find(ends), barrier) {
            // The literal's own first separator is the first in the text.
            (Some(before), Some(barrier)) => barrier.checked_sub(before)?,
            (None, None) if is_last => text.len().checked_sub(literal.len())?,
            _ => return None,
        };
        let (segment, after) = text.split_at_checked(end)?;
        let is_fit = !segment.is_empty()
            && !segment.chars().any(char::is_control)
            && (first == '-' || !ends(first));
        is_fit.then_some((segment, after.strip_prefix(literal)?))
    }

    /// The pattern of `SCAN` that every key of the template fits.
    pub(crate) fn glob(&self) -> String {
        let mut glob = String::new();
        let literal = |text: &str, glob: &mut String| {
            for c in text.chars() {
                if matches!(c, '*' | '?' | '[' | ']' | '\\' | '^' | '-') {
                    glob.push('\\');
                }
                glob.push(c);
            }
        };
        for (before, _) in self.segments {
            literal(before, &mut glob);
            glob.push('*');
        }
        literal(self.end, &mut glob);
        glob
    }
}

/// The text of an escaped segment.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(text.into());
    }
    let hex = |byte: Option<u8>| match byte? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next())? << 4 | hex(rest.next())?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HashKey;
    use crate::key::KeySegment;

    fn segments(template: &'static KeyTemplate, key: &str) -> Option<Vec<String>> {
        let texts = template.segments(key.as_bytes())?;
        Some(texts.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn keys_and_their_segments() {
        static USER: KeyTemplate =
            KeyTemplate::new("User", "user:{id}", ":").parts(&[("user:", "id")], "");
        static ORDER: KeyTemplate = KeyTemplate::new("Order", "{{o-{shop}x:{n}}}_z", "-:")
            .parts(&[("{o-", "shop"), ("x:", "n")], "}_z");
        static TWICE: KeyTemplate = KeyTemplate::new("Twice", "{a}:{b}:{a}", ":")
            .parts(&[("", "a"), (":", "b"), (":", "a")], "");
        static PLAIN: KeyTemplate =
            KeyTemplate::new("Settings", "settings", "").parts(&[], "settings");
        static SUFFIX: KeyTemplate =
            KeyTemplate::new("Suffix", "{id}_x", "").parts(&[("", "id")], "_x");

        let fit: [(&KeyTemplate, &str, &[&str]); 7] = [
            (&USER, "user:42", &["42"]),
            (&USER, "user:-42", &["-42"]),
            (&ORDER, "{o-exx:7}_z", &["ex", "7"]),
            (&ORDER, "{o--5x:-7}_z", &["-5", "-7"]),
            (&TWICE, "é:2:é", &["é", "2", "é"]),
            (&PLAIN, "settings", &[]),
            (&SUFFIX, "a_x_x", &["a_x"]),
        ];
        for (template, key, texts) in fit {
            assert_eq!(segments(template, key).unwrap(), texts, "{key:?}");
        }
        for (template, foreign) in [
            (&USER, &["user:", "user", "user:4:2", "user:{42}", "users:42", "user:a\n", ""][..]),
            (&ORDER, &["{o-ex:}_z", "{o-e:7}_z", "{o-ex:7}_", "{o-x:7}_z", "{o-ex:7}_zz"]),
            (&TWICE, &["1:2:3"]),
            (&PLAIN, &["settings2"]),
        ] {
            for key in foreign {
                assert_eq!(segments(template, key), None, "{key:?}");
            }
        }
    }

    #[test]
    fn escaped_segments_come_back() {
        static FILE: KeyTemplate = KeyTemplate::new("File", "file:{path}:{n}", ":")
            .escape()
            .parts(&[("file:", "path"), (":", "n")], "");
        for path in ["a", "a:b", "{x}", "100%", "a\n\u{85}é→", "%41", "\u{0}"] {
            let parts: [(&str, &str, &dyn KeySegment); 2] =
                [("file:", "path", &path), (":", "n", &7)];
            let key = HashKey::build(&FILE, &parts, "").unwrap();
            assert_eq!(segments(&FILE, key.as_str()).unwrap(), [path, "7"], "{path:?}");
        }
        assert_eq!(segments(&FILE, "file:%4:7"), None);
        assert_eq!(segments(&FILE, "file:%ff:7"), None);
    }

    #[test]
    fn globs_match_literals_as_they_are() {
        static ODD: KeyTemplate =
            KeyTemplate::new("Odd", "", "").parts(&[("a*[b]?\\:", "x"), ("-^", "y")], "!");
        assert_eq!(ODD.glob(), "a\\*\\[b\\]\\?\\\\:*\\-\\^*!");
    }
}
