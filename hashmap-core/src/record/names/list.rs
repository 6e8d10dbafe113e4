//! The names in the order in which they are asked for and read: a record's own, then those of each
//! record that is flattened into it.

use super::{Names, Prefixes};
use crate::sink;

impl Names {
    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        let mut count = self.own.len();
        let mut i = 0;
        while i < self.flattened.len() {
            count += self.flattened[i].1.count();
            i += 1;
        }
        count
    }

    /// Whether a read has to see every field of the hash: names that are known only at run time are
    /// wanted, or none but the declared.
    pub(crate) const fn wants_all(&self) -> bool {
        self.denies || self.any_at_run_time()
    }

    /// Whether a map takes what is not declared.
    pub(crate) const fn takes_rest(&self) -> bool {
        self.any_at_run_time()
    }

    /// Whether a name that is none of these is an error.
    pub(crate) const fn denies(&self) -> bool {
        self.denies
    }

    /// Appends every name as a bulk string.
    #[inline]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for name in self.own {
            sink::bulk(out, name.as_bytes());
        }
        if !self.flattened.is_empty() {
            self.each_flattened(None, &mut |prefixes, name| {
                sink::header(out, b'$', Prefixes::len(prefixes) + name.len());
                Prefixes::write(prefixes, out);
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\r\n");
            });
        }
    }

    /// Every name, whole.
    pub(crate) fn each(&self, mut visit: impl FnMut(&[u8])) {
        self.own.iter().for_each(|name| visit(name.as_bytes()));
        let mut whole = Vec::new();
        self.each_flattened(None, &mut |prefixes, name| {
            whole.clear();
            Prefixes::write(prefixes, &mut whole);
            whole.extend_from_slice(name.as_bytes());
            visit(&whole);
        });
    }

    fn each_flattened(
        &self,
        before: Option<&Prefixes<'_>>,
        visit: &mut dyn FnMut(Option<&Prefixes<'_>>, &str),
    ) {
        for (text, names) in self.flattened {
            let before = Prefixes { text, outer: before };
            names.own.iter().for_each(|name| visit(Some(&before), name));
            names.each_flattened(Some(&before), visit);
        }
    }
}

impl Prefixes<'_> {
    fn len(prefixes: Option<&Self>) -> usize {
        std::iter::successors(prefixes, |one| one.outer).map(|one| one.text.len()).sum()
    }

    /// Outermost first.
    fn write(prefixes: Option<&Prefixes<'_>>, out: &mut Vec<u8>) {
        if let Some(Prefixes { text, outer }) = prefixes {
            Self::write(*outer, out);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_their_order() {
        static GEO: Names = Names::new(&["x", "y"], &[]);
        static ADDRESS: Names = Names::new(&["street"], &[("geo_", &GEO)]);
        static USER: Names = Names::new(&["id", "name"], &[("home_", &ADDRESS), ("", &GEO)]);
        let mut names = Vec::new();
        USER.each(|name| names.push(String::from_utf8(name.to_vec()).unwrap()));
        let expected = ["id", "name", "home_street", "home_geo_x", "home_geo_y", "x", "y"];
        assert_eq!(names, expected);
        assert_eq!(USER.count(), expected.len());
        let (mut out, mut packed) = (Vec::new(), Vec::new());
        USER.write(&mut out);
        for name in expected {
            sink::bulk(&mut packed, name.as_bytes());
        }
        assert_eq!(out, packed);
    }
}
