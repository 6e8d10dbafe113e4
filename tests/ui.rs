//! What the compiler says of every mistake: one program a rule under `ui/`, its words beside it.
//!
//! After a change of a message, read what `TRYBUILD=overwrite cargo test -p redis-hashmap-tests
//! --test ui` has written, as somebody who sees it for the first time.

#[test]
fn ui() {
    let programs = trybuild::TestCases::new();
    programs.compile_fail("ui/*/*.rs");
}
