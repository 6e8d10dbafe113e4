//! Pages on what takes more than one call: partial updates, and structs that change.

#[doc = include_str!("guide/partial_updates.md")]
pub mod partial_updates {}

#[doc = include_str!("guide/evolution.md")]
pub mod evolution {}
