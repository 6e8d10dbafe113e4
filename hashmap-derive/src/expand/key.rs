//! `impl HashKeyTemplate`, and `hash_key`. (The names of the core are aliases there: see
//! `IMPORTS`.)
//!
//! ```text
//! static TEMPLATE: KeyTemplate = KeyTemplate::new("User", "user:{id}", ":");
//!
//! impl HashKeyTemplate for User {
//!     fn write_hash_key(&self, key: &mut KeyWriter<'_>) -> Result<(), KeyError> {
//!         key.begin(&TEMPLATE);
//!         <_ as KeySegment>::write_key_segment(&self.id, key.segment("user:", "id"))
//!     }
//! }
//!
//! impl User {
//!     fn hash_key(id: impl SegmentArg<u64>) -> Result<HashKey, KeyError> {
//!         HashKey::build(&TEMPLATE, &[("user:", "id", SegmentArg::segment(&id))], "")
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
const TEMPLATE: &str = "__REDIS_HASH_TEMPLATE";

/// Nothing where the struct has no template.
pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let Some((text, template)) = record.template() else { return TokenStream::new() };
    let ident = &record.original.ident;
    let plain = template.segments().filter(|segment| !segment.contains('.'));
    let types = plain.filter_map(|name| record.field(name));
    let types = types.map(|field| (field.ty.to_token_stream(), BOUND));
    let generics = bounded(&record.original.generics, types);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();

    let template_static = template_static(record, text, template, false);
    let parts = write_parts(record, text, template);
    let hash_key = hash_key(record, text, template);
    // At the struct, as in `to_hash`.
    let trait_ = Ident::new("__RedisHashKeyTemplate", ident.span());
    let static_ = template_ident();

    quote! {
        #template_static

        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            #[inline]
            fn write_hash_key(
                &self,
                __redis_hash_key: &mut __redis_hash::KeyWriter<'_>,
            ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                __redis_hash_key.begin(&#static_);
                #parts
            }
        }
        #hash_key
    }
}

/// What the template is called in the scope of the impls.
pub(super) fn template_ident() -> Ident {
    Ident::new(TEMPLATE, Span::call_site())
}

