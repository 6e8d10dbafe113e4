//! `impl FromRedisHash`. (The names of the core are aliases there: see `IMPORTS`.)
//!
//! ```text
//! impl FromRedisHash for User {
//!     const NAME: &'static str = "User";
//!     const FIELDS: Names = Names::new(&["email", "tags"], &[("addr_", &<Address as FromRedisHash>::FIELDS)]);
//!
//!     fn read_hash_fields(fields: &mut FieldReader<'_>) -> Result<Self, Unread> {
//!         Ok(Self {
//!             email: <Option<String> as FromHashField>::from_hash_field(fields.field("email", 0))?,
//!             tags: fields.field("tags", 0).required(<Vec<String> as FromJsonField>::read_json)?,
//!             address: fields.flattened("addr_", <Address as FromRedisHash>::read_hash_fields)?,
//!             id: fields.segment(&TEMPLATE, "id", <u64 as FromHashValue>::from_hash_value)?,
//!         })
//!     }
//! }
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{bound::bounded, ends, fields, key};
use crate::model::{Field, Record};

const TRAIT: &str = "__RedisHashFromRedisHash";
const FIELD: &str = "__RedisHashFromHashField";
const VALUE: &str = "__RedisHashFromHashValue";
const JSON: &str = "__RedisHashFromJsonField";
const DISPLAY: &str = "__RedisHashFromDisplayField";
const DEFAULT: &str = "__RedisHashDefault";
const VERSION: &str = "__RedisHashVersionField";

pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let bounds = record.fields.iter().flat_map(|field| bounds(record, field));
    let generics = bounded(&record.original.generics, bounds);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let names = record.named().flat_map(Field::names).map(|(name, _)| name);
    let flattened = record.flattened().map(|field| {
        let (ty, prefix) = (field.ty, field.prefix());
        let trait_ = Ident::new(TRAIT, ends(&ty.to_token_stream()).0);
        quote!((#prefix, &<#ty as #trait_>::FIELDS))
    });
    let denying = record.attrs.deny_unknown_fields.as_ref().map(|_| quote!(.denying()));
    let versioned = record.versions().next().map(|_| quote!(.versioned()));
    // A literal's fields are computed in the order in which they stand there: that of the names.
    let fields = record.named().chain(record.flattened()).chain(record.skipped()).map(|field| {
        let (ident, value) = (field.ident, read(record, field));
        quote!(#ident: #value)
    });
    let check = record
        .flattened()
        .next()
        .map(|_| quote!(const { __redis_hash::Names::assert_flattened(&Self::FIELDS) }));
    let trait_ = Ident::new(TRAIT, ident.span());
    let handles = fields::items(record);
    let hash_fields = fields::expand(record, &generics);
    let foreign = record.attrs.redis_traits.as_ref().map(|_| from_redis_value(record, &generics));

    quote! {
        #[automatically_derived]
        // Closures, so that what is wrong with a type is said once.
        #[allow(clippy::redundant_closure, clippy::redundant_closure_for_method_calls)]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            const NAME: &'static __redis_hash::Str = #name;
            const FIELDS: __redis_hash::Names =
                __redis_hash::Names::new(&[#(#names),*], &[#(#flattened),*]) #versioned #denying;

            #handles

            fn read_hash_fields(
                __redis_hash_fields: &mut __redis_hash::FieldReader<'_>,
            ) -> __redis_hash::Result<Self, __redis_hash::Unread> {
                #check
                __redis_hash::Result::Ok(Self { #(#fields),* })
            }
        }
        #hash_fields
        #foreign
    }
}

/// `#[redis_hash(redis_traits)]`: for replies to the user's own commands.
pub(crate) fn from_redis_value(record: &Record<'_>, generics: &syn::Generics) -> TokenStream {
    let ident = &record.original.ident;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __redis_hash::redis::FromRedisValue for #ident #ty_generics #where_clause {
            fn from_redis_value(
                __redis_hash_reply: __redis_hash::redis::Value,
            ) -> __redis_hash::Result<Self, __redis_hash::redis::ParsingError> {
                __redis_hash::from_redis_value(__redis_hash_reply)
            }
        }
    }
}

/// The types of which the field needs something, and what.
fn bounds(record: &Record<'_>, field: &Field<'_>) -> Vec<(TokenStream, &'static str)> {
    let attrs = &field.attrs;
    let ty = || field.ty.to_token_stream();
    let adapted = || field.adapted().0.to_token_stream();
    let mut bounds = Vec::new();
    if attrs.skip.is_some() {
        if is_segment(record, field) {
            bounds.push((ty(), VALUE));
        }
    } else if attrs.is_flattened() {
        bounds.push((ty(), TRAIT));
    } else if attrs.json.is_some() {
        bounds.push((adapted(), JSON));
    } else if attrs.display.is_some() {
        bounds.push((adapted(), DISPLAY));
    } else if attrs.version.is_some() {
        bounds.push((ty(), VERSION));
    } else if attrs.with.is_none() {
        bounds.push((ty(), FIELD));
    }
    let of_type = attrs
        .default
        .as_ref()
        .map_or(attrs.skip.is_some() && !is_segment(record, field), |given| given.value.is_none());
    if of_type {
        bounds.push((ty(), DEFAULT));
    }
    bounds
}

/// Whether a skipped field is read from the key.
fn is_segment(record: &Record<'_>, field: &Field<'_>) -> bool {
    record.template().is_some_and(|(_, template)| {
        template.segments().any(|segment| field.ident.unraw() == segment)
    })
}

/// The path `<Ty as bound>::method`, all of it shown at the type.
pub(super) fn method(ty: &impl ToTokens, bound: &str, method: &str) -> TokenStream {
    let ty = ty.to_token_stream();
    let (first, last) = ends(&ty);
    let (bound, method) = (Ident::new(bound, first), Ident::new(method, last));
    quote_spanned!(first=> <#ty as #bound>::#method)
}

/// A closure that calls this, so that what is wrong with it is said once, there.
fn closure(path: &TokenStream) -> TokenStream {
    let (first, last) = ends(path);
    let arg = Ident::new("__redis_hash_arg", last);
    let mut args = Group::new(Delimiter::Parenthesis, arg.to_token_stream());
    args.set_span(last);
    quote_spanned!(first=> |#arg| #path #args)
}

/// The field's value.
fn read(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    let (attrs, ty) = (&field.attrs, field.ty);
    if attrs.skip.is_some() {
        return skipped(record, field);
    }
    if attrs.is_flattened() {
        let (prefix, read) = (field.prefix(), method(ty, TRAIT, "read_hash_fields"));
        let read = closure(&read);
        return quote!(__redis_hash_fields.flattened(#prefix, #read)?);
    }
    let (name, aliases) = (&field.name, attrs.aliases.len());
    let reply = quote!(__redis_hash_fields.field(#name, #aliases));
    if attrs.version.is_some() {
        let read = method(ty, VERSION, "read_hash_version");
        return quote!(#read(#reply)?);
    }
    let (inner, is_option) = field.adapted();
    let adapter = if attrs.json.is_some() {
        Some(method(inner, JSON, "read_json"))
    } else if attrs.display.is_some() {
        Some(method(inner, DISPLAY, "read_display"))
    } else {
        attrs.with.as_ref().map(|with| {
            let module = &with.value;
            let span = ends(&module.to_token_stream()).0;
            quote_spanned!(span=> #module::from_hash_value)
        })
    };
    let how = if is_option { quote!(optional) } else { quote!(required) };
    let default = attrs.default.as_ref().map(|given| default_of(field, given.value.as_ref()));
    let adapter = adapter.map(|adapter| closure(&adapter));
    match (default, adapter) {
        (None, None) => {
            let read = method(ty, FIELD, "from_hash_field");
            quote!(#read(#reply)?)
        }
        (None, Some(adapter)) => quote!(#reply.#how(#adapter)?),
        (Some(default), None) => {
            let read = closure(&method(ty, FIELD, "from_hash_field"));
            quote!(#reply.or(#read, #default)?)
        }
        (Some(default), Some(adapter)) => {
            quote!(#reply.or(|__redis_hash_reply| __redis_hash_reply.#how(#adapter), #default)?)
        }
    }
}

/// A closure that makes a value where there is none.
fn default_of(field: &Field<'_>, path: Option<&syn::Path>) -> TokenStream {
    let make = make(field, path);
    let span = ends(&make).0;
    quote_spanned!(span=> || #make)
}

/// The call that does.
fn make(field: &Field<'_>, path: Option<&syn::Path>) -> TokenStream {
    let path = match path {
        Some(path) => path.to_token_stream(),
        None => method(field.ty, DEFAULT, "default"),
    };
    let span = ends(&path).1;
    quote_spanned!(span=> #path())
}

/// What is not in the hash is in the key, or is made.
fn skipped(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    if is_segment(record, field) {
        let (name, template) = (field.ident.unraw().to_string(), key::template_ident());
        let read = closure(&method(field.ty, VALUE, "from_hash_value"));
        return match &field.attrs.default {
            None => quote!(__redis_hash_fields.segment(&#template, #name, #read)?),
            Some(default) => {
                let default = default_of(field, default.value.as_ref());
                quote!(__redis_hash_fields.segment_or(&#template, #name, #read, #default)?)
            }
        };
    }
    let path = field.attrs.default.as_ref().and_then(|given| given.value.as_ref());
    make(field, path)
}

/// As that of a record that is written.
pub(super) fn assert_flattened(record: &Record<'_>) -> TokenStream {
    super::to_hash::assert_names(record, TRAIT, "FIELDS")
}

/// `impl HashKeyPattern`: the template read backwards.
pub(super) fn pattern(record: &Record<'_>) -> TokenStream {
    let Some((text, template)) = record.template() else { return TokenStream::new() };
    let ident = &record.original.ident;
    let plain = |segment: &str| {
        let field = record.field(segment).filter(|_| !segment.contains('.'))?;
        let attrs = &field.attrs;
        let is_adapted = attrs.json.is_some() || attrs.display.is_some() || attrs.with.is_some();
        (!is_adapted).then_some(field.ty)
    };
    let checked = template.segments().enumerate().filter_map(|(i, segment)| {
        let ty = plain(segment)?;
        let read = closure(&method(ty, VALUE, "from_hash_value"));
        Some(quote!(__redis_hash::is_read(__redis_hash_texts, #i, #read)))
    });
    let bounds = template.segments().filter_map(plain).map(|ty| (ty.to_token_stream(), VALUE));
    let generics = bounded(&record.original.generics, bounds);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let static_ = key::template_static(record, text, template, true);
    let name = key::template_ident();
    quote! {
        #static_

        #[automatically_derived]
        #[allow(clippy::redundant_closure, clippy::redundant_closure_for_method_calls)]
        impl #impl_generics __RedisHashKeyPattern for #ident #ty_generics #where_clause {
            const TEMPLATE: &'static __redis_hash::KeyTemplate = &#name;

            fn fits(__redis_hash_texts: &[__redis_hash::Cow<'_, __redis_hash::Str>]) -> bool {
                let _ = __redis_hash_texts;
                true #(&& #checked)*
            }
        }
    }
}
