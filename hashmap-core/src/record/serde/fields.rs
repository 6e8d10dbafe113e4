//! The outer serializer: a struct or a map, field by field.

use serde::Serialize;
use serde::ser::{Impossible, SerializeMap, SerializeStruct, Serializer};

use super::Wrong;
use super::scalar::{Name, Scalar};
use crate::record::FieldVisitor;

pub(super) struct Fields<'v, V>(pub(super) &'v mut V);

/// A map between a name and its value.
pub(super) struct Map<'v, V> {
    visitor: &'v mut V,
    name: Option<String>,
}

const NOT_A_RECORD: &str = "not a struct or a map, so it has no fields";

macro_rules! refuse {
    ($($method:ident($($ty:ty),*) -> $out:ty;)*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<$out, Wrong> {
            Err(Wrong::new("", NOT_A_RECORD))
        }
    )*};
}

impl<'v, V: FieldVisitor> Serializer for Fields<'v, V> {
    type Ok = ();
    type Error = Wrong;
    type SerializeSeq = Impossible<(), Wrong>;
    type SerializeTuple = Impossible<(), Wrong>;
    type SerializeTupleStruct = Impossible<(), Wrong>;
    type SerializeTupleVariant = Impossible<(), Wrong>;
    type SerializeStructVariant = Impossible<(), Wrong>;
    type SerializeMap = Map<'v, V>;
    type SerializeStruct = Self;

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_i128(i128) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_u128(u128) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Wrong> {
        value.serialize(self)
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
        Err(Wrong::new("", NOT_A_RECORD))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'v, V>, Wrong> {
        Ok(Map { visitor: self.0, name: None })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Wrong> {
        Ok(self)
    }
}

impl<V: FieldVisitor> SerializeStruct for Fields<'_, V> {
    type Ok = ();
    type Error = Wrong;

    fn serialize_field<T>(&mut self, name: &'static str, value: &T) -> Result<(), Wrong>
    where
        T: Serialize + ?Sized,
    {
        value.serialize(Scalar { name, visitor: self.0 }).map_err(|wrong| wrong.of(name))
    }

    fn end(self) -> Result<(), Wrong> {
        Ok(())
    }
}

impl<V: FieldVisitor> SerializeMap for Map<'_, V> {
    type Ok = ();
    type Error = Wrong;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Wrong> {
        self.name = Some(key.serialize(Name)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Wrong> {
        let Some(name) = self.name.take() else {
            return Err(Wrong::new("", "its `Serialize` gave a value before a name"));
        };
        value
            .serialize(Scalar { name: &name, visitor: self.visitor })
            .map_err(|wrong| wrong.of(&name))
    }

    fn end(self) -> Result<(), Wrong> {
        match self.name {
            None => Ok(()),
            Some(name) => Err(Wrong::new(&name, "its `Serialize` gave a name and no value")),
        }
    }
}
