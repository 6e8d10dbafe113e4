//! The input as the rules and the generators see it. Borrows the syntax tree.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::attr::{Absent, FieldAttrs, RecordAttrs};
use crate::ctxt::Ctxt;

pub(crate) struct Record<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: RecordAttrs,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The name in the hash, and the tokens that chose it.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) absent: Absent,
    pub(crate) attrs: FieldAttrs,
}

impl<'a> Record<'a> {
    /// The struct's fields, with all that their attributes say. Without fields of its own (and an
    /// error in `ctxt`) where it is no struct with named fields.
    pub(crate) fn new(ctxt: &Ctxt, input: &'a DeriveInput) -> Self {
        let attrs = RecordAttrs::parse(ctxt, &input.attrs);
        let fields = named_fields(ctxt, input)
            .into_iter()
            .flatten()
            .filter_map(|field| Field::new(ctxt, field, &attrs))
            .collect();
        Self { original: input, attrs, fields }
    }

    /// The struct's name.
    pub(crate) fn name(&self) -> String {
        self.original.ident.unraw().to_string()
    }

    /// The fields that are in the hash.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.attrs.skip.is_none())
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.ident.unraw() == name)
    }
}

impl<'a> Field<'a> {
    fn new(ctxt: &Ctxt, original: &'a syn::Field, record: &RecordAttrs) -> Option<Self> {
        let attrs = FieldAttrs::parse(ctxt, &original.attrs);
        let ident = original.ident.as_ref()?;
        let own = ident.unraw().to_string();
        let (name, name_span) = match (&attrs.rename, &record.rename_all) {
            (Some(rename), _) => (rename.value.value(), rename.value.span()),
            (None, Some(case)) => (case.value.apply(&own), ident.span()),
            (None, None) => (own, ident.span()),
        };
        let policy = attrs.absent.as_ref().or(record.absent.as_ref());
        let absent = policy.map_or(Absent::Delete, |given| given.value);
        Some(Self { ident, ty: &original.ty, name, name_span, absent, attrs })
    }
}

fn named_fields<'a>(
    ctxt: &Ctxt,
    input: &'a DeriveInput,
) -> Option<impl Iterator<Item = &'a syn::Field>> {
    const WANTED: &str = "`ToRedisHash` wants a struct with named fields";
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.iter()),
            Fields::Unnamed(fields) => ctxt.error(
                fields,
                format!("{WANTED}: a hash has a name for every value, and this is a tuple struct"),
            ),
            Fields::Unit => {
                ctxt.error(&input.ident, format!("{WANTED}: a unit struct has nothing to write"));
            }
        },
        Data::Enum(data) => ctxt.error(
            data.enum_token,
            format!("{WANTED}: an enum has no fields that all its values share"),
        ),
        Data::Union(data) => ctxt.error(
            data.union_token,
            format!("{WANTED}: nobody knows which field of a union is the one"),
        ),
    }
    None
}
