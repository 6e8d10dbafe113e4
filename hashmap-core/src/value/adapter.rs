//! Behind `#[redis_hash(json)]`, `display` and `with`: how a field that is no value becomes one.

use super::{ToHashField, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue};

/// A field's value, and the function that writes it.
#[derive(Debug)]
pub struct Adapted<'v, T: ?Sized, F> {
    value: &'v T,
    write: F,
}

/// `write` is called with the value, where there is one.
pub fn adapt<T, F>(value: Option<&T>, write: F) -> Option<Adapted<'_, T, F>>
where
    T: ?Sized,
    F: for<'w> Fn(&T, ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>,
{
    value.map(|value| Adapted { value, write })
}

/// `#[redis_hash(skip_if = "..")]`.
#[inline]
pub fn unless<T>(skip: bool, value: Option<T>) -> Option<T> {
    if skip { None } else { value }
}

/// What `#[redis_hash(absent = "..")]` takes: an `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never absent, so `absent` says nothing here",
    label = "not an `Option`",
    note = "leave `absent` out, or say when the field is absent: `#[redis_hash(skip_if = \"path::to::function\")]`"
)]
pub trait AbsentField: ToHashField {
    /// As [`ToHashField::present`].
    fn present(&self) -> Option<&Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<T: ToHashValue> AbsentField for Option<T> {
    #[inline]
    fn present(&self) -> Option<&T> {
        self.as_ref()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ToHashValue> AbsentField for &Option<T> {
    #[inline]
    fn present(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T, F> ToHashValue for Adapted<'_, T, F>
where
    T: ?Sized,
    F: for<'w> Fn(&T, ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>,
{
    #[inline]
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        (self.write)(self.value, out)
    }
}

/// What `#[redis_hash(display)]` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written by `display`",
    label = "has no text of its own",
    note = "`display` writes what `std::fmt::Display` shows; for any serde type, there is `#[redis_hash(json)]`"
)]
pub trait DisplayField {
    /// Writes the text.
    ///
    /// # Errors
    ///
    /// As [`ValueWriter::display`].
    fn write_display<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>;
}

#[diagnostic::do_not_recommend]
impl<T: std::fmt::Display + ?Sized> DisplayField for T {
    fn write_display<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(self)
    }
}

/// What `#[redis_hash(json)]` takes.
#[cfg_attr(
    feature = "json",
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be written as JSON",
        label = "is not `serde::Serialize`",
        note = "derive it: `#[derive(serde::Serialize)]`"
    )
)]
#[cfg_attr(
    not(feature = "json"),
    diagnostic::on_unimplemented(
        message = "`#[redis_hash(json)]` needs the feature `json` of redis-hashmap",
        label = "cannot be written as JSON without it",
        note = "in Cargo.toml: `redis-hashmap = {{ version = \"..\", features = [\"json\"] }}`"
    )
)]
pub trait JsonField {
    /// Writes the JSON text, straight into the buffer.
    ///
    /// # Errors
    ///
    /// As `serde_json` says.
    fn write_json<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>;
}

#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + ?Sized> JsonField for T {
    fn write_json<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.fill(|out| {
            serde_json::to_writer(out, self)
                .map_err(|error| ValueError::caused("cannot be written as JSON", error))
        })
    }
}

/// What `#[redis_hash(display)]` takes, of a record that is read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read by `display`",
    label = "is not `std::str::FromStr`",
    note = "`display` reads what `FromStr` takes, and writes what `std::fmt::Display` shows"
)]
pub trait FromDisplayField: Sized {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// It is none of this type. What the type itself says is not shown: it may quote the text.
    fn read_display(value: ValueReader) -> Result<Self, ValueError>;
}

#[diagnostic::do_not_recommend]
impl<T: std::str::FromStr> FromDisplayField for T {
    fn read_display(value: ValueReader) -> Result<Self, ValueError> {
        value.parse(&format!("the text of a `{}`", std::any::type_name::<T>()))
    }
}

/// What `#[redis_hash(json)]` takes, of a record that is read.
#[cfg_attr(
    feature = "json",
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be read from JSON",
        label = "is not `serde::Deserialize` without a lifetime",
        note = "derive it: `#[derive(serde::Deserialize)]`"
    )
)]
#[cfg_attr(
    not(feature = "json"),
    diagnostic::on_unimplemented(
        message = "`#[redis_hash(json)]` needs the feature `json` of redis-hashmap",
        label = "cannot be read from JSON without it",
        note = "in Cargo.toml: `redis-hashmap = {{ version = \"..\", features = [\"json\"] }}`"
    )
)]
pub trait FromJsonField: Sized {
    /// Reads the JSON text.
    ///
    /// # Errors
    ///
    /// It is no JSON, or none of this type: the error says where, and does not quote it.
    fn read_json(value: ValueReader) -> Result<Self, ValueError>;
}

#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T: serde::de::DeserializeOwned> FromJsonField for T {
    fn read_json(value: ValueReader) -> Result<Self, ValueError> {
        serde_json::from_slice(value.as_bytes()).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = match error.classify() {
                serde_json::error::Category::Data => "JSON of the field's type",
                _ => "JSON",
            };
            ValueError::not(&format!("{what}, from line {line}, column {column} on"))
        })
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use std::collections::HashMap;
    use std::error::Error;

    use super::super::append_with;
    use super::*;

    #[test]
    fn json_and_its_errors() {
        let written = |value: &[u16]| {
            let mut out = Vec::new();
            append_with(&mut out, |writer| value.write_json(writer)).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(&[1, 22, 333]), "$10\r\n[1,22,333]\r\n");
        assert_eq!(written(&[]), "$2\r\n[]\r\n");

        let bad = HashMap::from([((1, 2), 3)]);
        let mut out = Vec::new();
        let error = append_with(&mut out, |writer| bad.write_json(writer)).unwrap_err();
        assert_eq!(error.to_string(), "cannot be written as JSON");
        assert!(error.source().unwrap().to_string().contains("key must be a string"));
    }

    #[test]
    fn json_that_is_read_is_not_quoted() {
        let read = |text: &str| Vec::<u8>::read_json(ValueReader::new(text));
        assert_eq!(read("[1, 22]").unwrap(), [1, 22]);
        for (text, why) in [
            ("[1,", "is not JSON, from line 1, column 3 on"),
            ("[\"secret\"]", "is not JSON of the field's type, from line 1, column 9 on"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!((error.to_string(), error.source().is_none()), (why.to_owned(), true));
        }
    }
}
