#![no_main]

use kiban_domain::opinion::{
    Facts, Level, OpinionForm, carried_to, clear_dependents, differences, for_draft,
};
use kiban_exchange::opinion::{canonical_json, editions, read_json};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let opinion = match read_json(bytes, editions()) {
        Ok(opinion) => opinion,
        Err(error) => {
            assert!(!error.reasons().is_empty());
            return;
        }
    };
    let canonical = canonical_json(&opinion);
    let again = read_json(&canonical, editions()).unwrap();
    assert!(again == opinion);
    assert_eq!(canonical_json(&again), canonical);

    let edition = editions().find(opinion.edition).unwrap();
    let reading = OpinionForm::filled(&opinion).read(edition);
    assert!(reading.faults.is_empty() && reading.opinion == opinion);

    let facts = Facts {
        today: "2026-04-10".parse().unwrap(),
        earlier_opinions: Some(1),
        case: Default::default(),
    };
    let mut cleared = opinion.clone();
    let out = clear_dependents(&mut cleared, edition);
    let changes = differences((&opinion, edition), (&cleared, edition));
    assert_eq!(out.len(), changes.len());
    for it in for_draft(&cleared, edition, &facts) {
        assert!(it.code() != "left_over" && !it.reason.is_empty());
        assert!(it.level == Level::Caution || !it.code().starts_with("missing"));
    }
    for other in editions().all() {
        let (carried, _) = carried_to(&opinion, edition, other);
        assert_eq!(carried.edition, other.code());
    }
});
