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
    pub(crate) krate: Option<Given<Path>>,
}

/// What may stand on a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) rename: Option<Given<LitStr>>,
    pub(crate) skip: Option<Given<()>>,
    pub(crate) absent: Option<Given<Absent>>,
}

const ON_RECORD: &[&str] = &["key", "rename_all", "absent", "expire", "crate"];
const ON_FIELD: &[&str] = &["rename", "skip", "absent"];

impl RecordAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs) {
            match item.name.to_string().as_str() {
                "key" => {
                    let text = item.string(ctxt, "\"user:{id}\"");
                    let template = text.and_then(|text| {
                        let parsed = Template::parse(&text.value());
                        let template = parsed.map_err(|why| ctxt.error(&text, why)).ok()?;
                        Some((text, template))
                    });
                    set(ctxt, &mut parsed.key, &item, Some(template));
                }
                "rename_all" => {
                    let case = item.one_of(ctxt, &Case::ALL);
                    set(ctxt, &mut parsed.rename_all, &item, case);
                }
                "absent" => {
                    let absent = item.one_of(ctxt, &ABSENT);
                    set(ctxt, &mut parsed.absent, &item, absent);
                }
                "expire" => {
                    let ms = item.string(ctxt, "\"30d\"").and_then(|text| {
                        duration::parse(&text.value()).map_err(|why| ctxt.error(text, why)).ok()
                    });
                    set(ctxt, &mut parsed.expire, &item, ms);
                }
                "crate" => {
                    let path = item.path(ctxt);
                    set(ctxt, &mut parsed.krate, &item, path);
                }
                _ => unknown(ctxt, &item, ("a struct", ON_RECORD), ("a field", ON_FIELD)),
            }
        }
        parsed
    }
}

impl FieldAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs) {
            match item.name.to_string().as_str() {
                "rename" => {
                    let name = item.string(ctxt, "\"name\"");
                    set(ctxt, &mut parsed.rename, &item, name);
                }
                "skip" => {
                    let flag = item.flag(ctxt);
                    set(ctxt, &mut parsed.skip, &item, flag);
                }
                "absent" => {
                    let absent = item.one_of(ctxt, &ABSENT);
                    set(ctxt, &mut parsed.absent, &item, absent);
                }
                _ => unknown(ctxt, &item, ("a field", ON_FIELD), ("a struct", ON_RECORD)),
            }
        }
        parsed
    }
}

const ABSENT: [(&str, Absent); 2] = [("delete", Absent::Delete), ("keep", Absent::Keep)];

/// One of the comma-separated items: `skip`, or `rename = "x"`.
struct Item {
    name: Ident,
    /// The tokens after `=`, where there is one; with the span of the `=`.
    value: Option<(Span, TokenStream)>,
}

/// Every item that can be read. Each is looked at by itself, so that a mistake in one hides no
/// mistake in the next.
fn items(ctxt: &Ctxt, attrs: &[Attribute]) -> Vec<Item> {
    let mut items = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("redis_hash")) {
        let syn::Meta::List(list) = &attr.meta else {
            ctxt.error(&attr.meta, "expected a list: `#[redis_hash(..)]`");
            continue;
        };
        if list.tokens.is_empty() {
            ctxt.error(
                &attr.meta,
                "says nothing: expected `#[redis_hash(..)]` with an attribute inside",
            );
        }
        let mut tokens = list.tokens.clone().into_iter().peekable();
        while tokens.peek().is_some() {
            let item: Vec<_> = tokens.by_ref().take_while(|token| !is_punct(token, ',')).collect();
            items.extend(parse_item(ctxt, list, item));
        }
    }
    items
}

