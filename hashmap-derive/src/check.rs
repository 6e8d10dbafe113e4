//! The rules that need more than one attribute, a function each.

mod names;

use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::Parser;

use crate::attr::{Absent, nearest};
use crate::ctxt::Ctxt;
use crate::model::{Field, Record};

use names::{names_are_fit, names_differ};

/// The rules of a record, whichever way it goes.
fn check(ctxt: &Ctxt, record: &Record<'_>) {
    something_to_write(ctxt, record);
    skip_stands_alone(ctxt, record);
    flatten_stands_alone(ctxt, record);
    flattened_is_there(ctxt, record);
    version_stands_alone(ctxt, record);
    one_version(ctxt, record);
    one_way_to_be_written(ctxt, record);
    absent_can_be(ctxt, record);
    mortal_is_not_kept(ctxt, record);
    one_life_of_the_key(ctxt, record);
    escape_has_a_template(ctxt, record);
    escape_has_its_sign_for_itself(ctxt, record);
    names_are_fit(ctxt, record);
    names_differ(ctxt, record);
    segments_are_fields(ctxt, record);
    segments_stay(ctxt, record);
    paths_are_of_members(ctxt, record);
    one_extra(ctxt, record);
    extra_is_not_denied(ctxt, record);
    no_version_in_a_foreign_command(ctxt, record);
}

/// Those of a record that is written.
pub(crate) fn check_written(ctxt: &Ctxt, record: &Record<'_>) {
    check(ctxt, record);
    fields_can_be_referred_to(ctxt, record);
}

/// Those of a record that is read.
pub(crate) fn check_read(ctxt: &Ctxt, record: &Record<'_>) {
    check(ctxt, record);
    what_is_left_out_is_read_back(ctxt, record);
    segments_are_known(ctxt, record);
    paths_are_read_back(ctxt, record);
}

/// A hash without fields does not exist: the server deletes it.
fn something_to_write(ctxt: &Ctxt, record: &Record<'_>) {
    let syn::Data::Struct(data) = &record.original.data else {
        return;
    };
    if !matches!(data.fields, syn::Fields::Named(_)) || record.declared().next().is_some() {
        return;
    }
    let why = if record.fields.is_empty() { "has no fields" } else { "skips every field" };
    ctxt.error(
        &record.original.ident,
        format!("`{}` {why}, and a hash without fields does not exist", record.original.ident),
    );
}

/// The encoders take references, and rustc's own words would be of code that nobody sees.
fn fields_can_be_referred_to(ctxt: &Ctxt, record: &Record<'_>) {
    for attr in record.original.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let is_packed = attr.parse_nested_meta(|meta| {
            let is_packed = meta.path.is_ident("packed");
            // `packed(2)`: whatever is in the parentheses.
            drop(meta.input.parse::<proc_macro2::Group>());
            if is_packed { Err(meta.error("packed")) } else { Ok(()) }
        });
        if is_packed.is_err_and(|error| error.to_string() == "packed") {
            let why = "the fields of a packed struct cannot be referred to: copy what is to be \
                       written into a struct that is not packed";
            ctxt.error(&attr.meta, why);
        }
    }
}

/// A field that is not written has no name, no policy and no way to be written.
fn skip_stands_alone(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.skipped() {
        // What it is when the record is read, it may say.
        for other in field.attrs.given().filter(|name| *name != "skip" && *name != "default") {
            ctxt.error(other, format!("`{other}` has no meaning for a field that is skipped"));
        }
    }
}

/// The fields of a flattened record have names, policies and lifetimes of their own; a version they
/// may not have.
fn flatten_stands_alone(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.flattened() {
        let ty = field.ty.to_token_stream();
        let extra = field.attrs.extra.is_some();
        for other in field.attrs.given().filter(|name| *name != "flatten" && *name != "extra") {
            let instead = if other == "version" {
                "a version is a field of its own, a `u32` or `u64`".to_owned()
            } else if extra {
                "it takes every field that the struct does not declare, as it is".to_owned()
            } else if other == "expire" {
                format!("say it on the fields of `{ty}`")
            } else {
                format!("say it in `{ty}`")
            };
            let what = if extra { "extra" } else { "flatten" };
            ctxt.error(other, format!("`{other}` has no meaning with `{what}`: {instead}"));
        }
        if let (true, Some(flatten)) = (extra, &field.attrs.flatten) {
            let why = "`flatten` has no meaning with `extra`, which is a flattened map by itself: \
                       leave it out";
            ctxt.error(flatten, why);
        }
    }
}

