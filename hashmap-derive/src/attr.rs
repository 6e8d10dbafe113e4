//! `#[redis_hash(..)]`: tokens to typed attributes, each with the span of its name.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Path};

use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::duration;
use crate::template::Template;

/// A value, and the name that it was given to: where "not allowed here" belongs.
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) name: Ident,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Absent {
    Delete,
    Keep,
}

/// What may stand on a struct.
#[derive(Default)]
pub(crate) struct RecordAttrs {
    /// `None` inside: there is a template, and it is wrong.
    pub(crate) key: Option<Given<Option<(LitStr, Template)>>>,
    pub(crate) rename_all: Option<Given<Case>>,
    pub(crate) absent: Option<Given<Absent>>,
    /// Milliseconds.
    pub(crate) expire: Option<Given<u64>>,
    /// `None` inside: there is a path, and it is wrong.
    pub(crate) krate: Option<Given<Option<Path>>>,
}

/// What may stand on a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) rename: Option<Given<LitStr>>,
    pub(crate) skip: Option<Given<()>>,
    pub(crate) absent: Option<Given<Absent>>,
}

/// One of the two places for attributes.
struct Place {
    name: &'static str,
    known: &'static [&'static str],
    example: &'static str,
}

const RECORD: Place = Place {
    name: "the struct",
    known: &["key", "rename_all", "absent", "expire", "crate"],
    example: KEY,
};
const FIELD: Place =
    Place { name: "a field", known: &["rename", "skip", "absent"], example: RENAME };

const KEY: &str = "key = \"user:{id}\"";
const RENAME_ALL: &str = "rename_all = \"camelCase\"";
const ABSENT: &str = "absent = \"keep\"";
const EXPIRE: &str = "expire = \"30d\"";
const CRATE: &str = "crate = my_crate::redis_hashmap";
const RENAME: &str = "rename = \"name\"";

const POLICIES: [(&str, Absent); 2] = [("delete", Absent::Delete), ("keep", Absent::Keep)];

impl RecordAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs, &RECORD) {
            match item.name.to_string().as_str() {
                "key" => {
                    let text = item.string(ctxt, KEY);
                    let template = text.and_then(|text| {
                        let parsed = Template::parse(&text.value());
                        let template = parsed.map_err(|why| ctxt.error(&text, why)).ok()?;
                        Some((text, template))
                    });
                    set(&mut parsed.key, &item, Some(template));
                }
                "rename_all" => {
                    set(&mut parsed.rename_all, &item, item.one_of(ctxt, RENAME_ALL, &Case::ALL));
                }
                "absent" => {
                    set(&mut parsed.absent, &item, item.one_of(ctxt, ABSENT, &POLICIES));
                }
                "expire" => {
                    let ms = item.string(ctxt, EXPIRE).and_then(|text| {
                        duration::parse(&text.value()).map_err(|why| ctxt.error(text, why)).ok()
                    });
                    set(&mut parsed.expire, &item, ms);
                }
                "crate" => set(&mut parsed.krate, &item, Some(item.path(ctxt, CRATE))),
                _ => unknown(ctxt, &item, &RECORD, &FIELD),
            }
        }
        parsed
    }
}

impl FieldAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs, &FIELD) {
            match item.name.to_string().as_str() {
                "rename" => set(&mut parsed.rename, &item, item.string(ctxt, RENAME)),
                "skip" => set(&mut parsed.skip, &item, item.flag(ctxt)),
                "absent" => {
                    set(&mut parsed.absent, &item, item.one_of(ctxt, ABSENT, &POLICIES));
                }
                _ => unknown(ctxt, &item, &FIELD, &RECORD),
            }
        }
        parsed
    }
}

/// One of the comma-separated items: `skip`, or `rename = "x"`.
struct Item {
    name: Ident,
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
fn items(ctxt: &Ctxt, attrs: &[Attribute], place: &Place) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut add = |tokens: Vec<TokenTree>| {
        let Some(item) = parse_item(ctxt, tokens, place) else { return };
        if items.iter().any(|earlier| earlier.name == item.name) {
            ctxt.error(&item.name, format!("`{}` is given twice", item.name));
        } else {
            items.push(item);
        }
    };
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
        let mut tokens = Vec::new();
        for token in list.tokens.clone() {
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
    items
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

    fn string(&self, ctxt: &Ctxt, example: &str) -> Option<LitStr> {
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

    fn one_of<T: Copy>(&self, ctxt: &Ctxt, example: &str, choices: &[(&str, T)]) -> Option<T> {
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

    fn flag(&self, ctxt: &Ctxt) -> Option<()> {
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
    fn path(&self, ctxt: &Ctxt, example: &str) -> Option<Path> {
        let tokens = self.value(ctxt, example)?;
        let plain = |path: &Path| path.segments.iter().all(|segment| segment.arguments.is_none());
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
}

/// Takes the value over, where there is one.
fn set<T>(slot: &mut Option<Given<T>>, item: &Item, value: Option<T>) {
    *slot = value.map(|value| Given { value, name: item.name.clone() });
}

fn unknown(ctxt: &Ctxt, item: &Item, here: &Place, elsewhere: &Place) {
    let name = item.name.to_string();
    let why = if elsewhere.known.contains(&name.as_str()) {
        format!("`{name}` belongs on {}, not on {}", elsewhere.name, here.name)
    } else if let Some(known) = nearest(&name, here.known.iter().copied()) {
        format!("unknown attribute `{name}`; did you mean `{known}`?")
    } else {
        format!("unknown attribute `{name}`; on {}: `{}`", here.name, here.known.join("`, `"))
    };
    ctxt.error(&item.name, why);
}

/// The known word that somebody who wrote this one may have meant: a few letters off, or the
/// beginning of it, or beginning with it.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let shorter = lower.chars().count().min(word.chars().count());
            let begins = shorter > 2 && (lower.starts_with(&word) || word.starts_with(&lower));
            let distance = strsim::damerau_levenshtein(&word, &lower);
            // A word of which no letter is left is another word.
            let near = distance <= shorter / 3 + 1 && distance < lower.chars().count();
            (begins || near).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

impl<T> ToTokens for Given<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
    }
}
