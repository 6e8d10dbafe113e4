//! Model to tokens. Infallible: what is wrong was found before.

mod key;
mod to_hash;

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{DeriveInput, Generics, WherePredicate};

use crate::check;
use crate::ctxt::Ctxt;
use crate::fallback;
use crate::model::Record;

pub(crate) fn to_redis_hash(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let record = Record::new(&ctxt, input);
    check::check(&ctxt, &record);
    match ctxt.finish() {
        Ok(()) => {
            let to_hash = to_hash::expand(&record);
            let key = key::expand(&record);
            anonymous(quote!(#to_hash #key))
        }
        Err(errors) => {
            let stubs = anonymous(fallback::to_redis_hash(&record));
            quote!(#errors #stubs)
        }
    }
}

/// Where the generated code finds the core.
pub(crate) fn krate(record: &Record<'_>) -> TokenStream {
    match &record.attrs.krate {
        Some(path) => path.value.to_token_stream(),
        None => quote!(::redis_hashmap),
    }
}

fn anonymous(items: TokenStream) -> TokenStream {
    quote! {
        #[allow(
            deprecated, // a deprecated field is still written
            unused_qualifications, // paths are whole because nothing is known of the scope
            clippy::absolute_paths,
        )]
        const _: () = { #items };
    }
}

/// The generics of an impl, with a bound for each of these types that names a type parameter.
/// The others hold or not by themselves, and then the error stands at the field.
fn bounded(
    generics: &Generics,
    types: impl Iterator<Item = TokenStream>,
    bound: &TokenStream,
) -> Generics {
    let mut generics = generics.clone();
    let params: HashSet<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    let predicates: Vec<WherePredicate> = types
        .filter(|ty| names_any(ty.clone(), &params))
        .map(|ty| syn::parse_quote!(#ty: #bound))
        .collect();
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

fn names_any(tokens: TokenStream, params: &HashSet<Ident>) -> bool {
    !params.is_empty()
        && tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => params.contains(&ident),
            TokenTree::Group(group) => names_any(group.stream(), params),
            _ => false,
        })
}