/// What to do with an absent value, each field of a record says for itself: it is they that are
/// optional.
fn flattened_is_there(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.flattened() {
        if let (inner, true) = field.adapted() {
            let inner = inner.to_token_stream();
            if field.attrs.extra.is_some() {
                let why =
                    format!("`extra` is a map, which may be empty: make it a plain `{inner}`");
                ctxt.error(field.ty, why);
                continue;
            }
            ctxt.error(
                field.ty,
                format!(
                    "an optional record cannot be flattened: flatten a plain `{inner}`, and make \
                     its fields optional; or write it into one field, with `#[redis_hash(json)]`"
                ),
            );
        }
    }
}

/// A version is always there, is kept as long as its record, and is written as the number that the
/// server compares.
fn version_stands_alone(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.versions() {
        for other in field.attrs.given().filter(|name| *name != "version" && *name != "rename") {
            let why = format!(
                "`{other}` has no meaning with `version`, which every write sets to a number, for \
                 as long as the record lives: leave it out"
            );
            ctxt.error(other, why);
        }
    }
}

/// A write has one condition of this kind, and raises one number.
fn one_version(ctxt: &Ctxt, record: &Record<'_>) {
    let mut versions = record.versions();
    let Some(first) = versions.next() else { return };
    for field in versions {
        let why = format!(
            "`{}` is the version already, and a record has one: leave this out",
            first.ident
        );
        ctxt.error(&field.attrs.version, why);
    }
}

/// A value has one text.
fn one_way_to_be_written(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.values() {
        let attrs = &field.attrs;
        let ways = [
            attrs.json.as_ref().map(|given| &given.name),
            attrs.display.as_ref().map(|given| &given.name),
            attrs.with.as_ref().map(|given| &given.name),
        ];
        let mut ways = ways.into_iter().flatten();
        let Some(first) = ways.next() else { continue };
        for other in ways {
            ctxt.error(other, format!("`{other}` contradicts `{first}`: a value has one text"));
        }
    }
}

/// A policy for what never happens is a mistake. (Where the field's type decides, rustc finds it.)
fn absent_can_be(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.values() {
        let Some(absent) = &field.attrs.absent else { continue };
        if never_absent(field) {
            let why = "this field is never absent, so `absent` says nothing here: for that, it is \
                       an `Option`, or has a `skip_if`";
            ctxt.error(absent, why);
        }
    }
}

/// As far as it can be seen here.
fn never_absent(field: &Field<'_>) -> bool {
    let attrs = &field.attrs;
    let is_adapted = attrs.json.is_some() || attrs.display.is_some() || attrs.with.is_some();
    is_adapted && attrs.skip_if.is_none() && !field.adapted().1
}

/// A kept field would keep the lifetime that an earlier write gave it. The struct's policy counts
/// where the field is seen to be one that can be absent.
fn mortal_is_not_kept(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.values().filter(|field| field.absent == Absent::Keep) {
        let Some(expire) = &field.attrs.expire else { continue };
        let why = if never_absent(field) {
            continue;
        } else if field.attrs.absent.is_some() {
            "`expire` contradicts `absent = \"keep\"`: a field that is kept would keep the lifetime \
             of an earlier write; leave one of them out"
        } else if field.adapted().1 || field.attrs.skip_if.is_some() {
            "`expire` contradicts the struct's `absent = \"keep\"`: a field that is kept would keep \
             the lifetime of an earlier write; give this field `absent = \"delete\"`"
        } else {
            continue;
        };
        ctxt.error(expire, why);
    }
}

/// The key goes after a time, or never.
fn one_life_of_the_key(ctxt: &Ctxt, record: &Record<'_>) {
    if let (Some(_), Some(persist)) = (&record.attrs.expire, &record.attrs.persist) {
        let why = "`persist` contradicts `expire`: it takes away the time to live that the other \
                   gives; leave one of them out";
        ctxt.error(persist, why);
    }
}

