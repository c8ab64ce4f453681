//! A person's certification on paper, with the words of the pages.

use kiban_print::{Fact, Part, PartState, Piece, Table};
use kiban_ui::{
    CertificateVersion, CertificationResult, CommitteeJudgement, DateText, PrimaryJudgement,
    Section,
};

use super::{certificates::part, day, span};

/// The result, the committee's judgement and the computer's.
pub(crate) fn certification(
    of: &Section<CertificationResult>,
    by_committee: &Section<CommitteeJudgement>,
    first: &Section<PrimaryJudgement>,
) -> Vec<Part> {
    vec![
        part("要介護認定の結果", of, result),
        part("二次判定（介護認定審査会）", by_committee, committee),
        part("一次判定", first, primary),
    ]
}

fn or_none(text: &str) -> String {
    match text {
        "" => "記載はありません".to_owned(),
        text => text.to_owned(),
    }
}

fn day_or_none(text: Option<&DateText>) -> String {
    text.map_or_else(|| or_none(""), day)
}

fn result(it: &CertificationResult) -> Vec<Piece> {
    let mut valid = it.valid.as_ref().map_or_else(|| or_none(""), span);
    if !it.months.is_empty() {
        valid = format!("{valid}（{}）", it.months);
    }
    vec![Piece::Facts(vec![
        Fact::new(
            "要介護状態区分等",
            format!("{}（{}）", it.care_level, it.chip.label),
        ),
        Fact::new("認定有効期間", valid),
        Fact::new("認定年月日", day(&it.certified)),
        Fact::new("申請年月日", day(&it.filed)),
        Fact::new("申請の種類", or_none(&it.kind)),
        Fact::new("区分支給限度基準額", or_none(&it.limit)),
    ])]
}

fn committee(it: &CommitteeJudgement) -> Vec<Piece> {
    vec![Piece::Facts(vec![
        Fact::new("判定", &it.result),
        Fact::new("判定日", day_or_none(it.day.as_ref())),
        Fact::new("審査会意見", or_none(&it.opinion)),
    ])]
}

fn primary(it: &PrimaryJudgement) -> Vec<Piece> {
    let facts = vec![
        Fact::new("判定", &it.result),
        Fact::new("判定日", day_or_none(it.day.as_ref())),
        Fact::new("要介護認定等基準時間", or_none(&it.total_time)),
    ];
    let numbers = |head: &str, values: &[kiban_ui::Fact]| {
        let rows = values
            .iter()
            .map(|it| vec![it.term.clone(), it.value.clone()]);
        Piece::Table(Table {
            columns: vec![(head.to_owned(), 3), ("値".to_owned(), 2)],
            rows: rows.collect(),
        })
    };
    vec![
        Piece::Facts(facts),
        numbers("要介護認定等基準時間の内訳", &it.times),
        numbers("中間評価項目得点", &it.scores),
    ]
}

/// Earlier and present versions, the newest first.
pub(crate) fn history(title: &str, versions: &[CertificateVersion]) -> Part {
    let columns = [
        ("種類・状態", 3),
        ("内容", 3),
        ("適用期間", 9),
        ("交付・認定", 8),
    ];
    let rows = versions.iter().map(|it| {
        vec![
            format!("{}\n{}", it.kind, it.chip.label),
            it.content.clone(),
            span(&it.period),
            day_or_none(it.issued.as_ref()),
        ]
    });
    let state = if versions.is_empty() {
        PartState::Absent("記録はありません。".to_owned())
    } else {
        PartState::Shown(vec![Piece::Table(Table {
            columns: columns
                .map(|(words, width)| (words.to_owned(), width))
                .into(),
            rows: rows.collect(),
        })])
    };
    Part {
        title: title.to_owned(),
        state,
    }
}
