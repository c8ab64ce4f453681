//! What is told of applications in public lets nobody work out what is hidden (G-4).

use kiban_domain::{
    Figures, PublicCount, PublicFigures, PublicStage, PublicYen, SubsidyStage, Yen, suppress,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn granted(counts: &[u64]) -> Vec<Figures> {
    counts
        .iter()
        .map(|count| Figures {
            count: *count,
            granted: Some(Yen::new(count * 41_000)),
        })
        .collect()
}

/// Prefectures, a bar, the country: 「少」 for 5未満, 「×」 for 非公表.
fn told(counts: &[u64]) -> String {
    let word = |it: &PublicFigures| match it.count {
        PublicCount::Known(count) => count.to_string(),
        PublicCount::Few => "少".to_owned(),
        PublicCount::Withheld => "×".to_owned(),
    };
    let (all, country) = suppress(&granted(counts));
    let all: Vec<_> = all.iter().map(word).collect();
    format!("{} | {}", all.join(" "), word(&country))
}

#[test]
fn g4_one_to_four_are_hidden_and_so_is_the_sum_that_would_give_them_away() {
    for (counts, expected) in [
        (&[5, 12, 0][..], "5 12 0 | 17"),
        (&[4, 12], "少 12 | ×"),
        (&[1, 12], "少 12 | ×"),
        (&[1, 2, 12], "少 少 12 | 15"),
        (&[1, 1, 12], "少 少 12 | ×"),
        (&[4, 4, 12], "少 少 12 | ×"),
        (&[2, 2, 12], "少 少 12 | 16"),
        (&[4, 4, 3], "少 少 少 | 11"),
        (&[1, 2], "少 少 | 少"),
        (&[1, 1, 1, 1], "少 少 少 少 | ×"),
        (&[3], "少 | ×"),
        (&[0], "0 | 0"),
        (&[], " | 0"),
    ] {
        assert_eq!(told(counts), expected, "{counts:?}");
    }
}

#[test]
fn g4_amounts_are_told_where_numbers_are() {
    let amounts = |counts: &[u64]| {
        let (all, country) = suppress(&granted(counts));
        let all: Vec<_> = all.iter().map(|it| it.granted).collect();
        (all, country.granted)
    };
    let known = |yen| PublicYen::Known(Yen::new(yen));
    let whole = (vec![known(205_000), known(246_000)], known(451_000));
    assert_eq!(amounts(&[5, 6]), whole);
    let hidden = PublicYen::Withheld;
    assert_eq!(
        amounts(&[5, 1, 2]),
        (vec![known(205_000), hidden, hidden], hidden)
    );
    let none = Figures {
        count: 3,
        granted: None,
    };
    let (all, country) = suppress(&[none, none]);
    assert!(all.iter().all(|it| it.granted == PublicYen::None));
    assert_eq!(country.granted, PublicYen::None);
}

#[test]
fn g4_what_goes_on_inside_a_review_is_one_stage_and_drafts_are_none() {
    let by = kiban_domain::Reviewer {
        user_id: uuid::Uuid::from_u128(1),
        is_applicant: false,
    };
    let taken = SubsidyStage::Submitted.take(by).unwrap();
    for stage in [SubsidyStage::Submitted, taken] {
        assert_eq!(PublicStage::of(stage.code()), Some(PublicStage::Review));
    }
    assert_eq!(PublicStage::of("checked"), Some(PublicStage::Review));
    assert_eq!(PublicStage::of(SubsidyStage::Draft.code()), None);
    assert_eq!(
        PublicStage::of(SubsidyStage::Withdrawn.code()),
        Some(PublicStage::Withdrawn)
    );
    assert!(PublicStage::Paid.has_grants() && !PublicStage::Refused.has_grants());
}

/// Every way to fill in the hidden numbers.
fn guesses(counts: &[u64]) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for count in counts {
        let ways = if (1..5).contains(count) {
            vec![1, 2, 3, 4]
        } else {
            vec![*count]
        };
        all = all
            .iter()
            .flat_map(|begun: &Vec<u64>| {
                ways.iter().map(move |way| {
                    let mut more = begun.clone();
                    more.push(*way);
                    more
                })
            })
            .collect();
    }
    all
}

proptest! {
    /// A reader who knows the rule as well as we do tries every number for each hidden one and drops what would have been told otherwise: at
    /// least two numbers stay possible for each.
    #[test]
    fn g4_no_hidden_number_is_determined_by_what_is_told(
        counts in proptest::collection::vec(prop_oneof![3 => 1_u64..5, 1 => 5_u64..9, 1 => Just(0_u64)], 0..6)
    ) {
        let shown = suppress(&granted(&counts));
        let same = |guess: &Vec<u64>| {
            let (all, country) = suppress(&granted(guess));
            all.iter().zip(&shown.0).all(|(it, told)| it.count == told.count)
                && country.count == shown.1.count
        };
        let possible: Vec<_> = guesses(&counts).into_iter().filter(same).collect();
        for at in (0..counts.len()).filter(|at| (1..5).contains(&counts[*at])) {
            let values: BTreeSet<_> = possible.iter().map(|it| it[at]).collect();
            prop_assert!(values.len() > 1, "{counts:?}: number {at} can only be {values:?}");
        }
    }

    /// Nothing that is told depends on the amounts of prefectures with few applications.
    #[test]
    fn g4_no_hidden_amount_changes_anything_that_is_told(
        rows in proptest::collection::vec((0_u64..9, 1_u64..1_000_000, 1_u64..1_000_000), 1..8)
    ) {
        let with = |pick: fn(&(u64, u64, u64)) -> u64| {
            let figures: Vec<_> = rows
                .iter()
                .map(|row| Figures { count: row.0, granted: Some(Yen::new(pick(row))) })
                .collect();
            suppress(&figures)
        };
        let one = with(|row| row.1);
        let other = with(|row| if (1..5).contains(&row.0) { row.2 } else { row.1 });
        prop_assert_eq!(one, other);
    }

    /// What is told is true, and adds up where all of it is told.
    #[test]
    fn g4_what_is_told_is_true(counts in proptest::collection::vec(0_u64..40, 0..10)) {
        let (all, country) = suppress(&granted(&counts));
        for (told, count) in all.iter().zip(&counts) {
            match told.count {
                PublicCount::Known(it) => prop_assert_eq!(it, *count),
                PublicCount::Few => prop_assert!((1..5).contains(count)),
                PublicCount::Withheld => prop_assert!(false, "a prefecture is never withheld"),
            }
        }
        let total: u64 = counts.iter().sum();
        match country.count {
            PublicCount::Known(it) => prop_assert_eq!(it, total),
            PublicCount::Few => prop_assert!((1..5).contains(&total)),
            PublicCount::Withheld => prop_assert!(counts.iter().any(|it| (1..5).contains(it))),
        }
    }
}
