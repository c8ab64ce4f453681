#![no_main]

use kiban_domain::{
    CareProgramme, Category, CategoryCount, Certainty, CostLine, FormFacts, InstitutionClass,
    KindInCategory, OpinionProgramme, Period, Programme, Rate, ReviewRules, Rounding, Scheme,
    SchemeParts, SubsidyForm, Yen, field_label,
};
use std::sync::LazyLock;

static SCHEME: LazyLock<Scheme> = LazyLock::new(|| {
    let period = Period {
        first: "2025-04-01".parse().unwrap(),
        last: "2026-03-13".parse().unwrap(),
    };
    let class = |code: &str, beds_from, beds_to, rate| InstitutionClass {
        code: code.into(),
        label: code.into(),
        beds_from,
        beds_to,
        rate,
        limit: Yen::new(550_000),
    };
    Scheme::new(SchemeParts {
        code: "fuzz".into(),
        title: "fuzz".into(),
        applications: period,
        planned: false,
        costs: period,
        tax_percent: 10,
        care: CareProgramme {
            categories: vec![Category {
                code: "all".into(),
                label: "all".into(),
                readers: 3,
                limit: Yen::new(64_000),
            }],
            kinds: vec![KindInCategory {
                kind: "11".parse().unwrap(),
                category: "all".into(),
                certainty: Certainty::High,
            }],
            count: CategoryCount::OncePerCategory,
            rounding: Rounding::Yen,
        },
        opinion: OpinionProgramme {
            classes: vec![
                class("few", 0, Some(199), Rate { above: 3, below: 4 }),
                class("many", 200, None, Rate { above: 1, below: 2 }),
            ],
            rounding: Rounding::Yen,
            beds_on: None,
        },
        review: ReviewRules {
            alone: Yen::new(0),
            care_budget: None,
            opinion_budget: None,
            warn_percent: 90,
        },
        source: "fuzz".into(),
    })
    .unwrap()
});

// A field a line: its name, 「=」, its value. A first line 「opinion」 chooses that programme.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let programme = if text.starts_with("opinion\n") {
        Programme::Opinion
    } else {
        Programme::Care
    };
    let fields = text.split('\n').filter_map(|line| line.split_once('='));
    let form = SubsidyForm::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let facts = FormFacts {
        scheme: &SCHEME,
        programme,
        today: "2025-12-01".parse().unwrap(),
        with_files: None,
    };
    let so_far: Vec<_> = form.costs_so_far(programme);
    assert!(so_far.iter().all(|(_, cost)| cost.check().is_ok()));
    let costs: Vec<CostLine> = so_far.into_iter().map(|it| it.1).collect();
    let care = SCHEME.work_out_care(&form.kinds_so_far(), &costs);
    assert!(care.amount <= care.limit && care.amount <= care.eligible);
    match form.read(&facts) {
        Ok(filled) => {
            assert_eq!(filled.costs(), costs);
            if programme == Programme::Opinion {
                let worked = SCHEME.work_out_opinion(filled.beds, &costs).unwrap();
                assert!(worked.amount <= worked.class.limit);
            }
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            for it in &faults {
                assert!(field_label(&it.field).is_some() && !it.message().is_empty());
            }
        }
    }
    let values = form
        .values()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(SubsidyForm::of(values), form);
});
