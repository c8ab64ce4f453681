//! 交付決定通知書 and 不交付決定通知書. The wording of the conditions is ours: the notices' own is not at hand.

use super::{
    PaperHead, PaperPart, PaperPiece, SubsidyPaper,
    words::{account, contact, cut, day, fact, steps, yen},
};
use crate::Outlet;
use crate::subsidies::{AcceptedLine, Claim, SubsidyCase, shown_receipt};
use kiban_domain::{CostKind, FilledSubsidy, Opening, SubsidyStep, WorkedLine, Yen, tokyo_date};
use kiban_store::repo::subsidies::DecisionRow;

/// Who decides, as letters name it.
const SENDER: &str = "介護情報基盤 運営";

/// The letter of a decision; nothing before there is one.
pub fn notice(case: &SubsidyCase, outlet: Outlet) -> Option<SubsidyPaper> {
    let decision = case.decision.as_ref()?;
    // The letter says what was decided then; an account that was corrected later is not in it.
    let corrected = case.before_correction.as_ref().map(|it| &it.0);
    let filled = corrected.or(case.filled.as_ref())?;
    let granted = decision.kind == "grant";
    let (title, kind) = if granted {
        ("助成金交付決定通知書", "交付決定")
    } else {
        ("助成金不交付決定通知書", "不交付決定")
    };
    let row = &case.row;
    let receipt = shown_receipt(&row.receipt);
    let number = format!("{kind} 第{}号", decision.decision_no);
    let came = row.submitted_at.map(|at| day(tokyo_date(at)));
    let came = came.unwrap_or_default();
    let what = if granted {
        "次のとおり交付することを決定しましたので、お知らせします。計算の内訳は、別紙のとおりです。"
    } else {
        "審査の結果、交付しないことを決定しましたので、お知らせします。"
    };
    let mut parts = if granted {
        granting(case, filled, decision)
    } else {
        refusing(case, decision, &outlet)
    };
    let contact = PaperPiece::Facts(contact(case, &outlet.portal));
    parts.push(PaperPart::new("お問い合わせ先", vec![contact]));
    if granted {
        parts.push(calculation(case, filled));
    }
    Some(SubsidyPaper {
        title,
        mark: outlet.mark(),
        head: Some(PaperHead {
            number: vec![number.clone(), day(decision.decided_on)],
            addressee: vec![
                format!("{} 御中", row.office_name),
                format!("（事業所・医療機関の番号 {}）", row.office_no.as_str()),
            ],
            sender: vec![SENDER.to_owned()],
        }),
        opening: format!(
            "{came}に提出のあった「{}」の{}の申請（申請番号 {receipt}）について、{what}",
            case.scheme.title(),
            row.programme.label(),
        ),
        sum: granted.then(|| ("交付決定額", yen(decision.amount_yen))),
        parts,
        document_no: format!("{number}　申請番号 {receipt}"),
        file_name: format!("{kind}通知書_{receipt}.pdf"),
        outlet,
    })
}

fn granting(case: &SubsidyCase, filled: &FilledSubsidy, decision: &DecisionRow) -> Vec<PaperPart> {
    let mut parts = Vec::new();
    if !decision.reason.is_empty() {
        parts.push(PaperPart::new(
            "運営からの連絡",
            vec![PaperPiece::Text(decision.reason.clone())],
        ));
    }
    let mut transfer = vec![PaperPiece::Facts(account(filled))];
    let corrected = case
        .steps
        .iter()
        .rev()
        .find(|it| it.step == SubsidyStep::CorrectAccount);
    transfer.extend(corrected.map(|it| {
        let day = day(tokyo_date(it.acted_at));
        PaperPiece::Text(format!(
            "振込先は、決定の後、{day}に訂正されています。今の振込先は、マイページで確かめられます。"
        ))
    }));
    transfer.push(PaperPiece::Text(
        "振込が終わったときは、メールとマイページでお知らせします。振り込むことができなかったときは、振込先の訂正をお願いします。"
            .to_owned(),
    ));
    parts.push(PaperPart::new("振込先", transfer));
    parts.push(PaperPart::new("交付の条件", vec![numbered(&[
            "領収書などの書類は、この決定の年度の翌年度から5年間保管してください。運営から求めがあったときは、提出してください。",
            "同じ経費について、ほかの助成や補助を受けることはできません。",
            "申請の内容が事実と異なるとき、またはこの条件が守られないときは、決定の全部または一部を取り消し、助成金の返還を求めることがあります。",
            "購入したものを返品したときや、支払った金額が変わったときは、お問い合わせ先へ連絡してください。",
        ])]));
    parts.push(PaperPart::new("この決定について確かめたいことがあるとき", vec![PaperPiece::Text(
            "金額や理由について確かめたいことがあるときや、決定の内容に納得できないときは、お問い合わせ先へ連絡してください。内容を確認して、お答えします。"
                .to_owned(),
        )]));
    parts
}

