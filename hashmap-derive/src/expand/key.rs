//! `impl HashKeyTemplate`. (The names of the core are aliases there: see `IMPORTS`.)
//!
//! ```text
//! impl HashKeyTemplate for User {
//!     fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
//!         key.begin(const { &KeyTemplate::new("User", "user:{id}", ":") });
//!         key.literal("user:");
//!         key.segment("id", |out| <_ as KeySegment>::write_key_segment(&self.id, out))?;
//!         Ok(())
//!     }
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{bound::bounded, call};
use crate::model::Record;
use crate::template::Part;

const BOUND: &str = "__RedisHashKeySegment";

/// Nothing where the struct has no template.
pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let Some((text, template)) = record.attrs.key.as_ref().and_then(|key| key.value.as_ref())
    else {
        return TokenStream::new();
    };
    let ident = &record.original.ident;
    let name = record.name();
    let separators = &template.separators;

    let segments = template.segments().filter_map(|name| record.field(name));
    let generics = bounded(&record.original.generics, segments, BOUND);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();

    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(text) => quote!(__redis_hash_key.literal(#text);),
        Part::Segment(segment) => {
            let Some(field) = record.field(segment) else {
                return TokenStream::new();
            };
            // At the template: there the user says that this field is to be a segment.
            let at = Some(text.span());
            let write = call(field, at, BOUND, "write_key_segment", &quote!(__redis_hash_out));
            quote! {
                __redis_hash_key.segment(#segment, |__redis_hash_out| #write)?;
            }
        }
    });

    // At the struct, as in `to_hash`.
    let trait_ = Ident::new("__RedisHashKeyTemplate", ident.span());

    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            #[inline]
            fn write_hash_key(
                &self,
                __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
            ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                __redis_hash_key.begin(
                    const { &__redis_hash::KeyTemplate::new(#name, #text, #separators) },
                );
                #(#parts)*
                __redis_hash::Result::Ok(())
            }
        }
    }
}
