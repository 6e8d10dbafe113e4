//! The items of an attribute's list, `skip` and `rename = "x"`, before anyone knows what they mean.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Path};

use super::nearest;
use crate::ctxt::Ctxt;

/// A place for attributes.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) known: &'static [&'static str],
    pub(super) example: &'static str,
}

/// One of the comma-separated items: `skip`, or `rename = "x"`.
pub(super) struct Item {
    pub(super) name: Ident,
    rest: Rest,
}

/// What stands after the name, up to the comma.
enum Rest {
    Nothing,
    Value {
        equals: Span,
        tokens: TokenStream,
    },
    /// No `=`, but something; this is its first token.
    Other(TokenTree),
}

/// Every item that can be read, each name once. Each is looked at by itself, so that a mistake in
/// one hides no mistake in the next.
pub(super) fn items(ctxt: &Ctxt, attrs: &[Attribute], place: &Place) -> Vec<Item> {
    let mut items = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("redis_hash")) {
        let syn::Meta::List(list) = &attr.meta else {
            ctxt.error(
                &attr.meta,
                format!("expected a list, such as `#[redis_hash({})]`", place.example),
            );
            continue;
        };
        if list.tokens.is_empty() {
            ctxt.error(
                &attr.meta,
                format!("says nothing: write `#[redis_hash({})]`, or leave it out", place.example),
            );
        }
        add_items(ctxt, list.tokens.clone(), place, &mut items);
    }
    items
}

fn add_items(ctxt: &Ctxt, list: TokenStream, place: &Place, items: &mut Vec<Item>) {
    let mut add = |tokens: Vec<TokenTree>| {
        let Some(item) = parse_item(ctxt, tokens, place) else { return };
        // A field may have had several names.
        if item.name != "alias" && items.iter().any(|earlier| earlier.name == item.name) {
            ctxt.error(&item.name, format!("`{}` is given twice", item.name));
        } else {
            items.push(item);
        }
    };
    let mut tokens = Vec::new();
    for token in list {
        if !is_punct(&token, ',') {
            tokens.push(token);
        } else if tokens.is_empty() {
            ctxt.error(token, "a comma with no attribute before it");
        } else {
            add(std::mem::take(&mut tokens));
        }
    }
    if !tokens.is_empty() {
        add(tokens);
    }
}

