//! What must hold of every calculation of a subsidy, whatever the services and costs (G-2, G-3, G-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kiban_domain::{
    CareProgramme, Category, CategoryCount, Certainty, CostKind, CostLine, Cut, InstitutionClass,
    KindInCategory, OpinionProgramme, Period, Rate, ReviewRules, Rounding, Scheme, SchemeParts,
    ServiceKind, Tax, Yen,
};
use proptest::prelude::*;

const KINDS: [&str; 6] = ["11", "15", "33", "51", "43", "42"];

fn parts() -> SchemeParts {
    let category = |code: &str, readers, limit| Category {
        code: code.into(),
        label: code.into(),
        readers,
        limit: Yen::new(limit),
    };
    let kind = |kind: &str, category: &str| KindInCategory {
        kind: kind.parse().unwrap(),
        category: category.into(),
        certainty: Certainty::High,
    };
    let class = |code: &str, beds_from, beds_to, above, below, limit| InstitutionClass {
        code: code.into(),
        label: code.into(),
        beds_from,
        beds_to,
        rate: Rate { above, below },
        limit: Yen::new(limit),
    };
    let period = |first: &str, last: &str| Period {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    SchemeParts {
        code: "test".into(),
        title: "試験".into(),
        applications: period("2025-10-17", "2026-03-13"),
        planned: true,
        costs: period("2025-04-01", "2026-03-13"),
        tax_percent: 10,
        care: CareProgramme {
            categories: vec![
                category("visiting", 3, 64_000),
                category("residential", 2, 55_000),
                category("other", 1, 42_000),
            ],
            kinds: vec![
                kind("11", "visiting"),
                kind("15", "visiting"),
                kind("33", "residential"),
                kind("51", "residential"),
                kind("43", "other"),
            ],
            count: CategoryCount::OncePerCategory,
            rounding: Rounding::Yen,
        },
        opinion: OpinionProgramme {
            classes: vec![
                class("large", 200, None, 1, 2, 550_000),
                class("small", 0, Some(199), 3, 4, 398_000),
            ],
            rounding: Rounding::Yen,
            beds_on: None,
        },
        review: ReviewRules {
            alone: Yen::new(100_000),
            care_budget: None,
            opinion_budget: None,
            warn_percent: 90,
        },
        source: "試験".into(),
    }
}

fn scheme() -> Scheme {
    Scheme::new(parts()).unwrap()
}

fn kinds() -> impl Strategy<Value = Vec<ServiceKind>> {
    prop::collection::vec(prop::sample::select(KINDS.to_vec()), 0..6)
        .prop_map(|it| it.iter().map(|it| it.parse().unwrap()).collect())
}

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..200_000, 0_u64..=100_000_000, Just(9_999_999_999)]
}

fn line(kind: impl Strategy<Value = CostKind>) -> impl Strategy<Value = CostLine> {
    let day = prop::sample::select(vec![
        None,
        Some("2025-03-31"),
        Some("2025-04-01"),
        Some("2026-03-14"),
    ]);
    (kind, 0_u32..6, amount(), any::<bool>(), day).prop_map(
        |(kind, quantity, amount, tax_in, day)| CostLine {
            kind,
            quantity,
            amount: Yen::new(amount),
            tax: if tax_in { Tax::Included } else { Tax::Excluded },
            on: day.map(|it| it.parse().unwrap()),
        },
    )
}

fn care_lines() -> impl Strategy<Value = Vec<CostLine>> {
    let kind = prop::sample::select(vec![
        CostKind::Reader,
        CostKind::Reader,
        CostKind::Connection,
    ]);
    prop::collection::vec(line(kind), 0..6)
}

fn opinion_lines() -> impl Strategy<Value = Vec<CostLine>> {
    prop::collection::vec(line(Just(CostKind::Sending)), 0..6)
}