/// Nobody could say which of two maps an undeclared field belongs to.
fn one_extra(ctxt: &Ctxt, record: &Record<'_>) {
    let mut extras = record.declared().filter(|field| field.attrs.extra.is_some());
    let Some(first) = extras.next() else { return };
    for field in extras {
        let why = format!("`{}` takes the undeclared fields already: leave this out", first.ident);
        ctxt.error(&field.attrs.extra, why);
    }
}

/// What is taken is not refused.
fn extra_is_not_denied(ctxt: &Ctxt, record: &Record<'_>) {
    let extra = record.declared().find(|field| field.attrs.extra.is_some());
    if let (Some(deny), Some(extra)) = (&record.attrs.deny_unknown_fields, extra) {
        let extra = extra.ident;
        let why = format!(
            "`deny_unknown_fields` contradicts `extra`: `{extra}` takes the fields that it denies; \
             leave one of them out"
        );
        ctxt.error(deny, why);
    }
}

/// An `HSET` of the caller's looks at no version, and the lock would be none.
fn no_version_in_a_foreign_command(ctxt: &Ctxt, record: &Record<'_>) {
    if let (Some(traits), Some(version)) = (&record.attrs.redis_traits, record.versions().next()) {
        let why = format!(
            "`redis_traits` contradicts `version`: an `HSET` of your own does not check `{}` before \
             it writes; leave one of them out",
            version.ident
        );
        ctxt.error(traits, why);
    }
}

/// Law 1: what is written is read back. A field that was left out would be missing.
fn what_is_left_out_is_read_back(ctxt: &Ctxt, record: &Record<'_>) {
    for field in record.values() {
        let Some(skip_if) = &field.attrs.skip_if else { continue };
        if field.attrs.default.is_none() && !field.adapted().1 {
            let why = "a field with `skip_if` may not be in the hash, and could not be read back: say \
                       what it is then, with `default` or `default = \"my_function\"`";
            ctxt.error(skip_if, why);
        }
    }
}

/// A skipped field of which a part is in the key would be read as its default, and the record then
/// written to the key of that.
fn paths_are_read_back(ctxt: &Ctxt, record: &Record<'_>) {
    let Some((text, template)) = record.template() else { return };
    let is_lost = |segment: &&str| {
        let field = record.field(segment).filter(|_| segment.contains('.'));
        field.is_some_and(|field| field.attrs.skip.is_some() && field.attrs.default.is_none())
    };
    if let Some(segment) = template.segments().find(is_lost) {
        let field = segment.split('.').next().unwrap_or(segment);
        let why = format!(
            "`{{{segment}}}` cannot be read back into `{field}`, which is skipped, and the record would \
             have another key: write `{field}` into the hash, or say what it is with \
             `default = \"my_function\"`"
        );
        ctxt.error(text, why);
    }
}

/// A reply of the caller's own command says nothing of its key.
fn segments_are_known(ctxt: &Ctxt, record: &Record<'_>) {
    let (Some(traits), Some((_, template))) = (&record.attrs.redis_traits, record.template())
    else {
        return;
    };
    let mut skipped = record.skipped().filter(|field| field.attrs.default.is_none());
    let unknown =
        skipped.find(|field| template.segments().any(|segment| field.ident.unraw() == segment));
    if let Some(field) = unknown {
        let why = format!(
            "`redis_traits` reads a reply that says nothing of its key, and `{}` is only there: give \
             the field a `default`, or do not `skip` it",
            field.ident
        );
        ctxt.error(traits, why);
    }
}

/// There are no segments without a template.
fn escape_has_a_template(ctxt: &Ctxt, record: &Record<'_>) {
    if let (Some(segments), None) = (&record.attrs.segments, &record.attrs.key) {
        ctxt.error(segments, "`segments` has no meaning without `key`, which holds them");
    }
}

