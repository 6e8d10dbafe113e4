//! [`SerdeHash`]: what serde can serialize, as a record.

mod fields;
mod scalar;

use serde::Serialize;

use self::fields::Fields;
use super::names::NamesOnly;
use super::{BadField, Field, FieldVisitor, Record, ToRedisHash};
use crate::value::ValueError;

/// Writes any flat struct or map that is [`serde::Serialize`], for types that cannot be annotated.
///
/// This is the road of languages that flatten at run time, with their traps closed. Each field is
/// one scalar: a string, number, `bool`, `char`, bytes or unit variant; `None` is absent, with the
/// policy `Delete`. A sequence, a nested map or struct, a name that is no string, is empty or
/// stands twice is an [`Error::Value`](crate::Error::Value) that names the field, and nothing is
/// sent. Values have the bytes of [`ToHashValue`](trait@crate::ToHashValue).
///
/// Against the derive it costs: the mistakes are found at run time; the record is serialized
/// three times for one write (names, count, values); the names are collected, which allocates.
///
/// ```
/// use redis_hashmap::{SerdeHash, ToRedisHash};
///
/// #[derive(serde::Serialize)]
/// struct Point { x: i32, y: Option<i32> }
///
/// let mut packed = Vec::new();
/// SerdeHash(&Point { x: 1, y: Some(2) }).as_hash().key("p").encode(&mut packed)?;
/// assert_eq!(packed, b"*6\r\n$4\r\nHSET\r\n$1\r\np\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$1\r\n2\r\n");
///
/// let nested = SerdeHash(&[("tags", ["a", "b"])].into_iter().collect::<std::collections::BTreeMap<_, _>>())
///     .as_hash().key("p").encode(&mut packed).unwrap_err();
/// assert!(nested.to_string().contains("field `tags`"));
/// # Ok::<(), redis_hashmap::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SerdeHash<'r, T: ?Sized>(pub &'r T);

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> ToRedisHash for SerdeHash<'_, T> {
    const RECORD: Record = Record::new("SerdeHash");

    fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
        if let Err(Wrong(bad)) = self.0.serialize(Fields(visitor)) {
            visitor.refuse(bad);
        }
    }

    fn check_hash_names(&self) -> Result<(), BadField> {
        let mut names = NamesOnly::default();
        self.visit_hash_fields(&mut names);
        names.found()
    }
}

/// Our error, as serde wants one.
#[derive(Debug)]
struct Wrong(BadField);

impl Wrong {
    fn new(field: &str, why: &'static str) -> Self {
        Self(BadField::new(Field::named(field), ValueError::new(why)))
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (field, why) = &*self.0.0;
        write!(f, "field `{field}`: {why}")
    }
}

impl std::error::Error for Wrong {}

impl serde::ser::Error for Wrong {
    fn custom<M: std::fmt::Display>(message: M) -> Self {
        Self(BadField::new(Field::named(""), ValueError::new(message.to_string())))
    }
}

#[cfg(test)]
mod tests;
