//! The input as the rules and the generators see it. Borrows the syntax tree.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{
    Data, DeriveInput, Fields, GenericArgument, Ident, LitStr, PathArguments, Type, Visibility,
};

use crate::attr::{Absent, FieldAttrs, RecordAttrs};
use crate::ctxt::Ctxt;
use crate::template::Template;

pub(crate) struct Record<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: RecordAttrs,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    /// Its place in the struct.
    pub(crate) index: usize,
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
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
            .enumerate()
            .filter_map(|(index, field)| Field::new(ctxt, index, field, &attrs))
            .collect();
        Self { original: input, attrs, fields }
    }

    /// The struct's name.
    pub(crate) fn name(&self) -> String {
        self.original.ident.unraw().to_string()
    }

    /// The fields that are in the hash, one by one or flattened.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.attrs.skip.is_none())
    }

    /// The fields that have a name in the hash.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Field<'a>> {
        self.declared().filter(|field| !field.attrs.is_flattened())
    }

    /// The fields that are records themselves.
    pub(crate) fn flattened(&self) -> impl Iterator<Item = &Field<'a>> {
        self.declared().filter(|field| field.attrs.is_flattened())
    }

    /// The fields that count the record's writes: one, if it is right.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &Field<'a>> {
        self.named().filter(|field| field.attrs.version.is_some())
    }

    /// The fields that have a name in the hash, and a value of the user's.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Field<'a>> {
        self.named().filter(|field| field.attrs.version.is_none())
    }

    /// The fields that are not in the hash.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.attrs.skip.is_some())
    }

    /// The template of its key, and its text.
    pub(crate) fn template(&self) -> Option<&(LitStr, Template)> {
        self.attrs.key.as_ref().and_then(|key| key.value.as_ref())
    }

    /// The field that a segment names, or that its path begins with.
    pub(crate) fn field(&self, segment: &str) -> Option<&Field<'a>> {
        let name = segment.split('.').next().unwrap_or(segment);
        self.fields.iter().find(|field| field.ident.unraw() == name)
    }
}

impl<'a> Field<'a> {
    fn new(
        ctxt: &Ctxt,
        index: usize,
        original: &'a syn::Field,
        record: &RecordAttrs,
    ) -> Option<Self> {
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
        let (vis, ty) = (&original.vis, &original.ty);
        Some(Self { index, ident, vis, ty, name, name_span, absent, attrs })
    }
}

impl Field<'_> {
    /// Its name in the hash and those that it had, each with the tokens that chose it.
    pub(crate) fn names(&self) -> impl Iterator<Item = (String, Span)> {
        let aliases = self.attrs.aliases.iter();
        std::iter::once((self.name.clone(), self.name_span))
            .chain(aliases.map(|alias| (alias.value.value(), alias.value.span())))
    }

    /// What stands before the names of a flattened record.
    pub(crate) fn prefix(&self) -> String {
        let flatten = self.attrs.flatten.as_ref();
        flatten.and_then(|given| given.value.as_ref()).map(LitStr::value).unwrap_or_default()
    }

    /// What an adapter (`json`, `display`, `with`) is given: the type, or what an `Option` holds.
    pub(crate) fn adapted(&self) -> (&Type, bool) {
        option_of(self.ty).map_or((self.ty, false), |inner| (inner, true))
    }
}

/// By its name, since nothing else is known of a type here. A type of the user's with that name
/// does not compile with an adapter; an alias of `Option` is a type like any other.
fn option_of(ty: &Type) -> Option<&Type> {
    let path = match ty {
        Type::Path(ty) if ty.qself.is_none() => &ty.path,
        Type::Group(group) => return option_of(&group.elem),
        _ => return None,
    };
    let last = path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    match args.args.iter().collect::<Vec<_>>()[..] {
        [GenericArgument::Type(inner)] => Some(inner),
        _ => None,
    }
}

fn named_fields<'a>(
    ctxt: &Ctxt,
    input: &'a DeriveInput,
) -> Option<impl Iterator<Item = &'a syn::Field>> {
    // Without the derive's name, so that two derives of one struct say it once.
    const WANTED: &str = "a record is a struct with named fields";
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.iter()),
            Fields::Unnamed(fields) => ctxt.error(
                fields,
                format!("{WANTED}: a hash has a name for every value, and this is a tuple struct"),
            ),
            Fields::Unit => {
                ctxt.error(&input.ident, format!("{WANTED}: a unit struct has none"));
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
