//! `impl HashKeyTemplate`, and `hash_key`. (The names of the core are aliases there: see
//! `IMPORTS`.)
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
//!
//! impl User {
//!     fn hash_key(id: impl SegmentArg<u64>) -> Result<HashKey, KeyError> {
//!         HashKey::build(|key| { .. })
//!     }
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::LitStr;

use super::{bound::bounded, call};
use crate::model::Record;
use crate::template::{Part, Template};

const BOUND: &str = "__RedisHashKeySegment";

/// Our variables. The arguments of `hash_key` have the names of the user's fields, whatever those
/// are, and these are of another hygiene.
fn locals() -> (Ident, Ident) {
    let local = |name| Ident::new(name, Span::mixed_site());
    (local("__redis_hash_key"), local("__redis_hash_out"))
}

/// Nothing where the struct has no template.
pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let Some((text, template)) = record.attrs.key.as_ref().and_then(|key| key.value.as_ref())
    else {
        return TokenStream::new();
    };
    let (key, out) = locals();
    let ident = &record.original.ident;
    let plain = template.segments().filter(|segment| !segment.contains('.'));
    let types = plain.filter_map(|name| record.field(name));
    let types = types.map(|field| (field.ty.to_token_stream(), BOUND));
    let generics = bounded(&record.original.generics, types);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();

    let parts = parts(record, text, template, |segment| {
        let field = record.field(segment)?;
        // At the template: there the user says that this field is to be a segment.
        let at = Some((text.span(), members(segment)));
        Some(call(field, at, BOUND, "write_key_segment", &quote!(#out)))
    });
    let hash_key = hash_key(record, text, template);
    // At the struct, as in `to_hash`.
    let trait_ = Ident::new("__RedisHashKeyTemplate", ident.span());

    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            #[inline]
            fn write_hash_key(
                &self,
                #key: &mut __redis_hash::KeyWriter<'_>,
            ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                #parts
            }
        }
        #hash_key
    }
}

/// The key of a record that need not be there: an argument for each segment, in their order.
fn hash_key(record: &Record<'_>, text: &LitStr, template: &Template) -> TokenStream {
    let (ident, vis) = (&record.original.ident, &record.original.vis);
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    let (key, out) = locals();
    let mut seen = Vec::new();
    for segment in template.segments() {
        if !seen.contains(&segment) {
            seen.push(segment);
        }
    }
    let args = seen.iter().filter_map(|segment| {
        let arg = argument(record, segment)?;
        Some(if segment.contains('.') {
            quote!(#arg: impl __RedisHashKeySegment)
        } else {
            let ty = record.field(segment)?.ty;
            quote!(#arg: impl __redis_hash::SegmentArg<#ty>)
        })
    });
    let parts = parts(record, text, template, |segment| {
        let arg = argument(record, segment)?;
        Some(if segment.contains('.') {
            quote!(__RedisHashKeySegment::write_key_segment(&#arg, #out))
        } else {
            quote!(__redis_hash::SegmentArg::write_segment_arg(&#arg, #out))
        })
    });
    let doc = format!(
        "The key of the record with these segments: `{}`.\n\n# Errors\n\nA segment is a text \
         that no key may hold.",
        text.value(),
    );
    quote! {
        #[automatically_derived]
        #[allow(dead_code)] // not everybody needs it
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #doc]
            #vis fn hash_key(
                #(#args),*
            ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
                __redis_hash::HashKey::build(|#key| { #parts })
            }
        }
    }
}

/// What a segment is called as an argument: `{owner.id}` is `owner_id`.
fn argument(record: &Record<'_>, segment: &str) -> Option<Ident> {
    let field = record.field(segment)?;
    if segment.contains('.') {
        Some(Ident::new(&segment.replace('.', "_"), field.ident.span()))
    } else {
        Some(field.ident.clone())
    }
}

/// What follows the first name of a path.
fn members(segment: &str) -> Vec<&str> {
    segment.split('.').skip(1).collect()
}

/// The parts of the key in their order, each segment as `write` has it.
fn parts(
    record: &Record<'_>,
    text: &LitStr,
    template: &Template,
    write: impl Fn(&str) -> Option<TokenStream>,
) -> TokenStream {
    let (key, out) = locals();
    let (name, separators) = (record.name(), &template.separators);
    let escape = record.attrs.segments.as_ref().filter(|segments| segments.value);
    let escape = escape.map(|_| quote!(.escape()));
    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(text) => quote!(#key.literal(#text);),
        Part::Segment(segment) => {
            let write = write(segment);
            quote!(#key.segment(#segment, |#out| #write)?;)
        }
    });
    quote! {
        #key.begin(
            const { &__redis_hash::KeyTemplate::new(#name, #text, #separators) #escape },
        );
        #(#parts)*
        __redis_hash::Result::Ok(())
    }
}
