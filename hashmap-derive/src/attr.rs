//! `#[redis_hash(..)]`: tokens to typed attributes, each with the span of its name.

mod item;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Path};

use self::item::{Item, Place, items};
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::duration::{self, Mortal};
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

/// What may stand on a struct that is a record.
#[derive(Default)]
pub(crate) struct RecordAttrs {
    /// `None` inside: there is a template, and it is wrong.
    pub(crate) key: Option<Given<Option<(LitStr, Template)>>>,
    /// Whether strings in segments are escaped instead of refused.
    pub(crate) segments: Option<Given<bool>>,
    pub(crate) rename_all: Option<Given<Case>>,
    pub(crate) absent: Option<Given<Absent>>,
    /// Milliseconds.
    pub(crate) expire: Option<Given<u64>>,
    pub(crate) persist: Option<Given<()>>,
    pub(crate) deny_unknown_fields: Option<Given<()>>,
    pub(crate) redis_traits: Option<Given<()>>,
    pub(crate) krate: Crate,
}

/// `None` inside: there is a path, and it is wrong.
pub(crate) type Crate = Option<Given<Option<Path>>>;

/// What may stand on a field of a record.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) rename: Option<Given<LitStr>>,
    pub(crate) skip: Option<Given<()>>,
    pub(crate) skip_if: Option<Given<Path>>,
    pub(crate) absent: Option<Given<Absent>>,
    pub(crate) json: Option<Given<()>>,
    pub(crate) display: Option<Given<()>>,
    pub(crate) with: Option<Given<Path>>,
    /// The prefix.
    pub(crate) flatten: Option<Given<Option<LitStr>>>,
    /// Milliseconds.
    pub(crate) expire: Option<Given<u64>>,
    pub(crate) version: Option<Given<()>>,
    /// The function that makes it; `None` for that of the type.
    pub(crate) default: Option<Given<Option<Path>>>,
    /// Names that the field had before.
    pub(crate) aliases: Vec<Given<LitStr>>,
    pub(crate) extra: Option<Given<()>>,
}

/// What may stand on an enum or newtype that is a value.
#[derive(Default)]
pub(crate) struct ValueAttrs {
    pub(crate) rename_all: Option<Given<Case>>,
    pub(crate) krate: Crate,
}

/// What may stand on a variant.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) rename: Option<Given<LitStr>>,
}

const RECORD: Place = Place {
    name: "the struct",
    known: &[
        "key",
        "segments",
        "rename_all",
        "absent",
        "expire",
        "persist",
        "deny_unknown_fields",
        "redis_traits",
        "crate",
    ],
    example: KEY,
};
const FIELD: Place = Place {
    name: "a field",
    known: &[
        "rename", "alias", "skip", "skip_if", "absent", "default", "json", "display", "with",
        "flatten", "extra", "expire", "version",
    ],
    example: RENAME,
};
const FLATTEN: Place = Place { name: "`flatten`", known: &["prefix"], example: PREFIX };
const VALUE: Place =
    Place { name: "the type", known: &["rename_all", "crate"], example: RENAME_ALL };
const VARIANT: Place = Place { name: "a variant", known: &["rename"], example: RENAME };

const KEY: &str = "key = \"user:{id}\"";
const SEGMENTS: &str = "segments = \"escape\"";
const RENAME_ALL: &str = "rename_all = \"camelCase\"";
const ABSENT: &str = "absent = \"keep\"";
const EXPIRE: &str = "expire = \"30d\"";
const EXPIRE_FIELD: &str = "expire = \"15m\"";
const CRATE: &str = "crate = my_crate::redis_hashmap";
const RENAME: &str = "rename = \"name\"";
const SKIP_IF: &str = "skip_if = \"Vec::is_empty\"";
const WITH: &str = "with = \"my_module\"";
const ALIAS: &str = "alias = \"old_name\"";
const DEFAULT: &str = "default = \"my_function\"";
const PREFIX: &str = "prefix = \"addr_\"";

