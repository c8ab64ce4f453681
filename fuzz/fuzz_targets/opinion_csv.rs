#![no_main]

use kiban_exchange::opinion::{read_csv, write_csv};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = read_csv(bytes) else { return };
    assert!(!file.opinions.is_empty() || !file.faults.is_empty());
    for fault in &file.faults {
        assert!(fault.line >= 1 && !fault.reason.is_empty());
        assert!(file.opinions.iter().all(|it| it.line != fault.line));
    }
    let opinions: Vec<_> = file.opinions.into_iter().map(|it| it.opinion).collect();
    let at = "2026-04-02T10:30:05".parse().unwrap();
    // Characters for private use come in and cannot go out; they are named.
    let Ok(written) = write_csv(&opinions, "fuzz", at) else {
        return;
    };
    if opinions.is_empty() {
        return;
    }
    let again = read_csv(&written).unwrap();
    assert!(again.faults.is_empty());
    assert!(again.opinions.into_iter().map(|it| it.opinion).eq(opinions));
});
