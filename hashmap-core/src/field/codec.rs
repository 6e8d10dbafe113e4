//! The bytes of one field's value, as the struct's attributes have them.

use std::marker::PhantomData;

use crate::value::adapter::{DisplayField, FromDisplayField, FromJsonField, JsonField};
use crate::value::{
    FromHashValue, ToHashValue, ValueError, ValueReader, ValueWriter, WrittenValue,
};

/// How a field's value is read.
pub trait ReadValue<T> {
    /// # Errors
    ///
    /// The bytes are none of this type.
    fn read(value: ValueReader) -> Result<T, ValueError>;
}

/// How a field's value is written.
#[diagnostic::on_unimplemented(
    message = "a version is set by nobody: every write of its record raises it",
    label = "this field is the record's `#[redis_hash(version)]`",
    note = "it can be read: `get`, `exists`, `ttl`"
)]
pub trait WriteValue<T: ?Sized> {
    /// # Errors
    ///
    /// Whatever makes the value impossible to write.
    fn write<'w>(value: &T, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError>;
}

/// A field that may be changed by itself: any but a version.
#[diagnostic::on_unimplemented(
    message = "a version is set by nobody: every write of its record raises it",
    label = "this field is the record's `#[redis_hash(version)]`",
    note = "it can be read: `get`, `exists`, `ttl`"
)]
pub trait OwnValue {}

impl OwnValue for Plain {}
impl OwnValue for Json {}
impl OwnValue for DisplayText {}
impl<R: ?Sized, const N: usize> OwnValue for With<R, N> {}

/// A field whose bytes are the type's own, so that a server can count with them.
#[diagnostic::on_unimplemented(
    message = "only a field without `json`, `display` or `with` can be counted",
    label = "its attribute says what its bytes are, which is no number to a server"
)]
pub trait OwnText {}

impl OwnText for Plain {}
impl OwnText for Counted {}

/// As the type itself says.
#[derive(Debug)]
pub enum Plain {}

/// `#[redis_hash(json)]`.
#[derive(Debug)]
pub enum Json {}

/// `#[redis_hash(display)]`.
#[derive(Debug)]
pub enum DisplayText {}

/// `#[redis_hash(version)]`: the number that every write raises is read, and set by nobody else.
#[derive(Debug)]
pub enum Counted {}

/// `#[redis_hash(with = "module")]` of the struct `R`'s field of this index.
#[derive(Debug)]
pub struct With<R: ?Sized, const N: usize>(PhantomData<fn(&R)>);

/// The module's `from_hash_value`.
pub trait ReadWith<const N: usize> {
    /// The field's type, or what its `Option` holds.
    type Value;

    /// # Errors
    ///
    /// As the module's function.
    fn read_with(value: ValueReader) -> Result<Self::Value, ValueError>;
}

/// The module's `to_hash_value`.
pub trait WriteWith<const N: usize> {
    /// The field's type, or what its `Option` holds.
    type Value;

    /// # Errors
    ///
    /// As the module's function.
    fn write_with<'w>(
        value: &Self::Value,
        out: ValueWriter<'w>,
    ) -> Result<WrittenValue<'w>, ValueError>;
}

impl<T: FromHashValue> ReadValue<T> for Plain {
    fn read(value: ValueReader) -> Result<T, ValueError> {
        T::from_hash_value(value)
    }
}

impl<T: ToHashValue + ?Sized> WriteValue<T> for Plain {
    fn write<'w>(value: &T, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        value.write_hash_value(out)
    }
}

impl<T: FromJsonField> ReadValue<T> for Json {
    fn read(value: ValueReader) -> Result<T, ValueError> {
        T::read_json(value)
    }
}

impl<T: JsonField + ?Sized> WriteValue<T> for Json {
    fn write<'w>(value: &T, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        value.write_json(out)
    }
}

impl<T: FromDisplayField> ReadValue<T> for DisplayText {
    fn read(value: ValueReader) -> Result<T, ValueError> {
        T::read_display(value)
    }
}

impl<T: DisplayField + ?Sized> WriteValue<T> for DisplayText {
    fn write<'w>(value: &T, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        value.write_display(out)
    }
}

impl<T: FromHashValue> ReadValue<T> for Counted {
    fn read(value: ValueReader) -> Result<T, ValueError> {
        T::from_hash_value(value)
    }
}

impl<R: ReadWith<N>, const N: usize> ReadValue<R::Value> for With<R, N> {
    fn read(value: ValueReader) -> Result<R::Value, ValueError> {
        R::read_with(value)
    }
}

impl<R: WriteWith<N>, const N: usize> WriteValue<R::Value> for With<R, N> {
    fn write<'w>(value: &R::Value, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        R::write_with(value, out)
    }
}