const POLICIES: [(&str, Absent); 2] = [("delete", Absent::Delete), ("keep", Absent::Keep)];
const ESCAPES: [(&str, bool); 2] = [("reject", false), ("escape", true)];

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
                "segments" => {
                    set(&mut parsed.segments, &item, item.one_of(ctxt, SEGMENTS, &ESCAPES));
                }
                "rename_all" => {
                    set(&mut parsed.rename_all, &item, item.one_of(ctxt, RENAME_ALL, &Case::ALL));
                }
                "absent" => {
                    set(&mut parsed.absent, &item, item.one_of(ctxt, ABSENT, &POLICIES));
                }
                "expire" => {
                    set(&mut parsed.expire, &item, lifetime(ctxt, &item, EXPIRE, &duration::HASH));
                }
                "persist" => set(&mut parsed.persist, &item, item.flag(ctxt)),
                "deny_unknown_fields" => {
                    set(&mut parsed.deny_unknown_fields, &item, item.flag(ctxt));
                }
                "redis_traits" => set(&mut parsed.redis_traits, &item, item.flag(ctxt)),
                "crate" => set(&mut parsed.krate, &item, Some(item.path(ctxt, CRATE))),
                _ => item.unknown(ctxt, &RECORD, &[&FIELD]),
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
                "skip_if" => set(&mut parsed.skip_if, &item, item.quoted_path(ctxt, SKIP_IF)),
                "absent" => {
                    set(&mut parsed.absent, &item, item.one_of(ctxt, ABSENT, &POLICIES));
                }
                "json" => set(&mut parsed.json, &item, item.flag(ctxt)),
                "display" => set(&mut parsed.display, &item, item.flag(ctxt)),
                "with" => set(&mut parsed.with, &item, item.quoted_path(ctxt, WITH)),
                "flatten" => {
                    let prefix = item.list(ctxt, &FLATTEN).and_then(|list| prefix(ctxt, &list));
                    set(&mut parsed.flatten, &item, Some(prefix));
                }
                "expire" => {
                    let ms = lifetime(ctxt, &item, EXPIRE_FIELD, &duration::FIELD);
                    set(&mut parsed.expire, &item, ms);
                }
                "version" => set(&mut parsed.version, &item, item.flag(ctxt)),
                "default" => {
                    let of_type = item.is_bare().then_some(None);
                    let default = of_type.or_else(|| item.quoted_path(ctxt, DEFAULT).map(Some));
                    set(&mut parsed.default, &item, default);
                }
                "alias" => {
                    let mut alias = None;
                    set(&mut alias, &item, item.string(ctxt, ALIAS));
                    parsed.aliases.extend(alias);
                }
                "extra" => set(&mut parsed.extra, &item, item.flag(ctxt)),
                _ => item.unknown(ctxt, &FIELD, &[&RECORD]),
            }
        }
        parsed
    }

    /// The names of those that are given, in the order of the docs.
    pub(crate) fn given(&self) -> impl Iterator<Item = &Ident> {
        [
            self.rename.as_ref().map(|given| &given.name),
            self.skip.as_ref().map(|given| &given.name),
            self.skip_if.as_ref().map(|given| &given.name),
            self.absent.as_ref().map(|given| &given.name),
            self.json.as_ref().map(|given| &given.name),
            self.display.as_ref().map(|given| &given.name),
            self.with.as_ref().map(|given| &given.name),
            self.flatten.as_ref().map(|given| &given.name),
            self.expire.as_ref().map(|given| &given.name),
            self.version.as_ref().map(|given| &given.name),
            self.default.as_ref().map(|given| &given.name),
            self.extra.as_ref().map(|given| &given.name),
        ]
        .into_iter()
        .flatten()
        .chain(self.aliases.iter().map(|given| &given.name))
    }

    /// A record, or a map, whose fields are among those of this one.
    pub(crate) fn is_flattened(&self) -> bool {
        self.flatten.is_some() || self.extra.is_some()
    }
}

/// Milliseconds.
fn lifetime(ctxt: &Ctxt, item: &Item, example: &str, of: &Mortal) -> Option<u64> {
    let text = item.string(ctxt, example)?;
    duration::parse(&text.value(), of).map_err(|why| ctxt.error(text, why)).ok()
}

fn prefix(ctxt: &Ctxt, list: &[Item]) -> Option<LitStr> {
    let mut prefix = None;
    for item in list {
        if item.name == "prefix" {
            prefix = item.string(ctxt, PREFIX);
        } else {
            item.unknown(ctxt, &FLATTEN, &[&FIELD, &RECORD]);
        }
    }
    prefix
}

impl ValueAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs, &VALUE) {
            match item.name.to_string().as_str() {
                "rename_all" => {
                    set(&mut parsed.rename_all, &item, item.one_of(ctxt, RENAME_ALL, &Case::ALL));
                }
                "crate" => set(&mut parsed.krate, &item, Some(item.path(ctxt, CRATE))),
                _ => item.unknown(ctxt, &VALUE, &[&VARIANT]),
            }
        }
        parsed
    }
}

impl VariantAttrs {
    pub(crate) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut parsed = Self::default();
        for item in items(ctxt, attrs, &VARIANT) {
            match item.name.to_string().as_str() {
                "rename" => set(&mut parsed.rename, &item, item.string(ctxt, RENAME)),
                _ => item.unknown(ctxt, &VARIANT, &[&VALUE]),
            }
        }
        parsed
    }
}

/// Takes the value over, where there is one.
fn set<T>(slot: &mut Option<Given<T>>, item: &Item, value: Option<T>) {
    *slot = value.map(|value| Given { value, name: item.name.clone() });
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
