//! The bytes that are stored, hashed and compared.

use crate::invented::{FULL_2018, FULL_2021, any_opinion, edition, full};
use kiban_domain::opinion::{FormItem, ItemId, Opinion};
use kiban_exchange::opinion::{
    MAX_JSON_BYTES, UnreadableJson, canonical_json, editions, read_json,
};
use proptest::prelude::*;

fn read(json: &str) -> Result<Opinion, UnreadableJson> {
    read_json(json.as_bytes(), editions())
}

#[test]
fn d4_the_golden_documents_are_canonical_to_the_byte() {
    for json in [FULL_2018, FULL_2021] {
        assert_eq!(canonical_json(&full(json)), json);
    }
}

#[test]
fn d4_order_and_space_do_not_matter_and_nothing_is_exchanged() {
    let one =
        read("{\"edition\":\"2021\",\"sex\":2,\"applicant_name\":\"𠮷田\u{e000} 葛\u{e0100}\"}")
            .unwrap();
    let other = read("{ \"applicant_name\": \"𠮷田\\ue000 葛\u{e0100}\",\n \"sex\": 2, \"edition\": \"2021\", \"address\": \"\" }").unwrap();
    assert_eq!(one, other);
    assert_eq!(canonical_json(&one), canonical_json(&other));
    assert_eq!(
        one.header.applicant_name.as_str(),
        "𠮷田\u{e000} 葛\u{e0100}"
    );
    let lines = read("{\"edition\":\"2021\",\"remarks\":\"一\\r\\n二\\r三\\n四\"}").unwrap();
    assert_eq!(lines.remarks.as_str(), "一\n二\n三\n四");
}

#[test]
fn d4_every_fault_is_named_with_its_item() {
    for (field, code, item) in [
        ("\"sex\":3", "choice", "sex"),
        ("\"sex\":\"1\"", "shape", "sex"),
        ("\"sex\":null", "shape", "sex"),
        ("\"sex\":1.5", "shape", "sex"),
        ("\"sex\":-1", "shape", "sex"),
        ("\"sex\":300", "choice", "sex"),
        ("\"entry_date\":\"2026-02-30\"", "day", "entry_date"),
        ("\"entry_date\":\"20260201\"", "day", "entry_date"),
        ("\"entry_date\":\"1867-12-31\"", "day", "entry_date"),
        // A year of four digits in its era could not be typed again.
        ("\"birth_date\":\"3880-05-06\"", "day", "birth_date"),
        ("\"entry_date\":20260201", "shape", "entry_date"),
        (
            "\"diagnosis[1].onset\":\"2008-13\"",
            "day",
            "diagnosis[1].onset",
        ),
        (
            "\"diagnosis[1].onset\":\"2008-5\"",
            "day",
            "diagnosis[1].onset",
        ),
        (
            "\"diagnosis[1].onset\":\"平成20年\"",
            "day",
            "diagnosis[1].onset",
        ),
        ("\"age\":1000", "number", "age"),
        ("\"age\":\"80\"", "shape", "age"),
        ("\"height_cm\":150.55", "number", "height_cm"),
        ("\"height_cm\":1000", "number", "height_cm"),
        ("\"height_cm\":-1.0", "number", "height_cm"),
        ("\"height_cm\":\"150.5\"", "shape", "height_cm"),
        ("\"insurer_no\":\"12345\"", "insurer_no", "insurer_no"),
        (
            "\"institution_no\":\"1329900013\"",
            "institution_no",
            "institution_no",
        ),
        ("\"address\":\"a\\tb\"", "control_character", "address"),
        ("\"address\":\"a\\u0085b\"", "control_character", "address"),
        ("\"risks\":[]", "shape", "risks"),
        ("\"risks\":[15]", "choice", "risks"),
        ("\"risks\":[1,1]", "choice_twice", "risks"),
        ("\"risks\":1", "shape", "risks"),
        ("\"med_mgmt\":[{\"choice\":11}]", "choice", "med_mgmt"),
        (
            "\"med_mgmt\":[{\"choice\":1},{\"choice\":1,\"emphasised\":true}]",
            "choice_twice",
            "med_mgmt",
        ),
        (
            "\"med_mgmt\":[{\"choice\":1,\"more\":true}]",
            "shape",
            "med_mgmt",
        ),
        ("\"med_mgmt\":[1]", "shape", "med_mgmt"),
        ("\"limb_defect\":false", "shape", "limb_defect"),
        ("\"age\":80,\"age\":80", "item_twice", "age"),
    ] {
        let json = format!("{{\"edition\":\"2021\",\"applicant_name\":\"見本\",{field}}}");
        let Err(UnreadableJson::Faults { unknown, items }) = read(&json) else {
            panic!("{json}");
        };
        assert!(unknown.is_empty(), "{json}");
        let found: Vec<_> = items
            .iter()
            .map(|it| (it.kind.code(), it.item.code()))
            .collect();
        assert_eq!(found, [(code, item)], "{json}");
        assert!(!items[0].reason.ends_with('。') && !items[0].reason.is_empty());
    }
    let long = "あ".repeat(4_001);
    let json = format!("{{\"edition\":\"2018\",\"remarks\":\"{long}\",\"caution.nothing\":true}}");
    let Err(UnreadableJson::Faults { items, .. }) = read(&json) else {
        panic!("{json}");
    };
    let found: Vec<_> = items
        .iter()
        .map(|it| (it.kind.code(), it.item.code()))
        .collect();
    assert_eq!(
        found,
        [
            ("too_long", "remarks"),
            ("not_in_edition", "caution.nothing")
        ]
    );
}

