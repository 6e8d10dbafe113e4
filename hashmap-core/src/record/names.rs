//! The names of a record's fields, as far as they are known when the program is compiled.

mod list;

use super::map::Unique;
use super::{BadField, Field, FieldVisitor, ToRedisHash};
use crate::value::ToHashValue;

/// A tree: a record's own names, and the records that are flattened into it.
#[derive(Debug)]
pub struct Names {
    own: &'static [&'static str],
    flattened: &'static [(&'static str, &'static Names)],
    /// A map's names are known at run time only.
    at_run_time: bool,
    /// Whether one of its own is the record's version.
    versioned: bool,
    /// `#[redis_hash(deny_unknown_fields)]`: a read that meets another name fails.
    denies: bool,
}

/// What stands before a name, innermost first.
#[derive(Clone, Copy)]
struct Prefixes<'p> {
    text: &'p str,
    outer: Option<&'p Prefixes<'p>>,
}

impl Names {
    pub(crate) const AT_RUN_TIME: Self =
        Self { own: &[], flattened: &[], at_run_time: true, versioned: false, denies: false };

    /// `flattened`: prefixes, and the names behind them.
    pub const fn new(
        own: &'static [&'static str],
        flattened: &'static [(&'static str, &'static Names)],
    ) -> Self {
        Self { own, flattened, at_run_time: false, versioned: false, denies: false }
    }

    /// It has a `#[redis_hash(version)]`.
    #[must_use]
    pub const fn versioned(self) -> Self {
        Self { versioned: true, ..self }
    }

    /// `#[redis_hash(deny_unknown_fields)]`.
    #[must_use]
    pub const fn denying(self) -> Self {
        Self { denies: true, ..self }
    }

    /// # Panics
    ///
    /// Where a flattened record does not fit into this one: at compile time, for it is called
    /// there.
    #[track_caller] // the mistake is there
    pub const fn assert_flattened(&self) {
        let mut i = 0;
        while i < self.flattened.len() {
            self.assert_nth_flattened(i);
            i += 1;
        }
    }

    /// # Panics
    ///
    /// Where this one does not fit beside the struct's own fields and the records flattened before
    /// it. (The struct's own names were compared by the derive.)
    #[track_caller]
    pub const fn assert_nth_flattened(&self, i: usize) {
        let (prefix, names) = self.flattened[i];
        assert!(
            !names.versioned,
            "this flattened record has a version, and a version counts the writes of the whole \
             record: `#[redis_hash(version)]` belongs to a field of the outer struct"
        );
        assert!(
            !names.denies,
            "this flattened record denies unknown fields, and the hash has those of the outer \
             struct too: `#[redis_hash(deny_unknown_fields)]` belongs to the outer struct"
        );
        let inner = Prefixes { text: prefix, outer: None };
        assert!(
            !names.meets(&inner, &Names::new(self.own, &[]), None),
            "a field of this flattened record has the name of a field beside it, and one would \
             overwrite the other: `rename` one of them, or give the flattened record a prefix of \
             its own, as in `flatten(prefix = \"addr_\")`"
        );
        let mut j = 0;
        while j < i {
            let (prefix, others) = self.flattened[j];
            let outer = Prefixes { text: prefix, outer: None };
            assert!(
                !names.meets(&inner, others, Some(&outer)),
                "two flattened records have a field of one name, and one would overwrite the \
                 other: give one of them a prefix of its own, as in \
                 `flatten(prefix = \"addr_\")`"
            );
            j += 1;
        }
    }

    /// Whether one of these names is one of the others.
    const fn meets(
        &self,
        before: &Prefixes<'_>,
        others: &Names,
        theirs: Option<&Prefixes<'_>>,
    ) -> bool {
        let mut i = 0;
        while i < self.own.len() {
            if others.contains(theirs, self.own[i], before) {
                return true;
            }
            i += 1;
        }
        let mut i = 0;
        while i < self.flattened.len() {
            let (text, names) = self.flattened[i];
            if names.meets(&Prefixes { text, outer: Some(before) }, others, theirs) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn contains(
        &self,
        before: Option<&Prefixes<'_>>,
        name: &str,
        its: &Prefixes<'_>,
    ) -> bool {
        let mut i = 0;
        while i < self.own.len() {
            if same(self.own[i], before, name, Some(its)) {
                return true;
            }
            i += 1;
        }
        let mut i = 0;
        while i < self.flattened.len() {
            let (text, names) = self.flattened[i];
            if names.contains(Some(&Prefixes { text, outer: before }), name, its) {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn any_at_run_time(&self) -> bool {
        let mut i = 0;
        while i < self.flattened.len() {
            if self.flattened[i].1.any_at_run_time() {
                return true;
            }
            i += 1;
        }
        self.at_run_time
    }
}

/// Compares two names from their ends, each with what stands before it.
const fn same<'p>(
    a: &'p str,
    mut before_a: Option<&'p Prefixes<'p>>,
    b: &'p str,
    mut before_b: Option<&'p Prefixes<'p>>,
) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        while let (true, Some(prefix)) = (a.is_empty(), before_a) {
            a = prefix.text.as_bytes();
            before_a = prefix.outer;
        }
        while let (true, Some(prefix)) = (b.is_empty(), before_b) {
            b = prefix.text.as_bytes();
            before_b = prefix.outer;
        }
        match (a, b) {
            ([], []) => return true,
            ([rest_a @ .., x], [rest_b @ .., y]) if *x == *y => (a, b) = (rest_a, rest_b),
            _ => return false,
        }
    }
}

/// The run-time part of the check, for a record into which a map is flattened.
///
/// # Errors
///
/// The first name that is empty or stands twice.
pub fn check_flattened<R: ToRedisHash + ?Sized>(record: &R) -> Result<(), BadField> {
    if !const { R::NAMES.any_at_run_time() } {
        return Ok(());
    }
    let mut names = NamesOnly::default();
    record.visit_hash_fields(&mut names);
    names.found()
}

/// Looks at names only, and finds the first that is empty or stands twice.
#[derive(Default)]
pub(super) struct NamesOnly {
    seen: Unique<'static>,
    bad: Option<BadField>,
}

impl NamesOnly {
    pub(super) fn found(self) -> Result<(), BadField> {
        self.bad.map_or(Ok(()), Err)
    }
}

impl FieldVisitor for NamesOnly {
    fn field<V>(&mut self, field: Field<'_>, _: Option<&V>)
    where
        V: ToHashValue + ?Sized,
    {
        if let (None, Err(bad)) = (&self.bad, self.seen.add(field.full_name().into())) {
            self.bad = Some(bad);
        }
    }

    fn refuse(&mut self, bad: BadField) {
        self.bad.get_or_insert(bad);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ADDRESS: Names = Names::new(&["street", "city"], &[("geo_", &GEO)]);
    static GEO: Names = Names::new(&["x", "y"], &[]);

    fn clashes(own: &'static [&'static str], flattened: &[(&'static str, &'static Names)]) -> bool {
        let flattened: &'static [_] = flattened.to_vec().leak();
        std::panic::catch_unwind(|| Names::new(own, flattened).assert_flattened()).is_err()
    }

    #[test]
    fn names_that_meet() {
        assert!(!clashes(&["name"], &[("", &ADDRESS)]));
        assert!(clashes(&["city"], &[("", &ADDRESS)]));
        assert!(!clashes(&["city"], &[("home_", &ADDRESS)]));
        assert!(clashes(&["home_city"], &[("home_", &ADDRESS)]));
        assert!(clashes(&["geo_x"], &[("", &ADDRESS)]));
        assert!(clashes(&["home_geo_x"], &[("home_", &ADDRESS)]));
        assert!(!clashes(&["x"], &[("home_", &ADDRESS)]));
        assert!(clashes(&[], &[("", &ADDRESS), ("", &ADDRESS)]));
        assert!(!clashes(&[], &[("a_", &ADDRESS), ("b_", &ADDRESS)]));
        assert!(clashes(&[], &[("", &ADDRESS), ("geo_", &GEO)]));
        assert!(!clashes(&[], &[("", &ADDRESS), ("geo", &GEO)]));
    }

    #[test]
    fn a_version_is_of_the_outer_record() {
        static VERSIONED: Names = Names::new(&["rev"], &[]).versioned();
        static BETWEEN: Names = Names::new(&["id"], &[("body_", &VERSIONED)]);
        assert!(clashes(&[], &[("body_", &VERSIONED)]));
        assert!(!clashes(&["a"], &[("", &BETWEEN)])); // said at the one between
    }
}
