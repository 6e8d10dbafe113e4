//! The rules of names in the hash.

use std::collections::HashMap;

use crate::ctxt::Ctxt;
use crate::model::{Field, Record};

/// The server would take them, but nobody could ask for the first, and the second is a mistake.
pub(super) fn names_are_fit(ctxt: &Ctxt, record: &Record<'_>) {
    const LONGEST: usize = 1024;
    for field in record.named() {
        let is_own = field.attrs.rename.is_none();
        for (i, (name, span)) in field.names().enumerate() {
            if name.is_empty() && i == 0 && is_own {
                let why = "this name is empty after `rename_all`; give the field one: \
                           `#[redis_hash(rename = \"name\")]`";
                ctxt.error_at(span, why);
            } else if name.is_empty() {
                ctxt.error_at(span, "a field's name may not be empty");
            } else if name.len() > LONGEST {
                let len = name.len();
                let why = format!("this name is {len} bytes long; at most {LONGEST} are allowed");
                ctxt.error_at(span, why);
            }
        }
    }
}

/// The later of two fields of one name would overwrite the earlier.
pub(super) fn names_differ(ctxt: &Ctxt, record: &Record<'_>) {
    let mut seen: HashMap<String, &Field<'_>> = HashMap::new();
    for field in record.named() {
        for (i, (name, span)) in field.names().enumerate() {
            // An empty name is a mistake by itself.
            if name.is_empty() {
                continue;
            }
            let Some(earlier) = seen.insert(name.clone(), field) else { continue };
            let (ident, other) = (field.ident, earlier.ident);
            if i > 0 && std::ptr::eq(earlier, field) {
                let why = format!("`{ident}` has the name \"{name}\" already: leave this out");
                ctxt.error_at(span, why);
            // That the struct has one field twice, says rustc.
            } else if other != ident {
                let was = if i > 0 || earlier.name != name { "were" } else { "are" };
                ctxt.error_at(
                    span,
                    format!(
                        "`{ident}` and `{other}` {was} both named \"{name}\" in the hash, and one would overwrite the other: `rename` one of them",
                    ),
                );
            }
        }
    }
}
