//! What was worked out, in words.

use super::{day, yen};
use kiban_domain::{
    Certainty, CostLine, Cut, Programme, Scheme, ServiceKind, Worked, WorkedLine, WorkedOpinion,
    Yen,
};
use kiban_portal_ui::{CategoryCells, WorkedCost, WorkedOut};

/// Why a part of a cost does not count.
pub(crate) fn cut(cut: Cut) -> String {
    match cut {
        Cut::TooManyReaders { over } => {
            format!(
                "{over}台は、台数の上限を超えるため対象になりません。単価の高いものから数えます"
            )
        }
        Cut::TooEarly { first } => format!("{}より前の日付のため、対象になりません", day(first)),
        Cut::TooLate { last } => format!("{}より後の日付のため、対象になりません", day(last)),
        Cut::OtherProgramme => "この助成の対象ではない経費です".to_owned(),
    }
}

fn costs(
    numbers: &[u32],
    costs: &[CostLine],
    lines: &[WorkedLine],
    readers: bool,
) -> Vec<WorkedCost> {
    let all = numbers.iter().zip(costs).zip(lines);
    let one = |((number, cost), line): ((&u32, &CostLine), &WorkedLine)| WorkedCost {
        label: format!("経費{number}　{}", cost.kind.label()),
        typed: format!("{}（{}）", yen(cost.amount), cost.tax.label()),
        with_tax: yen(line.with_tax),
        counted: if readers && cost.kind == kiban_domain::CostKind::Reader {
            format!("{}台のうち{}台", cost.quantity, line.counted)
        } else {
            String::new()
        },
        eligible: yen(line.eligible),
        cut: line.cut.map_or_else(String::new, cut),
    };
    all.map(one).collect()
}

fn step(term: &str, text: impl Into<String>) -> (String, String) {
    (term.to_owned(), text.into())
}

fn above(amount: Yen) -> String {
    if amount.get() == 0 {
        "ありません".to_owned()
    } else {
        format!("{}は、限度額を超えるため対象になりません", yen(amount))
    }
}

fn names(kinds: &[ServiceKind]) -> String {
    let labels: Vec<_> = kinds.iter().map(ServiceKind::label).collect();
    labels.join("、")
}

/// The result for a care office.
pub(crate) fn care(
    scheme: &Scheme,
    (numbers, typed): (&[u32], &[CostLine]),
    worked: &Worked,
) -> WorkedOut {
    let categories = worked.categories.iter();
    let categories: Vec<_> = categories
        .map(|it| CategoryCells {
            label: it.label.clone(),
            kinds: names(&it.kinds),
            readers: format!("{}台", it.readers),
            limit: yen(it.limit),
        })
        .collect();
    let mut notes = Vec::new();
    let inferred: Vec<_> = worked
        .categories
        .iter()
        .flat_map(|it| &it.kinds)
        .filter(|kind| is_inferred(scheme, **kind))
        .copied()
        .collect();
    if !inferred.is_empty() {
        notes.push(format!(
            "{}の区分は、名称からの推定です。",
            names(&inferred)
        ));
    }
    if !worked.without_category.is_empty() {
        let names = names(&worked.without_category);
        notes.push(format!("{names}は、助成の対象となる区分がありません。"));
    }
    notes.push(format!(
        "同じ区分のサービスがいくつかあるときの数え方：{}（推定）",
        scheme.care().count.label()
    ));
    let readers = format!(
        "{}台（上限{}台）",
        worked.readers_counted, worked.readers_most
    );
    WorkedOut {
        title: Programme::Care.label().to_owned(),
        id: "result-care",
        amount: yen(worked.amount),
        lines: costs(numbers, typed, &worked.lines, true),
        categories,
        steps: vec![
            step("数えたカードリーダー", readers),
            step("対象となる経費の合計（税込）", yen(worked.eligible)),
            step("限度額の合計", yen(worked.limit)),
            step("限度額を超える分", above(worked.above_limit)),
            step("端数", scheme.care().rounding.label()),
            step("助成額の見込み", yen(worked.amount)),
        ],
        notes,
        begin: None,
    }
}

/// Whether nobody has published that a service is in its category.
pub(crate) fn is_inferred(scheme: &Scheme, kind: ServiceKind) -> bool {
    let found = scheme.care().kinds.iter().find(|it| it.kind == kind);
    found.is_some_and(|it| matches!(it.certainty, Certainty::Medium | Certainty::Low))
}

/// The result for an institution that writes opinions.
pub(crate) fn opinion(
    scheme: &Scheme,
    (numbers, typed): (&[u32], &[CostLine]),
    worked: &WorkedOpinion,
) -> WorkedOut {
    let class = &worked.class;
    let rate = format!(
        "{}分の{}：{}",
        class.rate.below,
        class.rate.above,
        yen(worked.at_rate)
    );
    WorkedOut {
        title: Programme::Opinion.label().to_owned(),
        id: "result-opinion",
        amount: yen(worked.amount),
        lines: costs(numbers, typed, &worked.lines, false),
        categories: Vec::new(),
        steps: vec![
            step("医療機関の区分", class.label.clone()),
            step("対象となる経費の合計（税込）", yen(worked.eligible)),
            step("補助率と、掛けた額", rate),
            step("限度額", yen(class.limit)),
            step("限度額を超える分", above(worked.above_limit)),
            step("端数", scheme.opinion().rounding.label()),
            step("助成額の見込み", yen(worked.amount)),
        ],
        notes: Vec::new(),
        begin: None,
    }
}