/// A `%` after `x` and before `0A` would be read as an escaped line feed, and two records would
/// share a key.
fn escape_has_its_sign_for_itself(ctxt: &Ctxt, record: &Record<'_>) {
    let Some((text, template)) = record.template() else { return };
    let escapes = record.attrs.segments.as_ref().is_some_and(|segments| segments.value);
    if escapes && template.separators.contains('%') {
        let why = "`%` next to a segment is what `segments = \"escape\"` escapes with, so two \
                   records could share a key: put another separator there, such as `:`";
        ctxt.error(text, why);
    }
}

/// A segment takes its text from a field of the struct, a skipped one too.
fn segments_are_fields(ctxt: &Ctxt, record: &Record<'_>) {
    let Some((text, template)) = record.template() else { return };
    // Of a struct whose fields could not be read, nothing is known.
    if record.fields.is_empty() {
        return;
    }
    for segment in template.segments().filter(|segment| record.field(segment).is_none()) {
        let known: Vec<_> =
            record.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
        // `{id:04}` and `{ id }` mean the same field.
        let meant = segment.split(':').next().unwrap_or(segment).trim();
        let help = match nearest(meant, known.iter().map(String::as_str)) {
            Some(field) => format!("; did you mean `{{{field}}}`?"),
            None => format!("; it has `{}`", known.join("`, `")),
        };
        let struct_name = &record.original.ident;
        ctxt.error(text, format!("`{{{segment}}}` is no field of `{struct_name}`{help}"));
    }
}

/// The write that raises the version would be one to the key of the version before.
fn segments_stay(ctxt: &Ctxt, record: &Record<'_>) {
    let Some((text, template)) = record.template() else { return };
    let is_version =
        |segment: &&str| record.field(segment).is_some_and(|field| field.attrs.version.is_some());
    if let Some(segment) = template.segments().find(is_version) {
        let why = format!(
            "`{{{segment}}}` is the version, which every write raises, and a record's key must stay: \
             leave it out of the template"
        );
        ctxt.error(text, why);
    }
}

/// What follows the field in `{owner.id}` is a field's name, or a number for a tuple.
fn paths_are_of_members(ctxt: &Ctxt, record: &Record<'_>) {
    let Some((text, template)) = record.template() else { return };
    for segment in template.segments().filter(|segment| record.field(segment).is_some()) {
        if let Some(member) = segment.split('.').skip(1).find(|member| !is_member(member)) {
            let why =
                format!("`{member}` is no field: a path of a segment is as in `{{owner.id}}`");
            ctxt.error(text, why);
        }
    }
}

fn is_member(text: &str) -> bool {
    let is_index = text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok();
    let is_name = || {
        let name = Ident::parse_any.parse_str(text);
        // These cannot be the names of fields, not even after `r#`.
        let none = ["_", "self", "Self", "super", "crate"];
        name.is_ok_and(|name| name == text && name == name.unraw()) && !none.contains(&text)
    };
    is_index || is_name()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    fn expanded(input: &syn::DeriveInput) -> String {
        crate::expand::to_redis_hash(input).to_string()
    }

    #[test]
    fn an_escape_sign_is_no_separator() {
        for (template, is_wrong) in [("{a}%{b}", true), ("{a}:%:{b}", false)] {
            let input = parse_quote! {
                #[redis_hash(key = #template, segments = "escape")]
                struct Pair { a: String, b: String }
            };
            assert_eq!(expanded(&input).contains("compile_error"), is_wrong, "{template}");
        }
    }

    #[test]
    fn a_path_that_is_none_is_no_panic() {
        let members = ["", "b-c", " b", "+1", "self", "_", "r#b", "99999999999", "1b", "b c", "'b"];
        for member in members {
            let template = format!("{{a.{member}}}");
            let input = parse_quote! {
                #[redis_hash(key = #template)]
                struct S { a: A }
            };
            assert!(expanded(&input).contains("is no field"), "{template}");
        }
        for member in ["b", "0", "type", "é", "b.0.c"] {
            let template = format!("{{a.{member}}}");
            let input = parse_quote! {
                #[redis_hash(key = #template)]
                struct S { a: A }
            };
            assert!(!expanded(&input).contains("compile_error"), "{template}");
        }
    }
}
