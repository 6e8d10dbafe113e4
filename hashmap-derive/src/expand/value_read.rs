//! `impl FromHashValue`.
//!
//! ```text
//! impl FromHashValue for Colour {
//!     fn from_hash_value(value: ValueReader) -> Result<Self, ValueError> {
//!         match value.as_bytes() { b"red" => Ok(Self::Red), .., _ => Err(none_of(&["red", ..])) }
//!     }
//! }
//! ```

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{bound::bounded, from_hash::method};
use crate::value::{Shape, Value};

const TRAIT: &str = "__RedisHashFromHashValue";

pub(super) fn expand(value: &Value<'_>) -> TokenStream {
    match &value.shape {
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|(ident, text)| {
                let bytes = Literal::byte_string(text.as_bytes());
                quote!(#bytes => __redis_hash::Result::Ok(Self::#ident))
            });
            let texts = variants.iter().map(|(_, text)| text);
            let body = quote! {
                match __redis_hash::ValueReader::as_bytes(&__redis_hash_value) {
                    #(#arms,)*
                    _ => __redis_hash::Result::Err(__redis_hash::none_of(&[#(#texts),*])),
                }
            };
            implementation(value, None, &body)
        }
        Shape::Newtype(ty) => {
            let read = method(ty, TRAIT, "from_hash_value");
            let body = quote!(__redis_hash::Result::map(#read(__redis_hash_value), Self));
            implementation(value, Some((ty.to_token_stream(), TRAIT)), &body)
        }
    }
}

/// Beside an error. Never runs, for the program does not compile.
pub(super) fn stub(value: &Value<'_>) -> TokenStream {
    let body = quote! {
        let _ = __redis_hash_value;
        __redis_hash::Result::Err(__redis_hash::none_of(&[]))
    };
    implementation(value, None, &body)
}

fn implementation(
    value: &Value<'_>,
    types: Option<(TokenStream, &'static str)>,
    body: &TokenStream,
) -> TokenStream {
    let ident = &value.original.ident;
    let generics = bounded(&value.original.generics, types.into_iter());
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = value.original.generics.split_for_impl();
    let trait_ = Ident::new(TRAIT, ident.span());
    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            #[inline]
            fn from_hash_value(
                __redis_hash_value: __redis_hash::ValueReader,
            ) -> __redis_hash::Result<Self, __redis_hash::ValueError> {
                #body
            }
        }
    }
}