proptest! {
    #[test]
    fn g2_never_above_the_sum_of_the_ceilings_nor_above_the_costs(kinds in kinds(), lines in care_lines()) {
        let worked = scheme().work_out_care(&kinds, &lines);
        let ceilings: u64 = worked.categories.iter().map(|it| it.limit.get()).sum();
        let costs: u64 = worked.lines.iter().map(|it| it.with_tax.get()).sum();
        prop_assert_eq!(worked.limit.get(), ceilings);
        prop_assert!(worked.amount.get() <= ceilings && worked.amount <= worked.eligible);
        prop_assert!(worked.eligible.get() <= costs);
        prop_assert!(worked.readers_counted <= worked.readers_most);
        prop_assert_eq!(worked.eligible.get() - worked.above_limit.get(), worked.amount.get());
    }

    #[test]
    fn g2_the_order_of_lines_and_services_does_not_matter(kinds in kinds(), lines in care_lines(), turn in 0_usize..6) {
        let scheme = scheme();
        let before = scheme.work_out_care(&kinds, &lines);
        let (mut turned, mut others) = (lines, kinds);
        if !turned.is_empty() { let by = turn % turned.len(); turned.rotate_left(by); }
        turned.reverse();
        others.reverse();
        let after = scheme.work_out_care(&others, &turned);
        prop_assert_eq!((before.eligible, before.amount, before.readers_counted), (after.eligible, after.amount, after.readers_counted));
        prop_assert_eq!(before.categories, after.categories);
    }

    #[test]
    fn g2_a_higher_cost_never_brings_less(kinds in kinds(), lines in care_lines(), at in any::<prop::sample::Index>(), more in 1_u64..100_000) {
        prop_assume!(!lines.is_empty());
        let scheme = scheme();
        let mut dearer = lines.clone();
        let it = &mut dearer[at.index(lines.len())];
        it.amount = Yen::new(it.amount.get() + more);
        prop_assume!(it.amount.get() <= CostLine::MOST_YEN);
        prop_assert!(scheme.work_out_care(&kinds, &dearer).eligible >= scheme.work_out_care(&kinds, &lines).eligible);
        prop_assert!(scheme.work_out_care(&kinds, &dearer).amount >= scheme.work_out_care(&kinds, &lines).amount);
    }

    #[test]
    fn g2_tax_is_added_once(kinds in kinds(), lines in care_lines(), beds in 0_u32..500) {
        let scheme = scheme();
        let taxed: Vec<_> = lines.iter().map(|it| CostLine { amount: it.with_tax(10), tax: Tax::Included, ..*it }).collect();
        prop_assume!(taxed.iter().all(|it| it.amount.get() <= CostLine::MOST_YEN));
        prop_assert_eq!(scheme.work_out_care(&kinds, &lines), scheme.work_out_care(&kinds, &taxed));
        prop_assert_eq!(scheme.work_out_opinion(beds, &lines), scheme.work_out_opinion(beds, &taxed));
    }

    #[test]
    fn g3_never_above_the_ceiling_nor_above_cost_times_rate(beds in 0_u32..1_000, lines in opinion_lines()) {
        let worked = scheme().work_out_opinion(beds, &lines).unwrap();
        let costs: u128 = worked.lines.iter().map(|it| u128::from(it.with_tax.get())).sum();
        prop_assert!(worked.amount <= worked.class.limit);
        prop_assert!(u128::from(worked.amount.get()) * u128::from(worked.class.rate.below) <= costs * u128::from(worked.class.rate.above));
        prop_assert_eq!(worked.at_rate.get() - worked.above_limit.get(), worked.amount.get());
    }

    #[test]
    fn g3_a_higher_cost_never_brings_less(beds in 0_u32..1_000, lines in opinion_lines(), at in any::<prop::sample::Index>(), more in 1_u64..100_000) {
        prop_assume!(!lines.is_empty());
        let scheme = scheme();
        let mut dearer = lines.clone();
        let it = &mut dearer[at.index(lines.len())];
        it.amount = Yen::new(it.amount.get() + more);
        prop_assume!(it.amount.get() <= CostLine::MOST_YEN);
        prop_assert!(scheme.work_out_opinion(beds, &dearer).unwrap().amount >= scheme.work_out_opinion(beds, &lines).unwrap().amount);
    }
}

#[test]
fn g2_of_four_readers_where_three_count_the_dearest_count_and_the_rest_is_named() {
    let reader = |quantity, amount| CostLine {
        kind: CostKind::Reader,
        quantity,
        amount: Yen::new(amount),
        tax: Tax::Included,
        on: None,
    };
    let kinds = ["11".parse().unwrap()];
    let worked = scheme().work_out_care(&kinds, &[reader(2, 10_001), reader(2, 12_000)]);
    assert_eq!((worked.readers_most, worked.readers_counted), (3, 3));
    assert_eq!(worked.lines[1].eligible, Yen::new(12_000));
    assert_eq!(worked.lines[0].eligible, Yen::new(5_000));
    assert_eq!(worked.lines[0].cut, Some(Cut::TooManyReaders { over: 1 }));
    assert_eq!(worked.amount, Yen::new(17_000));
}

#[test]
fn what_cannot_be_a_scheme_is_named_with_its_place() {
    let mut wrong = parts();
    wrong.source = " ".into();
    wrong.care.categories[1].code = "visiting".into();
    wrong.care.kinds.push(wrong.care.kinds[0].clone());
    wrong.opinion.classes[1].beds_to = Some(200);
    wrong.opinion.classes[0].rate = Rate { above: 1, below: 0 };
    wrong.applications.last = "2025-10-16".parse().unwrap();
    let faults = Scheme::new(wrong).unwrap_err();
    let places: Vec<_> = faults.iter().map(|it| it.place.as_str()).collect();
    for place in [
        "source",
        "applications",
        "care.category[2]",
        "care.kinds 11",
        "opinion.class[1]",
        "opinion.class[2]",
    ] {
        assert!(places.contains(&place), "{place}: {places:?}");
    }
}
