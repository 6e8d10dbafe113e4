//! Behind `#[redis_hash(json)]`, `display` and `with`: how a field that is no value becomes one.

use super::{ToHashField, ToHashValue, ValueError, ValueWriter, WrittenValue};

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

#[cfg(all(test, feature = "json"))]
mod tests {
    use std::collections::HashMap;
    use std::error::Error;

    use super::*;

    #[test]
    fn json_and_its_errors() {
        let written = |value: &[u16]| {
            let mut out = Vec::new();
            let _proof = value.write_json(ValueWriter::new(&mut out)).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(&[1, 22, 333]), "$10\r\n[1,22,333]\r\n");
        assert_eq!(written(&[]), "$2\r\n[]\r\n");

        let bad = HashMap::from([((1, 2), 3)]);
        let mut out = Vec::new();
        let error = bad.write_json(ValueWriter::new(&mut out)).unwrap_err();
        assert_eq!(error.to_string(), "cannot be written as JSON");
        assert!(error.source().unwrap().to_string().contains("key must be a string"));
    }
}
