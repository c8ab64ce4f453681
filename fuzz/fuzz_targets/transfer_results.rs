#![no_main]

use kiban_exchange::bank::read_results;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let results = read_results(data);
    assert!(!results.rows.is_empty() || !results.findings.is_empty());
    let mut numbers: Vec<u64> = results.rows.iter().map(|it| it.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), results.rows.len());
});
