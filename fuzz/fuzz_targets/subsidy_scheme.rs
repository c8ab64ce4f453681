#![no_main]

// The reader alone: its crate would bring databases along.
#[path = "../../crates/services/src/subsidies/scheme_file.rs"]
mod scheme_file;

use kiban_domain::{CostKind, CostLine, Tax, Yen};
use scheme_file::read_scheme;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let scheme = match read_scheme(text) {
        Ok(scheme) => scheme,
        Err(faults) => {
            assert!(!faults.is_empty() && faults.iter().all(|it| !it.wrong.is_empty()));
            return;
        }
    };
    let kinds: Vec<_> = scheme.care().kinds.iter().map(|it| it.kind).collect();
    let cost = |kind, quantity| CostLine {
        kind,
        quantity,
        amount: Yen::new(CostLine::MOST_YEN),
        tax: Tax::Excluded,
        on: Some(scheme.costs().last),
    };
    let costs = [
        cost(CostKind::Reader, CostLine::MOST_READERS),
        cost(CostKind::Connection, 1),
        cost(CostKind::Sending, 1),
    ];
    let care = scheme.work_out_care(&kinds, &costs);
    assert!(care.amount <= care.limit && care.amount <= care.eligible);
    for beds in [0, 19, 20, 199, 200, 9_999] {
        if let Some(worked) = scheme.work_out_opinion(beds, &costs) {
            assert!(worked.amount <= worked.class.limit && worked.amount <= worked.eligible);
        }
    }
});
