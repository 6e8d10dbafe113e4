//! `impl ToHashValue` and `impl KeySegment`, which differ in names only.
//!
//! ```text
//! impl ToHashValue for Colour {
//!     fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
//!         <str as ToHashValue>::write_hash_value(match self { Self::Red => "red", .. }, out)
//!     }
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{bound::bounded, ends};
use crate::value::{Shape, Value};

/// One of the two traits.
pub(super) struct Derived {
    /// The trait's alias, and its method.
    trait_: &'static str,
    method: &'static str,
    /// Writer and answer.
    signature: fn() -> (TokenStream, TokenStream),
}

pub(super) const TO_HASH_VALUE: Derived = Derived {
    trait_: "__RedisHashToHashValue",
    method: "write_hash_value",
    signature: || {
        (
            quote!(__redis_hash::ValueWriter<'__redis_hash_w>),
            quote! {
                __redis_hash::Result<
                    __redis_hash::WrittenValue<'__redis_hash_w>,
                    __redis_hash::ValueError,
                >
            },
        )
    },
};

pub(super) const KEY_SEGMENT: Derived = Derived {
    trait_: "__RedisHashKeySegment",
    method: "write_key_segment",
    signature: || {
        (
            quote!(__redis_hash::SegmentWriter<'__redis_hash_w>),
            quote!(__redis_hash::Result<(), __RedisHashKeyError>),
        )
    },
};

pub(super) fn expand(value: &Value<'_>, derived: &Derived) -> TokenStream {
    let method = Ident::new(derived.method, Span::call_site());
    let trait_ = Ident::new(derived.trait_, Span::call_site());
    let (types, body) = match &value.shape {
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|(ident, text)| quote!(Self::#ident => #text));
            let text = quote!(match self { #(#arms),* });
            (None, quote!(<__redis_hash::Str as #trait_>::#method(#text, __redis_hash_out)))
        }
        Shape::Newtype(ty) => {
            // At the type within: it is the one that has no text.
            let (first, last) = ends(&ty.to_token_stream());
            let trait_ = Ident::new(derived.trait_, first);
            let method = Ident::new(derived.method, last);
            let path = quote_spanned!(first=> <#ty as #trait_>::#method);
            (Some((ty.to_token_stream(), derived.trait_)), quote!(#path(&self.0, __redis_hash_out)))
        }
    };
    implementation(value, derived, types, &body)
}

/// Beside an error. Never runs, for the program does not compile.
pub(super) fn stub(value: &Value<'_>, derived: &Derived) -> TokenStream {
    let method = Ident::new(derived.method, Span::call_site());
    let trait_ = Ident::new(derived.trait_, Span::call_site());
    let body = quote!(<__redis_hash::Str as #trait_>::#method("", __redis_hash_out));
    implementation(value, derived, None, &body)
}

fn implementation(
    value: &Value<'_>,
    derived: &Derived,
    types: Option<(TokenStream, &'static str)>,
    body: &TokenStream,
) -> TokenStream {
    let ident = &value.original.ident;
    let generics = bounded(&value.original.generics, types.into_iter());
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = value.original.generics.split_for_impl();
    let trait_ = Ident::new(derived.trait_, ident.span());
    let method = Ident::new(derived.method, Span::call_site());
    let (writer, answer) = (derived.signature)();
    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            #[inline]
            fn #method<'__redis_hash_w>(
                &self,
                __redis_hash_out: #writer,
            ) -> #answer {
                #body
            }
        }
    }
}
