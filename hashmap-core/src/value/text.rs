//! Strings, characters and paths: their UTF-8.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::{FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

impl ToHashValue for str {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.as_bytes())
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        Some(self.as_bytes())
    }
}

impl ToHashValue for String {
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.as_bytes())
    }

    fn as_hash_bytes(&self) -> Option<&[u8]> {
        Some(self.as_bytes())
    }
}

impl FromHashValue for String {
    #[inline]
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        value.into_string()
    }
}

impl ToHashValue for char {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.bytes(self.encode_utf8(&mut [0; 4]).as_bytes())
    }
}

impl FromHashValue for char {
    fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
        let mut chars = value.text()?.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(ValueError::not("one character")),
        }
    }
}

/// A path that is no UTF-8 is an error: another machine could not name the file.
impl ToHashValue for Path {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        match self.to_str() {
            Some(text) => out.bytes(text.as_bytes()),
            None => Err(ValueError::new("a path that is not UTF-8")),
        }
    }
}

impl ToHashValue for PathBuf {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        self.as_path().write_hash_value(out)
    }
}

macro_rules! owned {
    ($($through:ty: $($owner:ty)*;)*) => {$($(
        impl FromHashValue for $owner {
            fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
                value.into_string().map(<$through>::from).map(Self::from)
            }
        }
    )*)*};
}

owned! {
    String: Box<str> Rc<str> Arc<str> PathBuf;
    PathBuf: Box<Path> Rc<Path> Arc<Path>;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{back, read, unread};
    use super::super::refused;
    use super::*;

    #[test]
    fn text_comes_back() {
        for text in ["", "Ada", " Ada ", "\0\r\n", "größe 🦀", "null", "\u{feff}x"] {
            assert_eq!(back(&text.to_owned()), Ok(text.to_owned()));
            assert_eq!(back(&Box::<str>::from(text)), Ok(text.into()));
            assert_eq!(back(&Rc::<str>::from(text)), Ok(text.into()));
            assert_eq!(back(&Arc::<str>::from(text)), Ok(text.into()));
            let path = Path::new(text);
            assert_eq!(back(&PathBuf::from(path)), Ok(path.into()));
            assert_eq!(back(&Box::<Path>::from(path)), Ok(path.into()));
            assert_eq!(back(&Rc::<Path>::from(path)), Ok(path.into()));
            assert_eq!(back(&Arc::<Path>::from(path)), Ok(path.into()));
        }
        for char in ['\0', 'x', ' ', 'é', '🦀', char::MAX] {
            assert_eq!(back(&char), Ok(char));
        }
    }

    #[test]
    fn what_is_no_text() {
        let half = "🦀".as_bytes()[..3].to_vec();
        for bytes in [&b"\xff"[..], b"Ada\xc3", b"\xc0\x80", b"\xed\xa0\x80", &half] {
            assert_eq!(unread::<String>(bytes), "is not UTF-8");
            assert_eq!(unread::<Box<str>>(bytes), "is not UTF-8");
            assert_eq!(unread::<char>(bytes), "is not UTF-8");
            assert_eq!(unread::<PathBuf>(bytes), "is not UTF-8");
        }
        // The last is an `e`, and an accent upon it.
        for text in ["", "xy", "x ", "e\u{301}"] {
            assert_eq!(unread::<char>(text), "is not one character", "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text() {
        use std::os::unix::ffi::OsStrExt;

        let path = Path::new(std::ffi::OsStr::from_bytes(b"/\xff"));
        assert_eq!(refused(path), "a path that is not UTF-8");
    }

    /// The buffer of the reply is what is read.
    #[test]
    fn without_a_copy() {
        let reply = "x".repeat(100).into_bytes();
        let start = reply.as_ptr();
        let text = String::from_hash_value(ValueReader::new(reply)).unwrap();
        assert_eq!(text.as_ptr(), start);
        let path = PathBuf::from_hash_value(ValueReader::new(text)).unwrap();
        assert_eq!(path.to_str().unwrap().as_ptr(), start);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>(), char: char) {
            prop_assert_eq!(back(&text), Ok(text));
            prop_assert_eq!(back(&char), Ok(char));
        }

        #[test]
        fn any_bytes_are_text_or_are_not(bytes: Vec<u8>) {
            prop_assert_eq!(read::<String>(&bytes).ok(), String::from_utf8(bytes).ok());
        }
    }
}
