//! `impl HashFields`, and `hash_fields`: a handle for each declared field.
//!
//! ```text
//! pub struct Fields { pub name: HashField<String>, tags: HashField<Vec<String>, Json>, .. }
//!
//! impl HashFields for User {
//!     type Handles = Fields;
//!     fn hash_handles(prefix: &str) -> Fields {
//!         Fields { name: HashField::new("User", prefix, "name"), .. }
//!     }
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::{bound::bounded, ends};
use crate::model::{Field, Record};

const FIELD: &str = "__RedisHashFromHashField";
const TRAIT: &str = "__RedisHashFields";

pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let (ident, vis) = (&record.original.ident, &record.original.vis);
    let name = record.name();
    let bounds = record.declared().filter_map(|field| {
        let attrs = &field.attrs;
        if attrs.is_flattened() {
            Some((field.ty.to_token_stream(), TRAIT))
        } else {
            is_plain(field).then(|| (field.ty.to_token_stream(), FIELD))
        }
    });
    let generics = bounded(&record.original.generics, bounds);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let handles = format_ident!("__RedisHash{}Fields", syn::ext::IdentExt::unraw(ident));
    let fields = record.declared().map(|field| {
        let (ident, vis, ty) = (field.ident, field.vis, handle(record, field));
        quote!(#vis #ident: #ty)
    });
    let made = record.declared().map(|field| {
        let ident = field.ident;
        let made = made(field, &name);
        quote!(#ident: #made)
    });
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
        impl #impl_generics __RedisHashFields for #ident #ty_generics #where_clause {
            type Handles = #handles #ty_generics;

            fn hash_handles(__redis_hash_prefix: &__redis_hash::Str) -> Self::Handles {
                let _ = __redis_hash_prefix;
                #handles { #(#made,)* __redis_hash_of: __redis_hash::PhantomData }
            }
        }

        #[automatically_derived]
        #[allow(dead_code)] // not everybody needs it
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #hash_fields]
            #vis fn hash_fields() -> <Self as __RedisHashFields>::Handles {
                <Self as __RedisHashFields>::hash_handles("")
            }
        }
    }
}

fn is_plain(field: &Field<'_>) -> bool {
    let attrs = &field.attrs;
    attrs.json.is_none()
        && attrs.display.is_none()
        && attrs.with.is_none()
        && attrs.version.is_none()
}

/// The type of its handle.
fn handle(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    let (attrs, ty) = (&field.attrs, field.ty);
    let span = ends(&ty.to_token_stream()).0;
    if attrs.is_flattened() {
        let trait_ = Ident::new(TRAIT, span);
        return quote_spanned!(span=> <#ty as #trait_>::Handles);
    }
    let inner = field.adapted().0;
    let codec = if attrs.json.is_some() {
        quote!(__redis_hash::Json)
    } else if attrs.display.is_some() {
        quote!(__redis_hash::DisplayText)
    } else if attrs.version.is_some() {
        return quote!(__redis_hash::HashField<#ty, __redis_hash::Counted>);
    } else if attrs.with.is_some() {
        let (ident, index) = (&record.original.ident, field.index);
        let (_, ty_generics, _) = record.original.generics.split_for_impl();
        quote!(__redis_hash::With<#ident #ty_generics, #index>)
    } else {
        let trait_ = Ident::new(FIELD, span);
        let value = quote_spanned!(span=> <#ty as #trait_>::Value);
        return quote!(__redis_hash::HashField<#value>);
    };
    quote!(__redis_hash::HashField<#inner, #codec>)
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
