//! What `tests/hygiene.rs` compiles, in the edition before.

#[path = "../lints.rs"]
pub mod lints;
#[path = "../names.rs"]
pub mod names;
#[path = "../places.rs"]
pub mod places;
#[path = "../reading.rs"]
pub mod reading;
