//! Model to tokens. Infallible: what is wrong was found before.

mod bound;
mod key;
mod to_hash;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::attr::Given;
use crate::check;
use crate::ctxt::Ctxt;
use crate::fallback;
use crate::model::{Field, Record};

pub(crate) fn to_redis_hash(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let record = Record::new(&ctxt, input);
    check::check(&ctxt, &record);
    match ctxt.finish() {
        Ok(()) => {
            let to_hash = to_hash::expand(&record);
            let key = key::expand(&record);
            anonymous(&record, &quote!(#to_hash #key))
        }
        Err(errors) => {
            let stubs = anonymous(&record, &fallback::to_redis_hash(&record));
            quote!(#errors #stubs)
        }
    }
}

/// What generated code names of the core, and the name it has there: one that nobody else has.
const IMPORTS: [(&str, &str); 6] = [
    ("ToRedisHash", "__RedisHashToRedisHash"),
    ("HashKeyTemplate", "__RedisHashKeyTemplate"),
    ("KeyError", "__RedisHashKeyError"),
    ("KeySegment", "__RedisHashKeySegment"),
    ("ToHashField", "__RedisHashToHashField"),
    ("__private", "__redis_hash"),
];

/// The items, in a scope of their own, with the names of the core that they use.
///
/// All imported at once, so that a wrong `crate = path` is one error, at the path.
fn anonymous(record: &Record<'_>, items: &TokenStream) -> TokenStream {
    let krate = match &record.attrs.krate {
        None => quote!(::redis_hashmap),
        Some(Given { value: Some(path), .. }) => path.to_token_stream(),
        // Nobody knows where the core is. Any guess would be one more error.
        Some(Given { value: None, .. }) => return TokenStream::new(),
    };
    let ident = |name| Ident::new(name, krate.span());
    let (names, aliases): (Vec<_>, Vec<_>) = IMPORTS
        .into_iter()
        .filter(|(_, alias)| names_any(items, &|name| name == alias))
        .map(|(name, alias)| (ident(name), ident(alias)))
        .unzip();
    quote! {
        #[allow(deprecated)] // a deprecated field is still written
        const _: () = {
            use #krate::{#(#names as #aliases),*};
            #items
        };
    }
}

/// Whether one of the identifiers in these tokens is it.
fn names_any(tokens: &TokenStream, is_it: &impl Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_it(&ident),
        TokenTree::Group(group) => names_any(&group.stream(), is_it),
        _ => false,
    })
}

/// The call `<Ty as bound>::method(&self.field, more)`, all of it shown at one place: the field's
/// type, or `at`. Where the type lacks the bound, the caret is there, once.
///
/// rustc finds such a mistake in the path, in the call and in its arguments, and says it once only
/// where they are at the same place. We cannot join two spans on stable Rust, but its parser does:
/// so what begins has the first span, and what ends has the last.
fn call(
    field: &Field<'_>,
    at: Option<Span>,
    bound: &str,
    method: &str,
    more: &TokenStream,
) -> TokenStream {
    let ty = field.ty.to_token_stream();
    let (ty, (first, last)) = match at {
        // Elsewhere the type is not named again: rustc would say there, too, that it is unknown.
        Some(span) => (quote_spanned!(span=> _), (span, span)),
        None => (ty.clone(), ends(&ty)),
    };
    let mut member = field.ident.clone();
    member.set_span(last.resolved_at(member.span()));
    let (bound, method) = (Ident::new(bound, first), Ident::new(method, last));
    let reference = quote_spanned!(first=> &);
    let mut args = Group::new(Delimiter::Parenthesis, quote!(#reference self.#member, #more));
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
