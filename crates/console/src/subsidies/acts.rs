//! What a reviewer does with an application: what decides is asked once more, with what it comes to.

use super::{case, reviewer, signed, typed, yen};
use crate::{
    officer::{Officer, PostedBy},
    words::{day, instant},
};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{DecidePage, Grid, GridCell, Link, Notice, NoticeKind};
use kiban_domain::{Decided, PortalRole, SubsidyStageError, Yen, second_needed};
use kiban_services::subsidies::{
    self, AcceptedLine, Proposal, ReviewAct, ReviewCase, SubsidyCase, SubsidyReviewError,
    reviewer_of, shown_receipt,
};
use kiban_web_kit::{Fields, csrf};

/// POST `/ops/subsidy/{receipt}`.
pub(super) async fn submit(
    Path(receipt): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let review = case::load(&officer, &receipt).await?;
    let word = fields.get("act").to_owned();
    let act = match &*word {
        "take" => ReviewAct::Take,
        "return" => ReviewAct::Return {
            remarks: typed::remarks(&fields),
            note: typed::note(&fields),
        },
        "check" => ReviewAct::Check(accepted(&officer, &review, &fields).await?),
        "refuse" => ReviewAct::Check(typed::refusal(typed::note(&fields))),
        "decide" => ReviewAct::Decide,
        _ => return Err(officer.unknown_act()),
    };
    let seen = fields.get("version").parse().unwrap_or_default();
    let asks = matches!(act, ReviewAct::Check(_) | ReviewAct::Decide);
    if asks && fields.get("confirmed") != "yes" {
        return match could(&officer, &review, (seen, &act)).await {
            Ok(decided) => {
                let page = ask(&officer, &review.case, (&act, decided), &fields);
                Ok(officer.page(StatusCode::OK, &page))
            }
            Err(error) => Err(refused(&officer, &receipt, &fields, &error).await),
        };
    }
    let done = subsidies::review(
        officer.platform(),
        &officer.context(),
        &officer.state.own_origin,
        (&receipt, seen),
        (act, fields.get("inner")),
        reviewer(&officer).await?,
    )
    .await;
    match done {
        Ok(_) => {
            let word = if word == "refuse" { "check" } else { &word };
            let address = format!("/ops/subsidy/{}?done={word}", review.case.row.receipt);
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => Err(refused(&officer, &receipt, &fields, &error).await),
    }
}

/// What counts of each line; else the page with what is wrong beside the fields.
async fn accepted(
    officer: &Officer,
    review: &ReviewCase,
    fields: &Fields,
) -> Result<Proposal, Response> {
    let case = &review.case;
    let percent = case.scheme.tax_percent();
    let mut page = case::page(officer, review, Some(fields)).await?;
    let mut lines: Vec<AcceptedLine> = Vec::new();
    let filled = case.filled.iter().flat_map(|it| &it.lines);
    for (line, shown) in filled.zip(&mut page.lines) {
        let claimed = line.cost.with_tax(percent).get();
        lines.extend(typed::take(fields, shown, claimed));
    }
    if lines.len() < page.lines.len() {
        return Err(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    Ok(Proposal {
        refuse: false,
        reason: typed::note(fields),
        lines,
        amount_yen: 0,
    })
}

/// Whether it could be done: what would be refused is refused before it is asked for. Answers what it comes to.
async fn could(
    officer: &Officer,
    review: &ReviewCase,
    (seen, act): (i64, &ReviewAct),
) -> Result<Decided, SubsidyReviewError> {
    let case = &review.case;
    let row = &case.row;
    if row.version != seen {
        return Err(SubsidyReviewError::Stale);
    }
    let by = reviewer(officer)
        .await
        .map_err(|_| SubsidyReviewError::NotFound)?;
    let who = reviewer_of(&by, row);
    match act {
        ReviewAct::Check(proposal) => {
            if proposal.refuse && proposal.reason.trim().is_empty() {
                return Err(SubsidyReviewError::NoteMissing);
            }
            let most = subsidies::REVIEW_NOTE;
            if proposal.reason.chars().count() > most {
                return Err(SubsidyReviewError::NoteTooLong);
            }
            let decided = subsidies::try_proposal(officer.platform(), &row.receipt, proposal);
            let decided = decided.await?;
            row.stage.check(who, decided, case.scheme.review().alone)?;
            Ok(decided)
        }
        _ => {
            let decided = decided_of(case.proposal.as_ref());
            row.stage.decide(who, decided)?;
            Ok(decided)
        }
    }
}

fn decided_of(proposal: Option<&Proposal>) -> Decided {
    match proposal {
        Some(it) if !it.refuse => Decided::Grant(Yen::new(it.amount_yen)),
        _ => Decided::Refuse,
    }
}

fn ask(
    officer: &Officer,
    case: &SubsidyCase,
    (act, decided): (&ReviewAct, Decided),
    fields: &Fields,
) -> DecidePage {
    let row = &case.row;
    let waits =
        matches!(act, ReviewAct::Check(_)) && second_needed(decided, case.scheme.review().alone);
    let (title, button) = match decided {
        Decided::Grant(_) if waits => ("交付の案の確認", "この案で一次審査を終える"),
        Decided::Grant(_) => ("交付決定の確認", "交付を決定する"),
        Decided::Refuse if waits => ("不交付の案の確認", "不交付の案で一次審査を終える"),
        Decided::Refuse => ("不交付の決定の確認", "不交付を決定する"),
    };
    let lead = if waits {
        "あなたの一次審査を記録します。決定は、別の担当者が行います。それまで申請者には知らせません。"
    } else {
        "決定して、申請者にメールでお知らせします。取り消せません。"
    };
    let proposal = match act {
        ReviewAct::Check(proposal) => Some(proposal),
        _ => case.proposal.as_ref(),
    };
    let here = format!("/ops/subsidy/{}", row.receipt);
    let mut facts = vec![
        ("受付番号".to_owned(), shown_receipt(&row.receipt)),
        ("名称".into(), row.office_name.clone()),
        (
            "申請額".into(),
            row.claimed_yen.map_or_else(String::new, yen),
        ),
        ("交付額".into(), amount(decided)),
    ];
    if !matches!(act, ReviewAct::Check(_)) {
        facts.push(("一次審査をした人".into(), row.reviewer_name.clone()));
    }
    for line in proposal.iter().flat_map(|it| &it.lines) {
        let mut text = format!("{}（数量{}）", yen(signed(line.yen)), line.quantity);
        if !line.reason.is_empty() {
            text = format!("{text}　減らす理由：{}", line.reason);
        }
        facts.push((format!("経費{}", line.number), text));
    }
    let told = proposal.map_or("", |it| &*it.reason);
    let none = |text: &str| {
        if text.is_empty() {
            "ありません".to_owned()
        } else {
            text.to_owned()
        }
    };
    facts.push(("申請者への連絡".into(), none(told)));
    if matches!(act, ReviewAct::Check(_)) {
        facts.push(("内部のメモ（運営だけ）".into(), none(fields.get("inner"))));
    }
    let mut hidden: Vec<(String, String)> = fields
        .fields()
        .iter()
        .filter(|(name, _)| name != csrf::FIELD_NAME && name != "confirmed")
        .cloned()
        .collect();
    hidden.push(("confirmed".into(), "yes".into()));
    DecidePage {
        frame: officer
            .frame("/ops/subsidy")
            .below("/ops/subsidy", "助成金の審査")
            .below(&here, shown_receipt(&row.receipt)),
        title: title.into(),
        lead: lead.into(),
        facts,
        action: here.clone(),
        hidden,
        button: button.into(),
        back: Link::new(here, "決めないで前の画面へ戻る"),
    }
}

fn amount(decided: Decided) -> String {
    match decided {
        Decided::Grant(amount) => yen(signed(amount.get())),
        Decided::Refuse => "不交付".to_owned(),
    }
}

/// What one person proposed or decided, and what that counts of each line; empty before.
pub(super) fn proposed(case: &SubsidyCase) -> (Vec<(String, String)>, Grid) {
    let heads = [
        ("経費", false),
        ("認める数量", true),
        ("認める金額", true),
        ("減らす理由", false),
    ];
    let mut grid = Grid::new("経費ごとの審査の結果", &heads);
    let Some(proposal) = &case.proposal else {
        return (Vec::new(), grid);
    };
    let term = if case.decision.is_some() {
        "交付額"
    } else {
        "交付額（案）"
    };
    let mut facts = vec![(term.to_owned(), amount(decided_of(Some(proposal))))];
    if let Some(decision) = &case.decision {
        let text = format!(
            "第{}号（{}）",
            decision.decision_no,
            day(decision.decided_on)
        );
        facts.push(("決定".into(), text));
    } else {
        facts.push(("一次審査をした人".into(), case.row.reviewer_name.clone()));
    }
    if !proposal.reason.is_empty() {
        facts.push(("申請者への連絡".into(), proposal.reason.clone()));
    }
    for it in &proposal.lines {
        grid.rows.push(vec![
            GridCell::of(format!("経費{}", it.number)),
            GridCell::of(it.quantity.to_string()),
            GridCell::of(yen(signed(it.yen))),
            GridCell::of(&it.reason),
        ]);
    }
    (facts, grid)
}

/// Why a reviewer may not do it.
pub(super) fn why(error: SubsidyStageError) -> &'static str {
    match error {
        SubsidyStageError::OwnApplication => {
            "ご自身の申請は、審査できません。別の担当者に依頼してください。"
        }
        SubsidyStageError::SamePerson => {
            "あなたが一次審査をしました。決定は、別の担当者が行います。"
        }
        SubsidyStageError::AnothersReview => {
            "ほかの担当者が審査しています。引き継いでから操作してください。"
        }
        SubsidyStageError::ApplicantsTurn => "申請した人の修正を待っています。",
        SubsidyStageError::NotChecked => "審査を始めてから操作してください。",
        SubsidyStageError::AlreadyChecked => "一次審査は終わっています。",
        SubsidyStageError::Decided => "この申請は、決定しています。",
        SubsidyStageError::Ended => "この申請の審査は終わっています。",
        SubsidyStageError::OperatorsTurn | SubsidyStageError::NotGranted => {
            "いまの状態では、この操作はできません。"
        }
    }
}

/// The page as it now is, with what was typed and why it was not done.
async fn refused(
    officer: &Officer,
    receipt: &str,
    fields: &Fields,
    error: &SubsidyReviewError,
) -> Response {
    let review = match case::load(officer, receipt).await {
        Ok(review) => review,
        Err(response) => return response,
    };
    let mut page = match case::page(officer, &review, Some(fields)).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    let mend = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, title, body) = match error {
        SubsidyReviewError::NotFound | SubsidyReviewError::Field => return officer.unknown_act(),
        SubsidyReviewError::Storage(error) => return officer.failed(error),
        SubsidyReviewError::NoteMissing => {
            page.note = page.note.with_error("申請者への連絡を入力してください");
            return officer.page(mend, &page);
        }
        SubsidyReviewError::NoteTooLong => {
            let words = "指摘・連絡・メモは、それぞれ1,000文字以内で入力してください";
            page.wrong.push(words.into());
            return officer.page(mend, &page);
        }
        SubsidyReviewError::Lines => {
            let words = "認める数量と金額は、申請より多くできません。少なくするときは理由を入力してください";
            page.wrong.push(words.into());
            return officer.page(mend, &page);
        }
        SubsidyReviewError::Nothing => {
            let words = "交付額が0円になります。交付しないときは、不交付の確認へ進んでください";
            page.wrong.push(words.into());
            return officer.page(mend, &page);
        }
        SubsidyReviewError::Budget(left) => (
            StatusCode::CONFLICT,
            "予算が足りません",
            format!(
                "予算の残りは{}です。決定はしていません。予算・執行の画面を確かめてください。",
                yen(signed(left.get()))
            ),
        ),
        SubsidyReviewError::Stale => {
            let last = review.case.steps.last().map(|it| {
                format!(
                    "{}に、{}が「{}」をしました。",
                    instant(it.acted_at),
                    it.actor,
                    it.step.label()
                )
            });
            let last = last.unwrap_or_default();
            let body = format!(
                "{last}何も変更していません。いまの状態を確かめてから、もう一度操作してください。"
            );
            (StatusCode::CONFLICT, "ほかの人が先に更新しました", body)
        }
        SubsidyReviewError::Stage(stage) => {
            let status = match stage {
                SubsidyStageError::OwnApplication | SubsidyStageError::SamePerson => {
                    StatusCode::FORBIDDEN
                }
                _ => StatusCode::CONFLICT,
            };
            (status, "この操作はできません", why(*stage).to_owned())
        }
    };
    page.notice = Some(Notice::new(NoticeKind::Error, title, body));
    officer.page(status, &page)
}
