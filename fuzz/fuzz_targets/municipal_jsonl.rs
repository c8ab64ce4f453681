#![no_main]

mod municipal;

use kiban_exchange::municipal::{Encoding, FileFormat};

libfuzzer_sys::fuzz_target!(|data: &[u8]| municipal::read(
    data,
    FileFormat::JsonLines,
    Encoding::Utf8
));
