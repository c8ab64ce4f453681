//! How long one calculation of a care office's subsidy takes, with as many lines and services as an application may have:
//! `cargo xtask bench subsidy`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for people who measure"
)]

use kiban_domain::{
    CareProgramme, Category, CategoryCount, Certainty, CostKind, CostLine, KindInCategory,
    OpinionProgramme, Period, ReviewRules, Rounding, SERVICE_KINDS, Scheme, SchemeParts,
    ServiceKind, Tax, Yen,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Wanted at most: one hundredth of what a public page may take (5 ms), because the estimate is worked out anew with every page of the form.
const WANTED: Duration = Duration::from_micros(50);
/// Calculations in a measurement, and measurements.
const TIMES: (u32, usize) = (2_000, 25);

fn main() {
    let (scheme, kinds, costs) = (scheme(), kinds(), costs());
    let mut taken: Vec<_> = (0..TIMES.1)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..TIMES.0 {
                black_box(scheme.work_out_care(black_box(&kinds), black_box(&costs)));
            }
            begun.elapsed() / TIMES.0
        })
        .collect();
    taken.sort();
    let (middle, worst) = (taken[taken.len() / 2], taken[taken.len() - 1]);
    println!(
        "subsidy: {} lines, {} services: median {:.2} µs, slowest {:.2} µs, wanted at most {} µs: ratio {:.3}",
        costs.len(),
        kinds.len(),
        micros(middle),
        micros(worst),
        WANTED.as_micros(),
        micros(middle) / micros(WANTED),
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn kinds() -> Vec<ServiceKind> {
    let all = SERVICE_KINDS.iter().map(|it| it.code.parse().unwrap());
    all.collect()
}

/// Readers of fifteen prices, more than count, and as many other costs.
fn costs() -> Vec<CostLine> {
    let line = |at: u64| CostLine {
        kind: if at.is_multiple_of(2) {
            CostKind::Reader
        } else {
            CostKind::Connection
        },
        quantity: 1,
        amount: Yen::new(8_000 + at * 37),
        tax: Tax::Excluded,
        on: Some("2025-11-04".parse().unwrap()),
    };
    (0..u64::try_from(CostLine::MOST_LINES).unwrap())
        .map(line)
        .collect()
}

fn scheme() -> Scheme {
    let period = |first: &str, last: &str| Period {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    let category = |code: &str, readers, limit| Category {
        code: code.into(),
        label: code.into(),
        readers,
        limit: Yen::new(limit),
    };
    let categories = vec![
        category("visiting", 3, 64_000),
        category("residential", 2, 55_000),
        category("other", 1, 42_000),
    ];
    let of = |(at, kind): (usize, ServiceKind)| KindInCategory {
        kind,
        category: categories[at % categories.len()].code.clone(),
        certainty: Certainty::High,
    };
    Scheme::new(SchemeParts {
        code: "bench".into(),
        title: "bench".into(),
        applications: period("2025-10-17", "2026-03-13"),
        planned: false,
        costs: period("2025-04-01", "2026-03-13"),
        tax_percent: 10,
        care: CareProgramme {
            kinds: kinds().into_iter().enumerate().map(of).collect(),
            categories,
            count: CategoryCount::OncePerCategory,
            rounding: Rounding::Yen,
        },
        opinion: OpinionProgramme {
            classes: Vec::new(),
            rounding: Rounding::Yen,
            beds_on: None,
        },
        review: ReviewRules {
            alone: Yen::new(100_000),
            care_budget: None,
            opinion_budget: None,
            warn_percent: 90,
        },
        source: "bench".into(),
    })
    .unwrap()
}