fn parse_item(ctxt: &Ctxt, list: &syn::MetaList, tokens: Vec<TokenTree>) -> Option<Item> {
    let mut tokens = tokens.into_iter();
    let name = match tokens.next() {
        Some(TokenTree::Ident(name)) => name,
        Some(other) => {
            ctxt.error(other, "expected the name of an attribute");
            return None;
        }
        None => {
            ctxt.error(list, "a comma with no attribute before it");
            return None;
        }
    };
    match tokens.next() {
        None => Some(Item { name, value: None }),
        Some(token) if is_punct(&token, '=') => {
            Some(Item { name, value: Some((token.span(), tokens.collect())) })
        }
        Some(other) => {
            ctxt.error(other, format!("expected `,` or `=` after `{name}`"));
            None
        }
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

impl Item {
    /// The value; its absence is a mistake.
    fn value(&self, ctxt: &Ctxt, example: &str) -> Option<&TokenStream> {
        let Self { name, value } = self;
        match value {
            Some((_, tokens)) if !tokens.is_empty() => return Some(tokens),
            Some((equals, _)) => {
                ctxt.error_at(*equals, format!("expected a value: `{name} = {example}`"))
            }
            None => ctxt.error(name, format!("`{name}` wants a value: `{name} = {example}`")),
        }
        None
    }

    fn string(&self, ctxt: &Ctxt, example: &str) -> Option<LitStr> {
        let tokens = self.value(ctxt, example)?;
        // A literal that came through `macro_rules!` is in a group of its own.
        syn::parse2::<LitStr>(tokens.clone())
            .map_err(|_| {
                ctxt.error(tokens, format!("expected a string: `{} = {example}`", self.name));
            })
            .ok()
    }

    fn one_of<T: Copy>(&self, ctxt: &Ctxt, choices: &[(&str, T)]) -> Option<T> {
        let text = self.string(ctxt, &format!("{:?}", choices[0].0))?;
        let found = choices.iter().find(|(choice, _)| *choice == text.value());
        if found.is_none() {
            let known: Vec<_> = choices.iter().map(|(choice, _)| format!("{choice:?}")).collect();
            ctxt.error(&text, format!("`{}` is one of {}", self.name, known.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    fn flag(&self, ctxt: &Ctxt) -> Option<()> {
        match &self.value {
            None => Some(()),
            Some((equals, value)) => {
                let tokens = TokenStream::from_iter([value.clone()]);
                let why = format!("`{}` takes no value", self.name);
                if tokens.is_empty() {
                    ctxt.error_at(*equals, why)
                } else {
                    ctxt.error(tokens, why)
                }
                None
            }
        }
    }

    fn path(&self, ctxt: &Ctxt) -> Option<Path> {
        let tokens = self.value(ctxt, "my_crate::redis_hashmap")?;
        let path = syn::parse2::<Path>(tokens.clone())
            .ok()
            .filter(|path| path.segments.iter().all(|segment| segment.arguments.is_none()));
        if path.is_none() {
            let why = format!(
                "expected a path, without quotes: `{} = my_crate::redis_hashmap`",
                self.name
            );
            ctxt.error(tokens, why);
        }
        path
    }
}

/// Takes the value over, unless there is one already.
fn set<T>(ctxt: &Ctxt, slot: &mut Option<Given<T>>, item: &Item, value: Option<T>) {
    if slot.is_some() {
        ctxt.error(&item.name, format!("`{}` is given twice", item.name));
    } else if let Some(value) = value {
        *slot = Some(Given { value, name: item.name.clone() });
    }
}

fn unknown(ctxt: &Ctxt, item: &Item, here: (&str, &[&str]), elsewhere: (&str, &[&str])) {
    let name = item.name.to_string();
    if elsewhere.1.contains(&name.as_str()) {
        let why = format!("`{name}` belongs on {}, not on {}", elsewhere.0, here.0);
        return ctxt.error(&item.name, why);
    }
    let why = match nearest(&name, here.1.iter().copied()) {
        Some(known) => format!("unknown attribute `{name}`; did you mean `{known}`?"),
        None => {
            format!("unknown attribute `{name}`; known on {}: `{}`", here.0, here.1.join("`, `"))
        }
    };
    ctxt.error(&item.name, why);
}

/// The known word that somebody who wrote this one may have meant.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= candidate.chars().count().min(word.chars().count()) / 3 + 1
        })
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

impl<T> ToTokens for Given<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
    }
}
