//! What is checked by itself before a person reads an application: each with a chip, words and where to look.

use super::{signed, yen};
use crate::words;
use kiban_console_ui::{Chip, ChipColor};
use kiban_domain::{Date, MedicalInstitutionCode, Programme};
use kiban_services::subsidies::{Claim, ReviewCase, shown_receipt};

type Check = (Chip, String, String);

fn fine(words: impl Into<String>) -> Check {
    let chip = Chip::new("問題なし", ChipColor::Green);
    (chip, words.into(), String::new())
}

fn look(words: impl Into<String>) -> Check {
    let chip = Chip::new("確認が必要", ChipColor::Orange);
    (chip, words.into(), String::new())
}

fn note(words: impl Into<String>) -> Check {
    let chip = Chip::new("お知らせ", ChipColor::Blue);
    (chip, words.into(), String::new())
}

/// Everything that is checked by itself.
pub(super) fn of(review: &ReviewCase, today: Date) -> Vec<Check> {
    let mut checks = shared(review);
    checks.push(office(review, today));
    checks.extend(evidence(review));
    checks.push(dates(review));
    checks.extend(amounts(review));
    checks
}

fn shared(review: &ReviewCase) -> Vec<Check> {
    if review.shared.is_empty() {
        return vec![fine(
            "ほかの申請と同じ請求書の番号・製造番号・書類はありません",
        )];
    }
    let check = |it: &kiban_services::subsidies::Shared| {
        let what = match &*it.kind {
            "invoice" => "請求書・領収書の番号",
            "serial" => "製造番号",
            _ => "書類のファイル",
        };
        let words = format!(
            "経費{}の{what}が、{}の申請{}（{}）と同じです",
            it.line,
            it.office_name,
            shown_receipt(&it.receipt),
            super::stage_name(&it.stage),
        );
        let (chip, words, _) = look(words);
        (chip, words, format!("/ops/subsidy/{}", it.receipt))
    };
    review.shared.iter().map(check).collect()
}

fn office(review: &ReviewCase, today: Date) -> Check {
    match &review.register {
        None => look("運営の事業所の一覧にない番号です"),
        // The register says a medical institution's beds, and gives it no service but the deemed ones.
        Some(entry) if entry.is_open_on(today) => {
            let medical = entry
                .office_no
                .as_str()
                .parse::<MedicalInstitutionCode>()
                .is_ok();
            match review.case.row.programme {
                Programme::Opinion if !medical => look(
                    "事業所の一覧では、医療機関ではありません。主治医意見書を作成するかを確かめてください",
                ),
                _ => fine("事業所の一覧にあり、廃止されていません"),
            }
        }
        Some(_) => look("事業所の一覧では、今日の時点で開設していません"),
    }
}

fn evidence(review: &ReviewCase) -> Vec<Check> {
    let case = &review.case;
    let mut checks = Vec::new();
    let lines = case.filled.iter().flat_map(|it| &it.lines);
    for line in lines {
        let mut own = case
            .files
            .iter()
            .filter(|it| it.line == i64::from(line.number));
        if own.clone().next().is_none() {
            checks.push(look(format!("経費{}に書類がありません", line.number)));
        }
        if own.any(|it| it.locked) {
            checks.push(look(format!(
                "経費{}に、パスワードがないと開けないPDFがあります",
                line.number
            )));
        }
    }
    if checks.is_empty() {
        checks.push(fine("すべての経費に書類があります"));
    }
    checks
}

fn dates(review: &ReviewCase) -> Check {
    let period = review.case.scheme.costs();
    let lines = review.case.filled.iter().flat_map(|it| &it.lines);
    let outside: Vec<String> = lines
        .filter(|it| it.cost.on.is_none_or(|day| !period.has(day)))
        .map(|it| format!("経費{}", it.number))
        .collect();
    let (first, last) = (words::day(period.first), words::day(period.last));
    if outside.is_empty() {
        fine(format!("購入日・実施日は、すべて{first}から{last}までです"))
    } else {
        look(format!(
            "{}の購入日・実施日は、{first}から{last}までではありません",
            outside.join("、")
        ))
    }
}

fn amounts(review: &ReviewCase) -> Vec<Check> {
    let case = &review.case;
    let mut checks = Vec::new();
    let above = match &case.claim {
        Some(Claim::Care(it)) => it.above_limit.get(),
        Some(Claim::Opinion(it)) => it.above_limit.get(),
        None => 0,
    };
    if above > 0 {
        checks.push(note(format!(
            "限度額を{}超えています。超えた分は、計算で除いています",
            yen(signed(above))
        )));
    } else {
        checks.push(fine("限度額を超えていません"));
    }
    let amount = case.claim.as_ref().map_or(0, |it| it.amount().get());
    let rules = case.scheme.review();
    let alone = yen(signed(rules.alone.get()));
    checks.push(if amount > rules.alone.get() {
        note(format!("{alone}を超えるため、二人で決定します"))
    } else {
        fine(format!("{alone}以下のため、一人で決定できます"))
    });
    let decided = case.decision.is_some();
    checks.push(match rules.budget(case.row.programme) {
        None => note("予算の上限は設定されていません"),
        Some(budget) => {
            let left = signed(budget.get()).saturating_sub(review.granted_so_far);
            if left < signed(amount) && !decided {
                look(format!("予算の残りは{}です。申請額に足りません", yen(left)))
            } else {
                fine(format!("予算の残りは{}です", yen(left)))
            }
        }
    });
    checks
}
