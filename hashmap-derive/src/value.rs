//! The input of the derives for types that are one text: enums of unit variants, and newtypes.

use std::collections::HashMap;

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::attr::{ValueAttrs, VariantAttrs};
use crate::ctxt::Ctxt;

pub(crate) struct Value<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: ValueAttrs,
    pub(crate) shape: Shape<'a>,
}

pub(crate) enum Shape<'a> {
    /// Variants, and their texts.
    Enum(Vec<(&'a Ident, String)>),
    /// The type within.
    Newtype(&'a Type),
}

impl<'a> Value<'a> {
    /// Without variants, and with an error in `ctxt`, where it is neither.
    pub(crate) fn new(ctxt: &Ctxt, input: &'a DeriveInput) -> Self {
        let attrs = ValueAttrs::parse(ctxt, &input.attrs);
        // Without the derive's name, so that several derives of one type say it once.
        let wanted = "what has one text is an enum of unit variants, or a newtype";
        let shape = match &input.data {
            Data::Enum(data) if data.variants.is_empty() => {
                ctxt.error(
                    &input.ident,
                    format!("{wanted}: this enum has no variants, so no values"),
                );
                None
            }
            Data::Enum(data) => Some(variants(ctxt, data, &attrs)),
            Data::Struct(data) => match &data.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    Some(Shape::Newtype(&fields.unnamed[0].ty))
                }
                Fields::Unnamed(fields) => {
                    let count = fields.unnamed.len();
                    ctxt.error(fields, format!("{wanted}: {count} values have no one text; as a field, they have one with `#[redis_hash(json)]`"));
                    None
                }
                Fields::Named(fields) => {
                    ctxt.error(&fields.named, format!("{wanted}: a struct with named fields has no one text; make it a record with `ToRedisHash` and `#[redis_hash(flatten)]` it, or write it as `#[redis_hash(json)]`"));
                    None
                }
                Fields::Unit => {
                    ctxt.error(&input.ident, format!("{wanted}: a unit struct has no value"));
                    None
                }
            },
            Data::Union(data) => {
                ctxt.error(
                    data.union_token,
                    format!("{wanted}: nobody knows which field of a union is the one"),
                );
                None
            }
        };
        if let (Some(Shape::Newtype(_)), Some(rename_all)) = (&shape, &attrs.rename_all) {
            ctxt.error(rename_all, "`rename_all` has no meaning for a newtype, which has no names");
        }
        Self { original: input, attrs, shape: shape.unwrap_or(Shape::Enum(Vec::new())) }
    }
}

fn variants<'a>(ctxt: &Ctxt, data: &'a syn::DataEnum, attrs: &ValueAttrs) -> Shape<'a> {
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    let variants = data.variants.iter().map(|variant| {
        let ident = &variant.ident;
        if !matches!(variant.fields, Fields::Unit) {
            ctxt.error(
                &variant.fields,
                format!("`{ident}` holds data, so it has no one text: as a field, the enum has one with `#[redis_hash(json)]`, or by an `impl` of your own instead of the derive"),
            );
        }
        let own = ident.unraw().to_string();
        let VariantAttrs { rename } = VariantAttrs::parse(ctxt, &variant.attrs);
        let (text, span) = match (&rename, &attrs.rename_all) {
            (Some(rename), _) => (rename.value.value(), rename.value.span()),
            (None, Some(case)) => (case.value.apply_to_variant(&own), ident.span()),
            (None, None) => (own, ident.span()),
        };
        if let Some(earlier) = seen.insert(text.clone(), ident) {
            ctxt.error_at(span, format!("`{ident}` and `{earlier}` are both written as {text:?}, and could not be told apart: `rename` one of them"));
        }
        (ident, text)
    });
    Shape::Enum(variants.collect())
}
