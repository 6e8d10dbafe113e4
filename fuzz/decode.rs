//! No reply of a server makes reading panic.

#![no_main]

#[path = "../tests/hostile/decode.rs"]
mod decode;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decode::decode(bytes));
