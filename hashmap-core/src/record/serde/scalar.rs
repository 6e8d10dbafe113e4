//! The inner serializers: the value of one field, and the name of one.

use std::fmt::Display;

use serde::Serialize;
use serde::ser::{Impossible, Serializer};

use super::Wrong;
use crate::record::{Field, FieldVisitor};
use crate::value::{ToHashValue, ValueError, ValueWriter, WrittenValue};

const NESTED: &str =
    "a nested value, and a hash holds one text per field: flatten it, or write it as JSON";
const NO_VALUE: &str = "a unit, which has no text; `None` would be absent";

/// Gives one value to the visitor.
pub(super) struct Scalar<'v, V> {
    pub(super) name: &'v str,
    pub(super) visitor: &'v mut V,
}

impl<V: FieldVisitor> Scalar<'_, V> {
    fn present<T: ToHashValue + ?Sized>(self, value: &T) {
        self.visitor.field(Field::named(self.name), Some(value));
    }

    fn wrong<T>(&self, why: &'static str) -> Result<T, Wrong> {
        Err(Wrong::new(self.name, why))
    }
}

impl Wrong {
    /// A message of serde's own does not know its field.
    pub(super) fn of(mut self, name: &str) -> Self {
        let field = &mut self.0.0.0;
        if field.is_empty() {
            name.clone_into(field);
        }
        self
    }
}

macro_rules! values {
    ($($method:ident($ty:ty);)*) => {$(
        fn $method(self, value: $ty) -> Result<(), Wrong> {
            self.present(&value);
            Ok(())
        }
    )*};
}

macro_rules! nested {
    ($($method:ident($($ty:ty),*) -> $out:ident;)*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<Self::$out, Wrong> {
            self.wrong(NESTED)
        }
    )*};
}

impl<V: FieldVisitor> Serializer for Scalar<'_, V> {
    type Ok = ();
    type Error = Wrong;
    type SerializeSeq = Impossible<(), Wrong>;
    type SerializeTuple = Impossible<(), Wrong>;
    type SerializeTupleStruct = Impossible<(), Wrong>;
    type SerializeTupleVariant = Impossible<(), Wrong>;
    type SerializeStructVariant = Impossible<(), Wrong>;
    type SerializeMap = Impossible<(), Wrong>;
    type SerializeStruct = Impossible<(), Wrong>;

    values! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
    }

    nested! {
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
    }

    fn serialize_none(self) -> Result<(), Wrong> {
        self.visitor.field(Field::named(self.name), None::<&str>);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Wrong> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Wrong> {
        self.wrong(NO_VALUE)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Wrong> {
        self.wrong(NO_VALUE)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Wrong> {
        self.present(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T>(self, _: &'static str, value: &T) -> Result<(), Wrong>
    where
        T: Serialize + ?Sized,
    {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Wrong>
    where
        T: Serialize + ?Sized,
    {
        self.wrong(NESTED)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Wrong> {
        self.present(&Displayed(value));
        Ok(())
    }
}

/// The text of a value, straight into the buffer.
struct Displayed<'d, T: ?Sized>(&'d T);

impl<T: Display + ?Sized> ToHashValue for Displayed<'_, T> {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(self.0)
    }
}

/// Takes the key of a map, which has to be a string.
pub(super) struct Name;

macro_rules! no_name {
    ($($method:ident($($ty:ty),*) -> $out:ty;)*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<$out, Wrong> {
            Err(Wrong::new("", NO_NAME))
        }
    )*};
}

const NO_NAME: &str = "a map with a key that is no string, and a hash names its fields by strings";

impl Serializer for Name {
    type Ok = String;
    type Error = Wrong;
    type SerializeSeq = Impossible<String, Wrong>;
    type SerializeTuple = Impossible<String, Wrong>;
    type SerializeTupleStruct = Impossible<String, Wrong>;
    type SerializeTupleVariant = Impossible<String, Wrong>;
    type SerializeMap = Impossible<String, Wrong>;
    type SerializeStruct = Impossible<String, Wrong>;
    type SerializeStructVariant = Impossible<String, Wrong>;

    no_name! {
        serialize_bool(bool) -> String;
        serialize_i8(i8) -> String;
        serialize_i16(i16) -> String;
        serialize_i32(i32) -> String;
        serialize_i64(i64) -> String;
        serialize_u8(u8) -> String;
        serialize_u16(u16) -> String;
        serialize_u32(u32) -> String;
        serialize_u64(u64) -> String;
        serialize_f32(f32) -> String;
        serialize_f64(f64) -> String;
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_str(self, name: &str) -> Result<String, Wrong> {
        Ok(name.to_owned())
    }

    fn serialize_char(self, name: char) -> Result<String, Wrong> {
        Ok(name.to_string())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<String, Wrong> {
        Ok(name.to_owned())
    }

    fn serialize_newtype_struct<T>(self, _: &'static str, name: &T) -> Result<String, Wrong>
    where
        T: Serialize + ?Sized,
    {
        name.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, name: &T) -> Result<String, Wrong> {
        name.serialize(self)
    }

    fn serialize_newtype_variant<T>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, Wrong>
    where
        T: Serialize + ?Sized,
    {
        Err(Wrong::new("", NO_NAME))
    }
}
