//! Two different lists of arguments never make one key, whatever the template and the arguments.

use std::collections::HashMap;

use proptest::prelude::*;
use redis_hashmap::{HashKey, HashKeyTemplate, KeyError, KeySegment, ToHashValue, ToRedisHash};

/// Short texts of few characters, so that a template that could be misread is.
fn text() -> impl Strategy<Value = String> {
    let character = prop::sample::select("ax01:-%{}A2F\nDB\u{85}→é".chars().collect::<Vec<_>>());
    prop::collection::vec(character, 0..5).prop_map(String::from_iter)
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![-12_i64..12, any::<i64>()]
}

fn character() -> impl Strategy<Value = char> {
    prop_oneof![prop::sample::select(vec!['a', '1', ':', '-', '{', '%', '\0']), any::<char>()]
}

/// Every key stands for one list of arguments.
fn assert_one_to_one<L: PartialEq + std::fmt::Debug>(
    lists: Vec<L>,
    key: impl Fn(&L) -> Result<HashKey, KeyError>,
) {
    let mut seen = HashMap::new();
    for list in lists {
        let Ok(key) = key(&list) else { continue };
        let text = key.as_str();
        assert!(!text.chars().any(char::is_control), "{text:?} of {list:?}");
        assert!(text.matches('{').count() < 2 && text.matches('}').count() < 2, "{text:?}");
        if let Some(other) = seen.get(&key) {
            assert_eq!(other, &list, "both are {text:?}");
        }
        seen.insert(key, list);
    }
}

macro_rules! one_to_one {
    ($($test:ident: $template:literal, $segments:literal,
        ($($field:ident: $ty:ty = $strategy:expr),*);)*) => {$(
        #[test]
        fn $test() {
            #[derive(ToRedisHash)]
            #[redis_hash(key = $template, segments = $segments)]
            struct Record { $($field: $ty),* }

            let lists = prop::collection::vec(($($strategy,)*), 128);
            let config =
                ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() };
            proptest!(config, |(lists in lists)| {
                // A record and its arguments make the same key, or neither makes one.
                let ($($field,)*) = lists[0].clone();
                let from_args = Record::hash_key($(&$field),*);
                assert_eq!(from_args.ok().map(String::from), written(&Record { $($field),* }));

                assert_one_to_one(lists, |($($field,)*)| Record::hash_key($($field),*));
            });
        }
    )*};
}

/// The key that a write of this record goes to.
fn written(record: &(impl ToRedisHash + HashKeyTemplate)) -> Option<String> {
    let mut packed = Vec::new();
    record.as_hash().encode(&mut packed).ok()?;
    // *6\r\n$4\r\nHSET\r\n$..\r\nkey\r\n..
    let packed = String::from_utf8(packed).expect("text");
    packed.split("\r\n").nth(4).map(str::to_owned)
}

one_to_one! {
    two: "{a}:{b}", "reject", (a: String = text(), b: String = text());
    two_escaped: "{a}:{b}", "escape", (a: String = text(), b: String = text());
    dash: "{a}-{b}", "reject", (a: String = text(), b: String = text());
    dash_escaped: "{a}-{b}", "escape", (a: String = text(), b: String = text());
    dash_and_integers: "{a}-{b}", "reject", (a: i64 = integer(), b: i64 = integer());
    dash_after_text: "{a}-{b}", "escape", (a: String = text(), b: i64 = integer());
    dash_before_text: "{a}--{b}", "reject", (a: i64 = integer(), b: String = text());
    two_colons: "{a}::{b}", "reject", (a: String = text(), b: String = text());
    two_colons_escaped: "{a}::{b}", "escape", (a: String = text(), b: String = text());
    letter_first: "{a}x:{b}", "reject", (a: String = text(), b: String = text());
    letter_first_escaped: "{a}x:{b}", "escape", (a: String = text(), b: String = text());
    letter_last: "{a}:x{b}", "escape", (a: String = text(), b: String = text());
    letters_around: "{a}x-1:{b}", "reject", (a: String = text(), b: String = text());
    percent: "{a}%{b}", "reject", (a: String = text(), b: String = text());
    percent_inside: "{a}:%:{b}", "escape", (a: String = text(), b: String = text());
    wide: "{a}→{b}", "escape", (a: String = text(), b: String = text());
    three: "{a}:{b}:{c}", "reject", (a: String = text(), b: String = text(), c: String = text());
    three_escaped: "{a}:{b}-{c}", "escape",
        (a: String = text(), b: String = text(), c: String = text());
    three_kinds: "k{a}-{b}x:{c}", "escape", (a: bool = any::<bool>(), b: char = character(),
        c: i64 = integer());
    three_letters: "{a}x:{b}:x{c}", "reject",
        (a: String = text(), b: i64 = integer(), c: String = text());
    tag: "{{{a}}}{b}", "reject", (a: String = text(), b: String = text());
    tag_escaped: "{{{a}}}{b}", "escape", (a: String = text(), b: String = text());
    tag_last: "{a}{{x{b}}}", "escape", (a: String = text(), b: String = text());
    tag_of_two: "x:{{{a}:{b}}}:{c}", "escape",
        (a: String = text(), b: String = text(), c: String = text());
    twice: "{a}:{b}:{a}", "escape", (a: String = text(), b: String = text());
}

