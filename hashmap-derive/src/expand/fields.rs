//! What `hash_fields` answers: a handle for each declared field.
//!
//! ```text
//! pub struct Fields { pub name: HashField<String>, tags: HashField<Vec<String>, Json>, .. }
//!
//! impl User {
//!     pub fn hash_fields() -> Fields { <Self as FromRedisHash>::hash_handles("") }
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Generics;
use syn::ext::IdentExt;

use super::ends;
use crate::model::{Field, Record};

const TRAIT: &str = "__RedisHashFromRedisHash";

/// The struct, and the function that answers it. The impl's generics have the bounds of what reads
/// the record, since a flattened record's handles come from there.
pub(super) fn expand(record: &Record<'_>, generics: &Generics) -> TokenStream {
    structure(record, generics, record.declared().map(|field| (field, handle(record, field))))
}

/// Beside the errors of a broken struct: handles that are read as their types are, so that who names
/// one is not told that there is none. Of a flattened record, nothing is known here.
pub(crate) fn stub(record: &Record<'_>) -> (TokenStream, TokenStream) {
    let mut fields: Vec<&Field<'_>> = Vec::new();
    for field in record.named() {
        // That the struct has one field twice, says rustc.
        if fields.iter().all(|earlier| earlier.ident != field.ident) {
            fields.push(field);
        }
    }
    let handle = |field: &Field<'_>| {
        let inner = field.adapted().0;
        quote!(__redis_hash::HashField<#inner>)
    };
    let handles = fields.iter().map(|field| (*field, handle(field)));
    let handles = structure(record, &record.original.generics, handles);
    (handles, items_of(record, fields.into_iter()))
}

fn structure<'f>(
    record: &Record<'_>,
    generics: &Generics,
    fields: impl Iterator<Item = (&'f Field<'f>, TokenStream)>,
) -> TokenStream {
    let (ident, vis) = (&record.original.ident, &record.original.vis);
    let name = record.name();
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let handles = handles(record);
    let fields = fields.map(|(Field { ident, vis, .. }, ty)| quote!(#vis #ident: #ty));
    let doc = format!("A handle for each field of `{name}`: see `{name}::hash_fields`.");
    let hash_fields = "A handle for each declared field, which knows its name in the hash and its \
                       type, under the field's own name and visibility.";
    // Those of a `Self` in a field's type, too.
    let fields: TokenStream = quote!(#(#fields,)*);
    let fields = with_self(fields, &quote!(#ident #ty_generics));
    quote! {
        #[doc = #doc]
        // Nobody but `hash_fields` names it, and it shows no more than the struct does.
        #[allow(dead_code, missing_debug_implementations, private_interfaces, private_bounds, unreachable_pub)]
        pub struct #handles #impl_generics #where_clause {
            #fields
            __redis_hash_of: __redis_hash::PhantomData<fn() -> #ident #ty_generics>,
        }

        #[automatically_derived]
        #[allow(dead_code)] // not everybody needs it
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #hash_fields]
            #vis fn hash_fields() -> <Self as __RedisHashFromRedisHash>::Handles {
                <Self as __RedisHashFromRedisHash>::hash_handles("")
            }
        }
    }
}

/// What the struct is called: a name that is nobody else's.
fn handles(record: &Record<'_>) -> Ident {
    format_ident!("__RedisHash{}Fields", record.original.ident.unraw())
}

/// What `impl FromRedisHash` says of it.
pub(super) fn items(record: &Record<'_>) -> TokenStream {
    items_of(record, record.declared())
}

fn items_of<'f>(record: &Record<'_>, fields: impl Iterator<Item = &'f Field<'f>>) -> TokenStream {
    let (name, handles) = (record.name(), handles(record));
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let made = fields.map(|field| {
        let ident = field.ident;
        let made = made(field, &name);
        quote!(#ident: #made)
    });
    quote! {
        type Handles = #handles #ty_generics;

        fn hash_handles(__redis_hash_prefix: &__redis_hash::Str) -> Self::Handles {
            let _ = __redis_hash_prefix;
            #handles { #(#made,)* __redis_hash_of: __redis_hash::PhantomData }
        }
    }
}

/// The type of its handle.
fn handle(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    let (attrs, ty) = (&field.attrs, field.ty);
    if attrs.is_flattened() {
        return super::from_hash::method(ty, TRAIT, "Handles");
    }
    let inner = field.adapted().0;
    if attrs.version.is_some() {
        return quote!(__redis_hash::HashField<#ty, __redis_hash::Counted>);
    }
    let codec = if attrs.json.is_some() {
        quote!(, __redis_hash::Json)
    } else if attrs.display.is_some() {
        quote!(, __redis_hash::DisplayText)
    } else if attrs.with.is_some() {
        let (ident, index) = (&record.original.ident, field.index);
        let (_, ty_generics, _) = record.original.generics.split_for_impl();
        quote!(, __redis_hash::With<#ident #ty_generics, #index>)
    } else {
        TokenStream::new()
    };
    quote!(__redis_hash::HashField<#inner #codec>)
}

fn made(field: &Field<'_>, record: &str) -> TokenStream {
    if !field.attrs.is_flattened() {
        let name = &field.name;
        return quote!(__redis_hash::HashField::new(#record, __redis_hash_prefix, #name));
    }
    let prefix = field.prefix();
    let handles = super::from_hash::method(field.ty, TRAIT, "hash_handles");
    if prefix.is_empty() {
        quote!(#handles(__redis_hash_prefix))
    } else {
        quote!(#handles(&__redis_hash::joined(__redis_hash_prefix, #prefix)))
    }
}

/// The tokens, with another type in place of each `Self`.
fn with_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "Self" => this.clone(),
            proc_macro2::TokenTree::Group(group) => {
                let inner = with_self(group.stream(), this);
                let mut new = proc_macro2::Group::new(group.delimiter(), inner);
                new.set_span(group.span());
                proc_macro2::TokenTree::from(new).into()
            }
            other => other.into(),
        })
        .collect()
}

/// What `#[redis_hash(with = "..")]` reads with, for the handle; with `write`, what it writes with.
pub(super) fn with(record: &Record<'_>, write: bool) -> TokenStream {
    let ident = &record.original.ident;
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    let impls = record.named().filter_map(|field| {
        let module = &field.attrs.with.as_ref()?.value;
        let (index, inner) = (field.index, field.adapted().0);
        let span = ends(&module.to_token_stream()).0;
        Some(if write {
            let call =
                quote_spanned!(span=> #module::to_hash_value(__redis_hash_value, __redis_hash_out));
            quote! {
                #[automatically_derived]
                impl #impl_generics __redis_hash::WriteWith<#index> for #ident #ty_generics #where_clause {
                    type Value = #inner;

                    fn write_with<'__redis_hash_w>(
                        __redis_hash_value: &#inner,
                        __redis_hash_out: __redis_hash::ValueWriter<'__redis_hash_w>,
                    ) -> __redis_hash::Result<
                        __redis_hash::WrittenValue<'__redis_hash_w>,
                        __redis_hash::ValueError,
                    > {
                        #call
                    }
                }
            }
        } else {
            let call = quote_spanned!(span=> #module::from_hash_value(__redis_hash_value));
            quote! {
                #[automatically_derived]
                impl #impl_generics __redis_hash::ReadWith<#index> for #ident #ty_generics #where_clause {
                    type Value = #inner;

                    fn read_with(
                        __redis_hash_value: __redis_hash::ValueReader,
                    ) -> __redis_hash::Result<#inner, __redis_hash::ValueError> {
                        #call
                    }
                }
            }
        })
    });
    impls.collect()
}