/// `None` where there are no tokens, or no name before them.
fn parse_item(ctxt: &Ctxt, tokens: Vec<TokenTree>, place: &Place) -> Option<Item> {
    let mut tokens = tokens.into_iter();
    let name = match tokens.next()? {
        TokenTree::Ident(name) => name,
        other => {
            let why = format!("expected the name of an attribute, as in `{}`", place.example);
            ctxt.error(other, why);
            return None;
        }
    };
    let rest = match tokens.next() {
        None => Rest::Nothing,
        Some(token) if is_punct(&token, '=') => {
            Rest::Value { equals: token.span(), tokens: tokens.collect() }
        }
        Some(other) => Rest::Other(other),
    };
    Some(Item { name, rest })
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

impl Item {
    /// The value; its absence is a mistake.
    fn value(&self, ctxt: &Ctxt, example: &str) -> Option<&TokenStream> {
        let name = &self.name;
        match &self.rest {
            Rest::Value { tokens, .. } if !tokens.is_empty() => return Some(tokens),
            Rest::Value { equals, .. } => {
                ctxt.error_at(*equals, format!("expected a value: `{example}`"));
            }
            Rest::Nothing => ctxt.error(name, format!("`{name}` wants a value: `{example}`")),
            Rest::Other(token) => {
                ctxt.error(token, format!("expected `=` after `{name}`: `{example}`"));
            }
        }
        None
    }

    pub(super) fn string(&self, ctxt: &Ctxt, example: &str) -> Option<LitStr> {
        let tokens = self.value(ctxt, example)?;
        // A literal that came through `macro_rules!` is in a group of its own: `syn` sees through.
        if let Ok(text) = syn::parse2(tokens.clone()) {
            return Some(text);
        }
        let mut parts = tokens.clone().into_iter();
        let first =
            parts.next().filter(|first| syn::parse2::<LitStr>(first.to_token_stream()).is_ok());
        match (first, parts.next()) {
            (Some(first), Some(second)) => {
                ctxt.error(second, format!("expected `,` after `{first}`"));
            }
            _ => ctxt.error(tokens, format!("expected a string: `{example}`")),
        }
        None
    }

    pub(super) fn one_of<T: Copy>(
        &self,
        ctxt: &Ctxt,
        example: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.string(ctxt, example)?;
        let value = text.value();
        let found = choices.iter().find(|(choice, _)| *choice == value);
        if found.is_none() {
            let name = &self.name;
            let known = choices.iter().map(|(choice, _)| *choice);
            let help = if let Some(choice) = nearest(&value, known.clone()) {
                format!("; did you mean \"{choice}\"?")
            } else {
                let known: Vec<_> = known.map(|choice| format!("{choice:?}")).collect();
                format!("; it is one of {}", known.join(", "))
            };
            ctxt.error(&text, format!("`{name}` cannot be {value:?}{help}"));
        }
        found.map(|(_, value)| *value)
    }

    /// Whether the name stands alone.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self.rest, Rest::Nothing)
    }

    pub(super) fn flag(&self, ctxt: &Ctxt) -> Option<()> {
        let name = &self.name;
        let why = format!("`{name}` takes no value");
        match &self.rest {
            Rest::Nothing => return Some(()),
            Rest::Value { equals, tokens } if tokens.is_empty() => ctxt.error_at(*equals, why),
            Rest::Value { tokens, .. } => ctxt.error(tokens, why),
            Rest::Other(token @ TokenTree::Group(_)) => ctxt.error(token, why),
            Rest::Other(token) => ctxt.error(token, format!("expected `,` after `{name}`")),
        }
        None
    }

    /// `None`, and an error, where there is no path. A quoted one is an error too, but what it
    /// means is clear, so that nothing else goes wrong for the lack of it.
    pub(super) fn path(&self, ctxt: &Ctxt, example: &str) -> Option<Path> {
        let tokens = self.value(ctxt, example)?;
        // One that can be imported from.
        let plain = |path: &Path| {
            path.segments.iter().all(|part| part.arguments.is_none() && part.ident != "Self")
        };
        if let Some(path) = syn::parse2(tokens.clone()).ok().filter(plain) {
            return Some(path);
        }
        let quoted = syn::parse2::<LitStr>(tokens.clone()).ok();
        let path = quoted.and_then(|text| text.parse().ok()).filter(plain);
        match &path {
            Some(path) => {
                let path = path.to_token_stream().to_string().replace(' ', "");
                ctxt.error(tokens, format!("expected a path, without quotes: `crate = {path}`"));
            }
            None => ctxt.error(tokens, format!("expected a path: `{example}`")),
        }
        path
    }

    /// A path in quotes, as `serde` has it.
    pub(super) fn quoted_path(&self, ctxt: &Ctxt, example: &str) -> Option<Path> {
        let text = self.string(ctxt, example)?;
        let path = text.parse().ok();
        if path.is_none() {
            ctxt.error(&text, format!("{:?} is no path: `{example}`", text.value()));
        }
        path
    }

    /// What is in the parentheses after the name; `None` where there are none.
    pub(super) fn list(&self, ctxt: &Ctxt, place: &Place) -> Option<Vec<Item>> {
        match &self.rest {
            Rest::Nothing => None,
            Rest::Other(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let mut items = Vec::new();
                if group.stream().is_empty() {
                    let name = &self.name;
                    ctxt.error(group, format!("says nothing: write `{name}({})`", place.example));
                }
                add_items(ctxt, group.stream(), place, &mut items);
                Some(items)
            }
            Rest::Value { tokens, .. } => {
                let name = &self.name;
                ctxt.error(tokens, format!("expected `{name}` or `{name}({})`", place.example));
                None
            }
            Rest::Other(token) => {
                ctxt.error(token, format!("expected `,` after `{}`", self.name));
                None
            }
        }
    }

    /// Says that nobody knows this item here.
    pub(super) fn unknown(&self, ctxt: &Ctxt, here: &Place, elsewhere: &[&Place]) {
        let name = self.name.to_string();
        let there = elsewhere.iter().find(|place| place.known.contains(&name.as_str()));
        let why = if let Some(there) = there {
            format!("`{name}` belongs on {}, not on {}", there.name, here.name)
        } else if let Some(known) = nearest(&name, here.known.iter().copied()) {
            format!("unknown attribute `{name}`; did you mean `{known}`?")
        } else {
            format!("unknown attribute `{name}`; on {}: `{}`", here.name, here.known.join("`, `"))
        };
        ctxt.error(&self.name, why);
    }
}