/// All pairs of texts of up to three of these parts: chance would seldom find two such pairs that
/// could be taken for each other.
#[test]
fn every_short_pair() {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..3 {
        let until = texts.len();
        for at in from..until {
            let longer = |part| format!("{}{part}", texts[at]);
            let longer: Vec<_> = ["x", ":", "-", "%", "\n", "0A"].map(longer).into();
            texts.extend(longer);
        }
        from = until;
    }
    macro_rules! every_pair {
        ($($template:literal)*) => {$({
            #[derive(ToRedisHash)]
            #[redis_hash(key = $template, segments = "escape")]
            struct Pair<'a> {
                a: &'a str,
                b: &'a str,
            }
            let pairs = texts.iter().flat_map(|a| texts.iter().map(move |b| Pair { a, b }));
            let pairs: Vec<_> = pairs.map(|pair| (pair.a, pair.b)).collect();
            assert_eq!(pairs.len(), 259 * 259);
            assert_one_to_one(pairs, |(a, b)| Pair::hash_key(a, b));
        })*};
    }
    every_pair! { "{a}:{b}" "{a}x:{b}" "{a}:0A{b}" "{a}-%-{b}" "{{{a}}}:{b}" }
}

#[test]
fn paths_enums_and_order() {
    #[derive(Clone, Copy, KeySegment, ToHashValue)]
    #[redis_hash(rename_all = "kebab-case")]
    enum Region {
        EuWest,
    }
    struct Owner {
        id: u32,
        team: (u8, &'static str),
    }
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{region}:{owner.team.1}:{owner.id}:{name}")]
    struct Shop<'a> {
        name: &'a str,
        region: Region,
        #[redis_hash(skip)]
        owner: Owner,
    }
    let key = Shop::hash_key(Region::EuWest, "blue", 7_u32, "corner").unwrap();
    assert_eq!(key.as_str(), "eu-west:blue:7:corner");
    let owner = Owner { id: 7, team: (1, "blue") };
    assert_eq!(owner.team.0, 1);
    let shop = Shop { name: "corner", region: Region::EuWest, owner };
    assert_eq!(written(&shop), Some(key.into()));

    let error = Shop::hash_key(Region::EuWest, "blue", 7_u32, "a:b").unwrap_err();
    assert_eq!((error.record(), error.segment()), ("Shop", "name"));
    assert_eq!(error.template(), "{region}:{owner.team.1}:{owner.id}:{name}");
    let error = Shop::hash_key(Region::EuWest, "{", 7_u32, "a").unwrap_err();
    assert_eq!(error.segment(), "owner.team.1");
}

#[test]
fn a_path_and_a_field_of_the_same_letters() {
    struct Owner {
        id: u8,
    }
    #[derive(ToRedisHash)]
    #[redis_hash(key = "{owner.id}:{owner_id}:{owner.id}")]
    struct Shop {
        #[redis_hash(skip)]
        owner: Owner,
        owner_id: u8,
    }
    let shop = Shop { owner: Owner { id: 1 }, owner_id: 2 };
    assert_eq!(Shop::hash_key(1_u8, 2).unwrap().as_str(), "1:2:1");
    assert_eq!(written(&shop), Some("1:2:1".to_owned()));
}