/// The template as the core knows it; with its parts for whoever reads keys.
pub(super) fn template_static(
    record: &Record<'_>,
    text: &LitStr,
    template: &Template,
    is_read: bool,
) -> TokenStream {
    let static_ = template_ident();
    let (name, separators) = (record.name(), &template.separators);
    let escape = record.attrs.segments.as_ref().filter(|segments| segments.value);
    let escape = escape.map(|_| quote!(.escape()));
    let parts = is_read.then(|| {
        let (segments, end) = segments(template);
        let segments = segments.iter().map(|(before, name)| quote!((#before, #name)));
        quote!(.parts(&[#(#segments),*], #end))
    });
    quote! {
        static #static_: __redis_hash::KeyTemplate =
            __redis_hash::KeyTemplate::new(#name, #text, #separators) #escape #parts;
    }
}

/// The segments in their order, each with the literal before it; and the literal after the last.
fn segments(template: &Template) -> (Vec<(&str, &str)>, &str) {
    let (mut segments, mut before) = (Vec::new(), "");
    for part in &template.parts {
        match part {
            Part::Literal(text) => before = text,
            Part::Segment(segment) => {
                segments.push((std::mem::take(&mut before), segment.as_str()));
            }
        }
    }
    (segments, before)
}

/// The statements that write the key of a record.
fn write_parts(record: &Record<'_>, text: &LitStr, template: &Template) -> TokenStream {
    let (segments, end) = segments(template);
    let written = segments.iter().filter_map(|(before, segment)| {
        let field = record.field(segment)?;
        // At the template: there the user says that this field is to be a segment.
        let at = Some((text.span(), members(segment)));
        let out = quote!(__redis_hash_key.segment(#before, #segment));
        Some(call(field, at, BOUND, "write_key_segment", &out))
    });
    // The last thing is what the function answers: a `?` less for the compiler.
    let mut written: Vec<_> = written.collect();
    let last = match written.pop() {
        Some(last) if end.is_empty() => last,
        last => {
            written.extend(last);
            quote! {
                __redis_hash_key.literal(#end);
                __redis_hash::Result::Ok(())
            }
        }
    };
    quote!(#(#written?;)* #last)
}

/// The key of a record that need not be there: an argument for each segment, in their order.
fn hash_key(record: &Record<'_>, text: &LitStr, template: &Template) -> TokenStream {
    let (ident, vis) = (&record.original.ident, &record.original.vis);
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    let arguments = arguments(record, template);
    let args = arguments.iter().filter_map(|(segment, arg)| {
        Some(if segment.contains('.') {
            quote!(#arg: impl __RedisHashKeySegment)
        } else {
            let ty = record.field(segment)?.ty;
            quote!(#arg: impl __redis_hash::SegmentArg<#ty>)
        })
    });
    let (segments, end) = segments(template);
    let segments = segments.iter().filter_map(|(before, segment)| {
        let (_, arg) = arguments.iter().find(|(name, _)| name == segment)?;
        Some(if segment.contains('.') {
            quote!((#before, #segment, &#arg))
        } else {
            quote!((#before, #segment, __redis_hash::SegmentArg::segment(&#arg)))
        })
    });
    let doc = format!(
        "The key of the record with these segments: `{}`.\n\n# Errors\n\nA segment is a text \
         that no key may hold.",
        text.value(),
    );
    let static_ = template_ident();
    quote! {
        #[automatically_derived]
        #[allow(dead_code)] // not everybody needs it
        impl #impl_generics #ident #ty_generics #where_clause {
            #[doc = #doc]
            #vis fn hash_key(
                #(#args),*
            ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
                __redis_hash::HashKey::build(&#static_, &[#(#segments),*], #end)
            }
        }
    }
}

/// Beside the errors of a broken struct: `hash_key` with as many arguments, of any type.
pub(crate) fn stub(record: &Record<'_>, template: &Template) -> TokenStream {
    let (ident, vis) = (&record.original.ident, &record.original.vis);
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    let args = distinct(template).into_iter().map(|_| quote!(_: impl __redis_hash::Sized));
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #impl_generics #ident #ty_generics #where_clause {
            #vis fn hash_key(
                #(#args),*
            ) -> __redis_hash::Result<__redis_hash::HashKey, __RedisHashKeyError> {
                __redis_hash::HashKey::build(
                    &const { __redis_hash::KeyTemplate::new("", "", "") }, &[], "",
                )
            }
        }
    }
}

/// The segments in their order, each once.
fn distinct(template: &Template) -> Vec<&str> {
    let mut distinct = Vec::new();
    for segment in template.segments() {
        if !distinct.contains(&segment) {
            distinct.push(segment);
        }
    }
    distinct
}

/// What the segments are called as arguments: `{owner.id}` is `owner_id`, or `owner_id_` where a
/// field of that name is a segment too.
fn arguments<'t>(record: &Record<'_>, template: &'t Template) -> Vec<(&'t str, Ident)> {
    let distinct = distinct(template);
    let mut taken: Vec<String> = distinct.iter().map(|&segment| segment.to_owned()).collect();
    let arguments = distinct.into_iter().filter_map(|segment| {
        let field = record.field(segment)?;
        if !segment.contains('.') {
            return Some((segment, field.ident.clone()));
        }
        let mut name = segment.replace('.', "_");
        while taken.contains(&name) {
            name.push('_');
        }
        let ident = Ident::new(&name, field.ident.span());
        taken.push(name);
        Some((segment, ident))
    });
    arguments.collect()
}

/// What follows the first name of a path.
fn members(segment: &str) -> Vec<&str> {
    segment.split('.').skip(1).collect()
}
