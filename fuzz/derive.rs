//! The derives never panic. A crate of proc macros exports nothing else, so its modules are taken
//! in as they are.

#![no_main]
#![allow(dead_code)]

#[path = "../hashmap-derive/src"]
mod derive {
    pub(crate) mod attr;
    pub(crate) mod case;
    pub(crate) mod check;
    pub(crate) mod ctxt;
    pub(crate) mod duration;
    pub(crate) mod expand;
    pub(crate) mod fallback;
    pub(crate) mod fuzz;
    pub(crate) mod model;
    pub(crate) mod template;
    pub(crate) mod value;
}

// They know each other as modules of the crate's root.
use derive::{attr, case, check, ctxt, duration, expand, fallback, fuzz, model, template, value};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::derive(bytes));