#[test]
fn d4_what_is_no_opinion_is_refused_with_the_reason() {
    let deep = format!(
        "{{\"edition\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let large = format!(
        "{{\"edition\":\"2021\",\"remarks\":\"{}\"}}",
        "a".repeat(MAX_JSON_BYTES)
    );
    for (json, code) in [
        ("", "opinion_not_json"),
        ("{\"edition\":\"2021\"", "opinion_not_json"),
        ("{\"edition\":\"2021\"} x", "opinion_not_json"),
        ("[]", "opinion_not_an_object"),
        ("\"2021\"", "opinion_not_an_object"),
        ("{}", "opinion_no_edition"),
        ("{\"edition\":2021}", "opinion_no_edition"),
        ("{\"edition\":\"1999\"}", "opinion_unknown_edition"),
        ("{\"edition\":\"current\"}", "opinion_unknown_edition"),
        (
            "{\"edition\":\"2021\",\"edition\":\"2018\"}",
            "opinion_unknown_field",
        ),
        (
            "{\"edition\":\"2021\",\"diagnosis[4].name\":\"x\"}",
            "opinion_unknown_field",
        ),
        ("{\"edition\":\"2021\",\"Sex\":1}", "opinion_unknown_field"),
        (deep.as_str(), "opinion_too_deep"),
        (large.as_str(), "opinion_too_large"),
    ] {
        let error = read(json).unwrap_err();
        assert_eq!(
            error.code(),
            code,
            "{}",
            json.chars().take(60).collect::<String>()
        );
        assert!(
            error
                .reasons()
                .iter()
                .all(|it| !it.is_empty() && !it.ends_with('。'))
        );
    }
    assert_eq!(
        read_json(b"{\"edition\":\"\xff\"}", editions())
            .unwrap_err()
            .code(),
        "opinion_not_utf8"
    );
    let all = read("{\"edition\":\"2021\",\"a\\u0007\":1,\"sex\":9,\"b\":1}").unwrap_err();
    assert_eq!(all.reasons().len(), 3, "one answer names everything");
    assert!(all.reasons()[0].contains("a\u{fffd}"));
}

#[test]
fn d4_names_of_items_are_told_apart() {
    let names: std::collections::BTreeSet<_> = ItemId::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(names.len(), ItemId::ALL.len());
    for form in editions().all() {
        let names: std::collections::BTreeSet<_> =
            form.items().iter().map(FormItem::name).collect();
        assert_eq!(names.len(), form.items().len(), "{}", form.title());
    }
}

proptest! {
    #[test]
    fn d4_any_opinion_comes_back_the_same(opinion in any_opinion("2021"), old in any_opinion("2018")) {
        for opinion in [opinion, old] {
            let bytes = canonical_json(&opinion);
            let back = read_json(&bytes, editions());
            prop_assert!(back.as_ref() == Ok(&opinion));
            prop_assert_eq!(canonical_json(&back.unwrap()), bytes);
        }
    }

    #[test]
    fn d4_no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_json(&bytes, editions());
    }

    #[test]
    fn d4_no_changed_byte_makes_the_reader_panic(at in 0..FULL_2021.len(), byte in any::<u8>()) {
        let mut bytes = FULL_2021.to_vec();
        bytes[at] = byte;
        if let Ok(opinion) = read_json(&bytes, editions()) {
            prop_assert_eq!(read_json(&canonical_json(&opinion), editions()), Ok(opinion));
        }
    }

    #[test]
    fn d4_the_validator_answers_for_any_opinion(opinion in any_opinion("2018")) {
        for code in ["2018", "2021"] {
            let findings = kiban_domain::opinion::for_sending(&opinion, edition(code), &crate::invented::facts());
            prop_assert!(findings.iter().all(|it| !it.reason.is_empty()));
        }
    }
}
