//! Whatever stands in a scheme's file, it is read or its faults are named (G-1).

use kiban_domain::{CostKind, CostLine, Programme, Tax, Yen};
use kiban_services::subsidies::{SCHEME_FILE_BYTES, read_scheme};
use proptest::prelude::*;

const SHIPPED: &str = include_str!("../../../data/subsidies/2025.toml");

/// The values of the shipped file: what stands behind each 「=」, with where it stands.
fn values() -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut values = Vec::new();
    for line in SHIPPED.split_inclusive('\n') {
        for (start, _) in line.match_indices(" = ") {
            let from = start + 3;
            let end = line[from..].find([',', ' ', '\n']).unwrap_or(0);
            if !line.starts_with('#') && end > 0 {
                values.push(at + from..at + from + end);
            }
        }
        at += line.len();
    }
    values
}

/// What is read works out whatever is claimed; what is not has faults with a place and words.
fn holds(text: &str) -> Result<(), TestCaseError> {
    let scheme = match read_scheme(text) {
        Ok(scheme) => scheme,
        Err(faults) => {
            prop_assert!(!faults.is_empty());
            for it in faults {
                prop_assert!(!it.wrong.is_empty() && it.to_string().contains('：'));
            }
            return Ok(());
        }
    };
    let kinds: Vec<_> = scheme.care().kinds.iter().map(|it| it.kind).collect();
    let cost = |kind| CostLine {
        kind,
        quantity: if kind == CostKind::Reader {
            CostLine::MOST_READERS
        } else {
            1
        },
        amount: Yen::new(CostLine::MOST_YEN),
        tax: Tax::Excluded,
        on: Some(scheme.costs().last),
    };
    let costs = [
        cost(CostKind::Reader),
        cost(CostKind::Connection),
        cost(CostKind::Sending),
    ];
    let care = scheme.work_out_care(&kinds, &costs);
    prop_assert!(care.amount <= care.limit, "{care:?}");
    for beds in [0, 19, 20, 199, 200, 9_999] {
        if let Some(opinion) = scheme.work_out_opinion(beds, &costs) {
            prop_assert!(opinion.amount <= opinion.class.limit);
        }
    }
    for programme in Programme::ALL {
        let _ = scheme.review().budget(*programme);
    }
    Ok(())
}

proptest! {
    #[test]
    fn g1_no_text_breaks_the_reader(text in "\\PC{0,200}|[a-z_.=\\[\\]\"0-9 \n-]{0,200}") {
        holds(&text)?;
    }

    #[test]
    fn g1_a_value_replaced_is_read_or_named(
        at in any::<prop::sample::Index>(),
        value in prop_oneof![
            "-?[0-9]{1,19}",
            "\"\\PC{0,12}\"",
            Just("\"9999-12-31\"".to_owned()),
            Just("\"-9999-01-01\"".to_owned()),
            Just("\"4294967295/4294967295\"".to_owned()),
            Just("\"0/0\"".to_owned()),
            Just("9223372036854775807".to_owned()),
            Just("true".to_owned()),
            Just("[]".to_owned()),
        ],
    ) {
        let places = values();
        let place = places[at.index(places.len())].clone();
        let mut text = SHIPPED.to_owned();
        text.replace_range(place, &value);
        holds(&text)?;
    }

    #[test]
    fn g1_a_file_that_breaks_off_is_refused(end in 0..SHIPPED.len()) {
        let mut end = end;
        while !SHIPPED.is_char_boundary(end) {
            end -= 1;
        }
        holds(&SHIPPED[..end])?;
    }
}

#[test]
fn g1_what_would_undo_a_rule_is_refused_with_its_place() {
    for (good, bad, place) in [
        ("kind = \"11\"", "kind = \"ZZ\"", "care.kinds ZZ"),
        ("readers = 3", "readers = 0", "care.category"),
        (
            "alone_yen = 100000",
            "alone_yen = 99999999",
            "review.alone_yen",
        ),
    ] {
        assert!(SHIPPED.contains(good), "{good}");
        let faults = read_scheme(&SHIPPED.replacen(good, bad, 1)).unwrap_err();
        let found = faults.iter().any(|it| it.place.starts_with(place));
        assert!(found, "{bad}: {faults:?}");
    }
}

#[test]
fn g1_a_file_that_is_too_long_is_refused() {
    let long = "#".repeat(SCHEME_FILE_BYTES + 1);
    let faults = read_scheme(&long).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(values().len() > 100, "the values are found");
}
