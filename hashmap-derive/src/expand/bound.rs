//! The bounds of an impl.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::{Generics, Lifetime, WherePredicate};

use super::ends;

/// The generics, with a bound for each of these types that names a type parameter. The others hold
/// or not by themselves, and then the error stands at the field.
///
/// Where a bound does not hold for a use of the struct, rustc points at it: so it is shown at the
/// field's type, and not at the derive.
pub(super) fn bounded(
    generics: &Generics,
    types: impl Iterator<Item = (TokenStream, &'static str)>,
) -> Generics {
    let params: HashSet<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if params.is_empty() {
        return generics.clone();
    }
    let mut lifetimes: HashSet<Ident> =
        generics.lifetimes().map(|param| param.lifetime.ident.clone()).collect();
    lifetimes.insert(Ident::new("static", Span::call_site()));

    let mut wanted: Vec<Wanted> = Vec::new();
    for (ty, bound) in types {
        if !names_any(&ty, &|name| params.contains(name)) {
            continue;
        }
        let mut any = Vec::new();
        let of_any = of_any_lifetime(ty.clone(), &lifetimes, &mut any);
        let same =
            |one: &&mut Wanted| one.bound == bound && one.of_any.to_string() == of_any.to_string();
        match wanted.iter_mut().find(same) {
            Some(one) => one.several |= one.ty.to_string() != ty.to_string(),
            None => wanted.push(Wanted { ty, bound, of_any, any, several: false }),
        }
    }

    let mut generics = generics.clone();
    if !wanted.is_empty() {
        let predicates = wanted.iter().map(Wanted::predicate);
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

/// A bound that is needed. Of two that differ in their lifetimes only, `&'a T` and `&'b T`, rustc
/// could not choose one: then there is one for all lifetimes.
struct Wanted {
    ty: TokenStream,
    bound: &'static str,
    of_any: TokenStream,
    any: Vec<Lifetime>,
    several: bool,
}

impl Wanted {
    fn predicate(&self) -> WherePredicate {
        let Self { ty, bound, of_any, any, several } = self;
        let bound = Ident::new(bound, ends(ty).0);
        if *several {
            syn::parse_quote!(for<#(#any),*> #of_any: #bound)
        } else {
            syn::parse_quote!(#ty: #bound)
        }
    }
}

/// The type with a new lifetime in place of each of these; the new ones are added to `any`.
fn of_any_lifetime(
    ty: TokenStream,
    lifetimes: &HashSet<Ident>,
    any: &mut Vec<Lifetime>,
) -> TokenStream {
    let mut after_quote = false;
    ty.into_iter()
        .map(|token| {
            let is_lifetime = std::mem::replace(&mut after_quote, is_quote(&token));
            match token {
                TokenTree::Ident(name) if is_lifetime && lifetimes.contains(&name) => {
                    let name = format!("__redis_hash_{}", any.len());
                    let name = Ident::new(&name, Span::call_site());
                    any.push(Lifetime { apostrophe: Span::call_site(), ident: name.clone() });
                    name.into()
                }
                TokenTree::Group(group) => {
                    let inner = of_any_lifetime(group.stream(), lifetimes, any);
                    let mut new = Group::new(group.delimiter(), inner);
                    new.set_span(group.span());
                    new.into()
                }
                other => other,
            }
        })
        .collect()
}

/// What begins a lifetime.
fn is_quote(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct)
        if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint)
}

/// Whether one of the identifiers in these tokens is it.
fn names_any(tokens: &TokenStream, is_it: &impl Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_it(&ident),
        TokenTree::Group(group) => names_any(&group.stream(), is_it),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::*;

    #[test]
    fn bounds() {
        let input: syn::DeriveInput = syn::parse_quote! {
            struct S<'a, 'b, T, U: Clone> where T: Copy {
                none: &'a str,
                a: &'a T,
                b: &'b T,
                again: &'b T,
                alone: Option<&'b U>,
                inside: (Cow<'static, [U]>, &'a fn(for<'x> fn(&'x U) -> T)),
                other: (Cow<'a, [U]>, &'a fn(for<'x> fn(&'x U) -> T)),
                not: path::Tea,
            }
        };
        let ctxt = crate::ctxt::Ctxt::new();
        let record = crate::model::Record::new(&ctxt, &input);
        ctxt.finish().unwrap();
        let generics = bounded(
            &input.generics,
            record.declared().map(|field| (field.ty.to_token_stream(), "Field")),
        );
        let clause = generics.where_clause.unwrap();
        let expected = quote! {
            where
                T: Copy,
                for<'__redis_hash_0> &'__redis_hash_0 T: Field,
                Option<&'b U>: Field,
                for<'__redis_hash_0, '__redis_hash_1>
                    (Cow<'__redis_hash_0, [U]>, &'__redis_hash_1 fn(for<'x> fn(&'x U) -> T)): Field
        };
        assert_eq!(clause.to_token_stream().to_string(), expected.to_string());
    }
}
