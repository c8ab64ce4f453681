//! The table of worked examples in the documentation, worked out (G-2, G-3, G-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kiban_domain::{CostKind, CostLine, Scheme, Tax, read_yen};
use kiban_services::subsidies::read_scheme;

const EXAMPLES: &str = include_str!("../../../docs/reference/subsidy-examples.md");
const SCHEME: &str = include_str!("../../../data/subsidies/2025.toml");

fn cost(text: &str) -> CostLine {
    let mut words = text.split(' ');
    let what = words.next().unwrap();
    let (kind, quantity) = match what {
        "接続" => (CostKind::Connection, 1),
        "送信" => (CostKind::Sending, 1),
        readers => {
            let count = readers
                .strip_prefix("読取")
                .and_then(|it| it.strip_suffix("台"));
            (CostKind::Reader, count.unwrap().parse().unwrap())
        }
    };
    let amount = read_yen(words.next().unwrap()).unwrap();
    let tax = match words.next().unwrap() {
        "税込" => Tax::Included,
        "税抜" => Tax::Excluded,
        other => panic!("{other}"),
    };
    let on = words.next().map(|it| it.parse().unwrap());
    CostLine {
        kind,
        quantity,
        amount,
        tax,
        on,
    }
}

/// What counts, the ceiling and the subsidy.
fn work_out(scheme: &Scheme, of: &str, costs: &[CostLine]) -> [u64; 3] {
    let (programme, rest) = of.split_once(' ').unwrap();
    match programme {
        "care" => {
            let kinds: Vec<_> = rest.split(' ').map(|it| it.parse().unwrap()).collect();
            let it = scheme.work_out_care(&kinds, costs);
            [it.eligible.get(), it.limit.get(), it.amount.get()]
        }
        "beds" => {
            let it = scheme
                .work_out_opinion(rest.parse().unwrap(), costs)
                .unwrap();
            [it.eligible.get(), it.class.limit.get(), it.amount.get()]
        }
        other => panic!("{other}"),
    }
}

#[test]
fn g5_every_worked_example_comes_to_what_the_documentation_says() {
    let scheme = read_scheme(SCHEME).unwrap();
    let mut count = 0;
    for line in EXAMPLES.lines().filter(|it| it.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells[0].parse::<u32>().is_err() {
            continue;
        }
        count += 1;
        assert_eq!(cells[0].parse(), Ok(count), "numbered one after another");
        let costs: Vec<_> = cells[3].split('／').map(cost).collect();
        let expected = [4, 5, 6].map(|at| read_yen(cells[at]).unwrap().get());
        assert_eq!(work_out(&scheme, cells[2], &costs), expected, "{line}");
        assert!(!cells[8].is_empty(), "the notice: {line}");
    }
    assert!(count >= 30, "{count} examples");
}
