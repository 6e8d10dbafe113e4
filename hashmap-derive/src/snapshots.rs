//! What the derives write, for nine types that have everything between them.
//!
//! `UPDATE_EXPECT=1 cargo test -p redis-hashmap-derive snapshots` blesses the files of `snapshots/`.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_quote};

use crate::expand;

fn check(expansion: TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(expansion).expect("items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

fn record(input: &DeriveInput, expected: &ExpectFile) {
    check(expand::to_redis_hash(input), expected);
}

#[test]
fn plain() {
    let input = parse_quote! {
        struct User {
            id: u64,
            r#type: String,
            email: Option<String>,
        }
    };
    record(&input, &expect_file!["snapshots/plain.rs"]);
}

#[test]
fn key() {
    let input = parse_quote! {
        #[redis_hash(key = "{{shop:{owner.shop}}}:order-{id}", segments = "escape", expire = "30d")]
        pub struct Order {
            id: String,
            #[redis_hash(skip)]
            owner: Owner,
        }
    };
    record(&input, &expect_file!["snapshots/key.rs"]);
}

#[test]
fn generics() {
    let input = parse_quote! {
        #[redis_hash(key = "{id}", crate = vendored::redis_hashmap)]
        pub(crate) struct Generic<'a, 'b, T: Clone, const N: usize = 3>
        where
            T: Copy,
        {
            id: T,
            bytes: [u8; N],
            first: &'a T,
            second: &'b T,
            cow: Cow<'a, [T]>,
        }
    };
    record(&input, &expect_file!["snapshots/generics.rs"]);
}

#[test]
fn attributes() {
    let input = parse_quote! {
        #[redis_hash(rename_all = "camelCase", absent = "keep")]
        struct Post {
            #[redis_hash(rename = "t")]
            title: String,
            #[redis_hash(skip)]
            cache: Cache,
            #[redis_hash(skip_if = "String::is_empty")]
            long_text: String,
            #[redis_hash(absent = "delete")]
            draft: Option<u8>,
            #[redis_hash(json)]
            tags: Vec<String>,
            #[redis_hash(json)]
            some_tags: Option<Vec<String>>,
            #[redis_hash(display)]
            level: Level,
            #[redis_hash(with = "my::hex", skip_if = "is_black")]
            colour: Option<u32>,
        }
    };
    record(&input, &expect_file!["snapshots/attributes.rs"]);
}

#[test]
fn flatten() {
    let input = parse_quote! {
        struct User<'a> {
            id: u64,
            #[redis_hash(flatten)]
            home: Address<'a>,
            #[redis_hash(flatten(prefix = "work_"))]
            work: Address<'a>,
        }
    };
    record(&input, &expect_file!["snapshots/flatten.rs"]);
}

#[test]
fn lifetimes() {
    let input = parse_quote! {
        #[redis_hash(key = "session:{id}", persist, absent = "keep")]
        struct Session<V> {
            id: u64,
            #[redis_hash(expire = "15m", absent = "delete")]
            otp: Option<u32>,
            #[redis_hash(expire = "1h30m", json)]
            roles: Vec<String>,
            #[redis_hash(version, rename = "_rev")]
            revision: V,
        }
    };
    record(&input, &expect_file!["snapshots/lifetimes.rs"]);
}

#[test]
fn value() {
    let input = parse_quote! {
        #[redis_hash(rename_all = "kebab-case")]
        enum Plan {
            Free,
            #[redis_hash(rename = "team")]
            TeamAnnual,
        }
    };
    check(expand::to_hash_value(&input), &expect_file!["snapshots/value.rs"]);
}

#[test]
fn read() {
    let input = parse_quote! {
        #[redis_hash(key = "user:{id}", deny_unknown_fields, redis_traits)]
        pub struct User<T> {
            #[redis_hash(skip, default = "zero")]
            id: u64,
            #[redis_hash(alias = "mail")]
            pub email: Option<String>,
            #[redis_hash(default)]
            visits: T,
            #[redis_hash(json)]
            tags: Vec<String>,
            #[redis_hash(with = "hex")]
            colour: Option<u32>,
            #[redis_hash(flatten(prefix = "home_"))]
            home: Address,
        }
    };
    check(expand::from_redis_hash(&input), &expect_file!["snapshots/read.rs"]);
}

#[test]
fn read_value() {
    let input = parse_quote! {
        #[redis_hash(rename_all = "kebab-case")]
        enum Plan {
            Free,
            TeamAnnual,
        }
    };
    check(expand::from_hash_value(&input), &expect_file!["snapshots/read_value.rs"]);
}
