//! The derives never panic: items and attributes from a grammar of right and wrong pieces.
//!
//! A bounded run is a test here; `fuzz/` feeds the same function under libFuzzer.

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Derives everything from the item that these bytes choose.
pub(crate) fn derive(bytes: &[u8]) {
    let source = Choices(bytes).item();
    // What is no item, or not even tokens, rustc refuses before us.
    let Ok(tokens) = source.parse::<TokenStream>() else { return };
    let Ok(input) = syn::parse2::<DeriveInput>(tokens) else { return };
    for expand in [
        crate::expand::to_redis_hash,
        crate::expand::from_redis_hash,
        crate::expand::to_hash_value,
        crate::expand::from_hash_value,
        crate::expand::key_segment,
    ] {
        let expansion = expand(&input);
        let shown = expansion.to_string();
        if let Err(error) = syn::parse2::<syn::File>(expansion) {
            panic!("{error}\n{source}\n{shown}");
        }
    }
}

/// Each byte is a choice; when there are none left, the first.
struct Choices<'b>(&'b [u8]);

const NAMES: &[&str] = &[
    "id",
    "name",
    "r#type",
    "self_",
    "a",
    "b",
    "größe",
    "__redis_hash",
    "__redis_hash_of",
    "r#await",
    "A",
    "Option",
    "T",
    "_x",
    "é",
    "owner",
];
const TYPES: &[&str] = &[
    "u64",
    "String",
    "Option<String>",
    "Option<T>",
    "&'a str",
    "&'a T",
    "&'b [T]",
    "[u8; N]",
    "[T; 3]",
    "()",
    "(u8, T)",
    "Vec<Option<u8>>",
    "Box<dyn Trait<T> + 'a>",
    "fn(T) -> !",
    "<T as Tr>::Out",
    "impl Sized",
    "_",
    "!",
    "m!()",
    "*const T",
    "::std::option::Option<u8>",
    "Option<>",
    "Option<u8, u8>",
    "Option<'a>",
    "Self",
    "[u8; { let x = '}'; 3 }]",
    "for<'x> fn(&'x T) -> &'x T",
    "dyn for<'x> Fn(&'x T)",
    "Option<Option<T>>",
    "[T]",
];
const ATTRIBUTES: &[&str] = &[
    "key",
    "segments",
    "rename_all",
    "absent",
    "expire",
    "crate",
    "rename",
    "skip",
    "skip_if",
    "json",
    "display",
    "with",
    "flatten",
    "prefix",
    "version",
    "persist",
    "default",
    "alias",
    "extra",
    "deny_unknown_fields",
    "redis_traits",
    "r#key",
    "keys",
    "self",
    "",
    "7",
    "\"x\"",
    "é",
    "r#crate",
    "super",
    "_",
];
const TEXTS: &[&str] = &[
    "",
    "user:{id}",
    "{id}",
    "{id}:{name}",
    "{{shop:{id}}}:{name}",
    "{owner.id}",
    "{a.0}",
    "{a.b.c}",
    "{a.}",
    "{a..b}",
    "{a.b-c}",
    "{a.self}",
    "{a.r#b}",
    "{.a}",
    "{a.+1}",
    "{a. b}",
    "{type}",
    "{r#type}",
    "{type.type}",
    "{a._}",
    "{a.4294967296}",
    "{a.1}:{a_1}",
    "{id:04}",
    "{ id }",
    "{a}%{b}",
    "{a}{b}",
    "{",
    "}",
    "{{",
    "}}",
    "{{}}",
    "{{a}",
    "{a}}}",
    "é{größe}→{é}",
    "\\u{0}",
    "\\n",
    "\\\"",
    " ",
    "🦀",
    "escape",
    "reject",
    "camelCase",
    "SCREAMING-KEBAB-CASE",
    "kebab-case",
    "PascalCase",
    "delete",
    "keep",
    "30d",
    "1h30m",
    "0s",
    "-5m",
    "99999999999999999999d",
    "é",
    "9é",
    "String::is_empty",
    "my::module",
    "::a::b",
    "a::<T>::b",
    "a::",
    "self",
    "crate",
    "self::x",
    "|x| true",
    "<T as U>::f",
    "Self::f",
    "addr_",
    "_",
    "r#x",
];
const VALUES: &[&str] = &[
    "true",
    "7",
    "-1",
    "'c'",
    "b\"x\"",
    "c\"x\"",
    "1.5",
    "path",
    "::a::b",
    "a::<T>",
    "crate",
    "self",
    "r#\"id\"#",
    "\"a\" \"b\"",
    "{ }",
    "( )",
    "[ ]",
    "=",
    "!",
    "#",
    "concat!(\"a\")",
    "",
    "'a",
    "a b",
    "\"x\"suffix",
    "&",
    "..",
];

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.byte() % list.len()]
    }

    /// Up to so many of them, one after another.
    fn some(&mut self, most: usize, one: impl Fn(&mut Self) -> String) -> String {
        (0..self.byte() % (most + 1)).map(|_| one(self)).collect()
    }

    fn item(&mut self) -> String {
        let attributes = self.attributes();
        let vis = self.of(&["", "pub", "pub(crate)", "pub(in a::b)"]);
        let name = self.of(&["User", "r#Type", "É", "T", "Option", "__redis_hash", "r#try"]);
        let generics = self.of(&[
            "",
            "<T>",
            "<'a, 'b, T>",
            "<'a, T: Clone + 'a = u8, const N: usize = 3>",
            "<>",
            "<'a>",
            "<const N: usize>",
            "<#[cfg(a)] T, U>",
        ]);
        let clause = self.of(&["", "where T: Copy", "where", "where for<'x> &'x T: Tr,"]);
        let named = |this: &mut Self| format!("{{ {} }}", this.some(5, Self::field));
        match self.byte() % 8 {
            0..4 => {
                let fields = named(self);
                format!("{attributes} {vis} struct {name}{generics} {clause} {fields}")
            }
            4 => {
                let types = self.some(2, |this| format!("{} {},", this.attributes(), this.ty()));
                format!("{attributes} {vis} struct {name}{generics}({types}) {clause};")
            }
            5 => format!("{attributes} {vis} struct {name}{generics} {clause};"),
            6 => {
                let variants = self.some(4, |this| {
                    let (attributes, name) = (this.attributes(), this.of(NAMES));
                    let data = this.of(&["", "", "", "(u8)", "{ a: T }", "= 7", "()"]);
                    format!("{attributes} {name} {data},")
                });
                format!("{attributes} {vis} enum {name}{generics} {clause} {{ {variants} }}")
            }
            _ => {
                let fields = named(self);
                format!("{attributes} {vis} union {name}{generics} {clause} {fields}")
            }
        }
    }

    fn field(&mut self) -> String {
        let (attributes, name) = (self.attributes(), self.of(NAMES));
        let vis = self.of(&["", "pub"]);
        format!("{attributes} {vis} {name}: {},", self.ty())
    }

    fn ty(&mut self) -> String {
        self.of(TYPES).to_owned()
    }

    fn attributes(&mut self) -> String {
        self.some(2, |this| match this.byte() % 8 {
            0 => "#[redis_hash]".to_owned(),
            1 => format!("#[redis_hash = \"{}\"]", this.of(TEXTS)),
            2 => "#[doc = \"of another\"]".to_owned(),
            _ => format!("#[redis_hash({})]", this.items(2)),
        })
    }

    fn items(&mut self, depth: usize) -> String {
        self.some(4, |this| {
            let name = this.of(ATTRIBUTES);
            let value = match this.byte() % 8 {
                0 | 1 => String::new(),
                2 => format!("= {}", this.of(VALUES)),
                3 if depth > 0 => format!("({})", this.items(depth - 1)),
                4 => this.of(VALUES).to_owned(),
                5 => format!("= \"{}{}\"", this.of(TEXTS), this.of(TEXTS)),
                _ => format!("= \"{}\"", this.of(TEXTS)),
            };
            format!("{name} {value} {}", this.of(&[",", ",", ",", ",", ",,", "", ";"]))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::derive;

    /// A million items, or what half a minute brings.
    #[test]
    fn the_derives_never_panic() {
        let until = Instant::now() + Duration::from_secs(30);
        // SplitMix64: the same items in every run, up to the last.
        let mut state = 0_u64;
        let mut random = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        let mut items = 0;
        while items < 1_000_000 && Instant::now() < until {
            let bytes: Vec<_> = (0..12).flat_map(|_| random().to_le_bytes()).collect();
            derive(&bytes);
            items += 1;
        }
        println!("{items} items");
    }
}