/// 別紙: how the amount comes about.
fn calculation(case: &SubsidyCase, filled: &FilledSubsidy) -> PaperPart {
    let claimed = case.row.claimed_yen.unwrap_or(0);
    let mut facts = vec![fact("申請した額", yen(claimed))];
    if let Some(claim) = &case.decided {
        facts.extend(steps(claim, "交付決定額"));
    }
    PaperPart {
        on_new_page: true,
        ..PaperPart::new(
            "別紙　交付決定額の計算",
            vec![lines(case, filled), PaperPiece::Facts(facts)],
        )
    }
}

fn refusing(case: &SubsidyCase, decision: &DecisionRow, outlet: &Outlet) -> Vec<PaperPart> {
    let period = case.scheme.applications();
    let planned = if case.scheme.is_planned() {
        "（予定）"
    } else {
        ""
    };
    let again = match period.at(outlet.at) {
        Opening::After => format!(
            "申請の受付の期間は、{}で終わりました。次の受付は、決まりしだい介護情報基盤ポータルでお知らせします。",
            day(period.last)
        ),
        Opening::Before | Opening::Open { .. } => format!(
            "理由になったところを直して、もう一度申請することができます。受付は、{}まで{planned}です。",
            day(period.last)
        ),
    };
    vec![
        PaperPart::new(
            "交付しない理由",
            vec![PaperPiece::Framed(decision.reason.clone())],
        ),
        PaperPart::new(
            "申請の内容",
            vec![PaperPiece::Facts(vec![
                fact("制度", case.scheme.title()),
                fact("助成の種類", case.row.programme.label()),
                fact("申請した額", yen(case.row.claimed_yen.unwrap_or(0))),
                fact("申請した人", case.row.applicant_name.clone()),
            ])],
        ),
        PaperPart::new(
            "このあとにできること",
            vec![numbered(&[
                &again,
                "理由について確かめたいことがあるときや、決定の内容に納得できないときは、お問い合わせ先へ連絡してください。内容を確認して、お答えします。",
                "申請のときに添付した書類は、マイページの申請の画面で確かめられます。",
            ])],
        ),
    ]
}

fn numbered(items: &[&str]) -> PaperPiece {
    PaperPiece::Numbered(items.iter().map(|it| (*it).to_owned()).collect())
}

/// Each cost: what was claimed, what counts, and why less.
fn lines(case: &SubsidyCase, filled: &FilledSubsidy) -> PaperPiece {
    let accepted: Vec<_> = case.proposal.iter().flat_map(|it| &it.lines).collect();
    // What was accepted with nothing was not worked out.
    let counts = |it: &&&AcceptedLine| it.quantity > 0 && it.yen > 0;
    let worked = case.decided.iter().flat_map(Claim::lines);
    let worked: Vec<_> = accepted.iter().filter(counts).zip(worked).collect();
    let mut rows = Vec::new();
    for (line, claimed) in filled
        .lines
        .iter()
        .zip(case.claim.iter().flat_map(Claim::lines))
    {
        let accepted = accepted.iter().find(|it| it.number == line.number);
        let worked = worked.iter().find(|(it, _)| it.number == line.number);
        let worked = worked.map(|(_, worked)| *worked);
        let mut what = vec![
            line.cost.kind.label().to_owned(),
            format!("{} {}", line.maker, line.model),
        ];
        if line.cost.kind == CostKind::Reader {
            let counted = worked.map_or(0, |it| it.counted);
            what.push(format!("{}台のうち{counted}台", line.cost.quantity));
        }
        rows.push(vec![
            line.number.to_string(),
            what.join("\n"),
            claimed.with_tax.to_string(),
            worked.map_or(Yen::new(0), |it| it.eligible).to_string(),
            reasons(accepted.copied(), worked),
        ]);
    }
    PaperPiece::Table {
        columns: vec![
            ("経費", 2),
            ("内容", 7),
            ("申請額（税込）", 4),
            ("認めた額（税込）", 4),
            ("少なくなった理由", 6),
        ],
        rows,
    }
}

fn reasons(accepted: Option<&AcceptedLine>, worked: Option<&WorkedLine>) -> String {
    let said = accepted.map(|it| it.reason.trim().to_owned());
    let said = said.filter(|it| !it.is_empty());
    let cut = worked.and_then(|it| it.cut).map(cut);
    let all: Vec<String> = said.into_iter().chain(cut).collect();
    all.join("\n")
}
