//! The derive macros of [redis-hashmap](https://docs.rs/redis-hashmap). Use them through that
//! crate, which re-exports them.

#![forbid(unsafe_code)]

mod attr;
mod case;
mod check;
mod ctxt;
mod duration;
mod expand;
mod fallback;
#[cfg(test)]
mod fuzz;
mod model;
#[cfg(test)]
mod snapshots;
mod template;
mod value;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

// The reference of every attribute stands where the macro is re-exported (`derive.md` in the core):
// its links and examples name the core, which this crate cannot.
/// See `redis_hashmap::ToRedisHash`.
#[proc_macro_derive(ToRedisHash, attributes(redis_hash))]
pub fn derive_to_redis_hash(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::to_redis_hash(&input).into()
}

/// See `redis_hashmap::FromRedisHash`.
#[proc_macro_derive(FromRedisHash, attributes(redis_hash))]
pub fn derive_from_redis_hash(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::from_redis_hash(&input).into()
}

/// See `redis_hashmap::FromHashValue`.
#[proc_macro_derive(FromHashValue, attributes(redis_hash))]
pub fn derive_from_hash_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::from_hash_value(&input).into()
}

/// See `redis_hashmap::ToHashValue`.
#[proc_macro_derive(ToHashValue, attributes(redis_hash))]
pub fn derive_to_hash_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::to_hash_value(&input).into()
}

/// See `redis_hashmap::KeySegment`.
#[proc_macro_derive(KeySegment, attributes(redis_hash))]
pub fn derive_key_segment(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::key_segment(&input).into()
}
