//! Model to tokens. Infallible: what is wrong was found before.

mod bound;
pub(crate) mod fields;
pub(crate) mod from_hash;
pub(crate) mod key;
pub(crate) mod to_hash;
mod value;
mod value_read;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Index, Member};

use crate::attr::{Crate, Given};
use crate::check;
use crate::ctxt::Ctxt;
use crate::fallback;
use crate::model::{Field, Record};
use crate::value::Value;

pub(crate) fn to_redis_hash(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let record = Record::new(&ctxt, input);
    check::check_written(&ctxt, &record);
    match ctxt.finish() {
        Ok(()) => {
            let to_hash = to_hash::expand(&record);
            let flattened = to_hash::assert_flattened(&record);
            let key = key::expand(&record);
            let with = fields::with(&record, true);
            anonymous(&record.attrs.krate, &quote!(#to_hash #flattened #key #with))
        }
        Err(errors) => {
            let stubs = anonymous(&record.attrs.krate, &fallback::to_redis_hash(&record));
            quote!(#errors #stubs)
        }
    }
}

pub(crate) fn from_redis_hash(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let record = Record::new(&ctxt, input);
    check::check_read(&ctxt, &record);
    match ctxt.finish() {
        Ok(()) => {
            let from_hash = from_hash::expand(&record);
            let flattened = from_hash::assert_flattened(&record);
            let pattern = from_hash::pattern(&record);
            let with = fields::with(&record, false);
            anonymous(&record.attrs.krate, &quote!(#pattern #from_hash #flattened #with))
        }
        Err(errors) => {
            let stubs = anonymous(&record.attrs.krate, &fallback::from_redis_hash(&record));
            quote!(#errors #stubs)
        }
    }
}

pub(crate) fn from_hash_value(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let value = Value::new(&ctxt, input);
    match ctxt.finish() {
        Ok(()) => anonymous(&value.attrs.krate, &value_read::expand(&value)),
        Err(errors) => {
            let stubs = anonymous(&value.attrs.krate, &value_read::stub(&value));
            quote!(#errors #stubs)
        }
    }
}

pub(crate) fn to_hash_value(input: &DeriveInput) -> TokenStream {
    one_text(input, &value::TO_HASH_VALUE)
}

pub(crate) fn key_segment(input: &DeriveInput) -> TokenStream {
    one_text(input, &value::KEY_SEGMENT)
}

/// The derives of types that are one text.
fn one_text(input: &DeriveInput, derived: &value::Derived) -> TokenStream {
    let ctxt = Ctxt::new();
    let value = Value::new(&ctxt, input);
    match ctxt.finish() {
        Ok(()) => anonymous(&value.attrs.krate, &value::expand(&value, derived)),
        Err(errors) => {
            let stubs = anonymous(&value.attrs.krate, &value::stub(&value, derived));
            quote!(#errors #stubs)
        }
    }
}

/// What generated code names of the core, and the name it has there: one that nobody else has.
const IMPORTS: [(&str, &str); 18] = [
    ("ToRedisHash", "__RedisHashToRedisHash"),
    ("FromRedisHash", "__RedisHashFromRedisHash"),
    ("HashKeyPattern", "__RedisHashKeyPattern"),
    ("FromHashField", "__RedisHashFromHashField"),
    ("FromHashValue", "__RedisHashFromHashValue"),
    ("__private::FromJsonField", "__RedisHashFromJsonField"),
    ("__private::FromDisplayField", "__RedisHashFromDisplayField"),
    ("__private::Default", "__RedisHashDefault"),
    ("HashKeyTemplate", "__RedisHashKeyTemplate"),
    ("KeyError", "__RedisHashKeyError"),
    ("KeySegment", "__RedisHashKeySegment"),
    ("ToHashField", "__RedisHashToHashField"),
    ("ToHashValue", "__RedisHashToHashValue"),
    ("__private::AbsentField", "__RedisHashAbsentField"),
    ("__private::JsonField", "__RedisHashJsonField"),
    ("__private::DisplayField", "__RedisHashDisplayField"),
    ("__private::VersionField", "__RedisHashVersionField"),
    ("__private", "__redis_hash"),
];

/// The items, in a scope of their own, with the names of the core that they use.
///
/// All imported at once, so that a wrong `crate = path` is one error, at the path.
fn anonymous(krate: &Crate, items: &TokenStream) -> TokenStream {
    let krate = match krate {
        None => quote!(::redis_hashmap),
        Some(Given { value: Some(path), .. }) => path.to_token_stream(),
        // Nobody knows where the core is. Any guess would be one more error.
        Some(Given { value: None, .. }) => return TokenStream::new(),
    };
    let ident = |name| Ident::new(name, krate.span());
    let path = |name: &'static str| name.split("::").map(ident);
    // As text: to walk the tokens is to ask the compiler for each.
    let text = items.to_string();
    let (names, aliases): (Vec<_>, Vec<_>) = IMPORTS
        .into_iter()
        .filter(|(_, alias)| text.contains(alias))
        .map(|(name, alias)| {
            let path = path(name);
            (quote!(#(#path)::*), ident(alias))
        })
        .unzip();
    quote! {
        #[allow(deprecated)] // a deprecated field is still written
        const _: () = {
            use #krate::{#(#names as #aliases),*};
            #items
        };
    }
}

/// The call `<Ty as bound>::method(&self.field, more)`, all of it shown at one place: the field's
/// type, or `at`. Where the type lacks the bound, the caret is there, once.
///
/// rustc finds such a mistake in the path, in the call and in its arguments, and says it once only
/// where they are at the same place. We cannot join two spans on stable Rust, but its parser does:
/// so what begins has the first span, and what ends has the last.
///
/// With `at` go the members on the way from the field to the value.
fn call(
    field: &Field<'_>,
    at: Option<(Span, Vec<&str>)>,
    bound: &str,
    method: &str,
    more: &TokenStream,
) -> TokenStream {
    let ty = field.ty.to_token_stream();
    let (ty, (first, last), members) = match at {
        // Elsewhere the type is not named again: rustc would say there, too, that it is unknown.
        Some((span, members)) => (quote_spanned!(span=> _), (span, span), members),
        None => (ty.clone(), ends(&ty), Vec::new()),
    };
    let members = members.into_iter().map(|name| match name.parse::<u32>() {
        Ok(index) => Member::Unnamed(Index { index, span: last }),
        // A keyword is a member as `r#type`.
        Err(_) if syn::parse_str::<Ident>(name).is_err() => {
            Member::Named(Ident::new_raw(name, last))
        }
        Err(_) => Member::Named(Ident::new(name, last)),
    });
    let mut member = field.ident.clone();
    member.set_span(last.resolved_at(member.span()));
    let (bound, method) = (Ident::new(bound, first), Ident::new(method, last));
    let reference = quote_spanned!(first=> &);
    let mut args =
        Group::new(Delimiter::Parenthesis, quote!(#reference self.#member #(.#members)*, #more));
    args.set_span(last);
    quote_spanned!(first=> <#ty as #bound>::#method #args)
}

/// Where the tokens begin and end. A type that came through `macro_rules!` is in a group without
/// delimiters, which stands in the macro; what is in it is the user's.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut tokens = tokens.clone().into_iter();
    let Some(first) = tokens.next() else { return (Span::call_site(), Span::call_site()) };
    let last = tokens.last().unwrap_or_else(|| first.clone());
    let inside = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ends(&group.stream()),
        token => (token.span(), token.span()),
    };
    (inside(&first).0, inside(&last).1)
}
