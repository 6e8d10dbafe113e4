//! `impl HashKeyTemplate`.
//!
//! ```text
//! impl HashKeyTemplate for User {
//!     fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
//!         key.begin(const { &KeyTemplate::new("User", "user:{id}", ":") });
//!         key.literal("user:");
//!         key.segment("id", |out| <u64 as KeySegment>::write_key_segment(&self.id, out))?;
//!         Ok(())
//!     }
//! }
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::{bounded, krate};
use crate::model::Record;
use crate::template::Part;

/// Nothing where the struct has no template.
pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let Some((text, template)) = record.attrs.key.as_ref().and_then(|key| key.value.as_ref())
    else {
        return TokenStream::new();
    };
    let krate = krate(record);
    let ident = &record.original.ident;
    let name = ident.to_string();
    let separators = &template.separators;

    let segments = || template.segments().filter_map(|name| record.field(name));
    let types = segments().map(|field| field.ty.to_token_stream());
    let generics = bounded(&record.original.generics, types, &quote!(#krate::KeySegment));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();

    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(text) => quote!(__redis_hash_key.literal(#text);),
        Part::Segment(segment) => {
            let Some(field) = record.field(segment) else {
                return TokenStream::new();
            };
            let (member, ty) = (field.ident, respan(field.ty.to_token_stream(), text.span()));
            // At the template: there the user says that this field is to be a segment.
            let write =
                quote_spanned!(text.span()=> <#ty as #krate::KeySegment>::write_key_segment);
            quote! {
                __redis_hash_key.segment(#segment, |__redis_hash_out| {
                    #write(&self.#member, __redis_hash_out)
                })?;
            }
        }
    });

    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::HashKeyTemplate for #ident #ty_generics #where_clause {
            fn write_hash_key(
                &self,
                __redis_hash_key: &mut #krate::__private::KeyWriter<'_>,
            ) -> #krate::__private::Result<(), #krate::KeyError> {
                __redis_hash_key.begin(
                    const { &#krate::__private::KeyTemplate::new(#name, #text, #separators) },
                );
                #(#parts)*
                #krate::__private::Result::Ok(())
            }
        }
    }
}

/// The same tokens, shown at another place. What they mean stays as it was where they stood.
fn respan(tokens: TokenStream, span: proc_macro2::Span) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = Group::new(group.delimiter(), respan(group.stream(), span)).into();
            }
            let place = span.resolved_at(token.span());
            token.set_span(place);
            token
        })
        .collect()
}
