//! 申請の詳細 (M09): what was applied for, how it stands, what became of it.

use super::{
    STEPS, account, address, applicant, around, back, confirm, find, page_of, papers,
    questions::Step, title,
};
use crate::{
    mypage::{
        instant, missing,
        own::{Own, PostedOwn},
        see_other, stale,
    },
    public::subsidy::{day, worked, yen},
};
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{SubsidyStage, SubsidyStep, Yen, field_label};
use kiban_portal_ui::{
    ApplicationStep, Chip, ChipColor, FactGroup, Link, MyConfirmPage, MySubsidyPage, Notice,
    NoticeKind,
};
use kiban_services::subsidies::{
    self, Claim, StepRow, SubmitError, SubsidyCase, SubsidyRow, shown_receipt,
};
use kiban_web_kit::download;

/// A stage as its applicant reads it. Source: ui, section 7.4.
pub(in crate::mypage) fn chip(row: &SubsidyRow) -> Chip {
    let color = match row.stage {
        SubsidyStage::Draft | SubsidyStage::Withdrawn => ChipColor::Gray,
        SubsidyStage::Submitted | SubsidyStage::InReview { .. } | SubsidyStage::Checked { .. } => {
            ChipColor::Blue
        }
        SubsidyStage::Returned => ChipColor::Orange,
        SubsidyStage::Granted { .. } | SubsidyStage::Paid { .. } => ChipColor::Green,
        SubsidyStage::Refused { .. } => ChipColor::Red,
    };
    Chip::new(row.stage.label(row.submissions > 1), color)
}

/// Whose turn it is; empty when it has ended.
pub(in crate::mypage) fn turn(row: &SubsidyRow) -> &'static str {
    match row.stage {
        SubsidyStage::Draft | SubsidyStage::Returned => "あなた",
        SubsidyStage::Granted { .. } if row.on_hold => "あなた",
        SubsidyStage::Submitted
        | SubsidyStage::InReview { .. }
        | SubsidyStage::Checked { .. }
        | SubsidyStage::Granted { .. } => "運営",
        SubsidyStage::Refused { .. } | SubsidyStage::Withdrawn | SubsidyStage::Paid { .. } => "",
    }
}

fn money(amount: i64) -> String {
    yen(Yen::new(u64::try_from(amount).unwrap_or(0)))
}

/// The page of an application; `done`: what was done before.
pub(in crate::mypage) fn page(own: &Own, case: &SubsidyCase, done: &str) -> MySubsidyPage {
    let row = &case.row;
    let mut groups = vec![application(case)];
    groups.extend(remarks(case));
    groups.extend(decision(case));
    groups.extend(payments(case));
    if let Some(filled) = &case.filled {
        groups.extend(confirm::contents(case, filled, false));
    }
    let claim = case.claim.as_ref().zip(case.filled.as_ref());
    let claim = claim.map(|(claim, filled)| {
        let numbers: Vec<_> = filled.lines.iter().map(|it| it.number).collect();
        let costs = filled.costs();
        let typed = (&*numbers, &*costs);
        match claim {
            Claim::Care(it) => worked::care(&case.scheme, typed, it),
            Claim::Opinion(it) => worked::opinion(&case.scheme, typed, it),
        }
    });
    let files = case.files.iter().filter(|it| it.removed_at.is_none());
    let file = |it: &subsidies::SubsidyFileRow| {
        let href = format!("{}/files/{}", page_of(&row.receipt), it.file_id);
        Link::new(href, format!("経費{}　{}", it.line, it.file_name))
    };
    MySubsidyPage {
        frame: around(own),
        title: title(row.programme).to_owned(),
        shown: shown_receipt(&row.receipt),
        notice: notice(case, done),
        chip: chip(row),
        groups,
        claim,
        files: files.map(file).collect(),
        history: case.steps.iter().map(history).collect(),
        papers: papers::links(own, case),
        go_on: row.stage.is_applicants().then(|| {
            let label = if row.stage == SubsidyStage::Draft {
                "申請の入力を続ける"
            } else {
                "申請を修正する"
            };
            Link::new(address(case, "kinds"), label)
        }),
        withdraw: row
            .stage
            .withdraw()
            .is_ok()
            .then(|| format!("{}/withdraw", page_of(&row.receipt))),
    }
}

fn notice(case: &SubsidyCase, done: &str) -> Option<Notice> {
    let waits = matches!(
        case.row.stage,
        SubsidyStage::Submitted | SubsidyStage::InReview { .. }
    );
    if done == "submitted" && waits {
        let last = STEPS[STEPS.len() - 1];
        return Some(Notice::new(
            NoticeKind::Success,
            format!("申請を提出しました（{last}）"),
            "運営が審査します。結果は、メールとこの画面でお知らせします。申請番号を控えてください。",
        ));
    }
    if done == "account" && !case.row.on_hold {
        return Some(Notice::new(
            NoticeKind::Success,
            "振込先を訂正しました",
            "運営が、次の振込で新しい口座に振り込みます。",
        ));
    }
    if case.row.stage == SubsidyStage::Returned {
        return Some(Notice::new(
            NoticeKind::Warning,
            "直していただきたいところがあります",
            "下の運営からの連絡を読んで、修正して提出してください。",
        ));
    }
    case.row.on_hold.then(|| {
        Notice::new(
            NoticeKind::Warning,
            "振込ができませんでした",
            "振込先の口座を確かめて、訂正してください。訂正すると、もう一度振り込みます。",
        )
        .with_link(Link::new(
            account::address(&case.row.receipt),
            "振込先を訂正する",
        ))
    })
}

fn application(case: &SubsidyCase) -> FactGroup {
    let row = &case.row;
    let mut facts = vec![
        ("制度".to_owned(), case.scheme.title().to_owned()),
        ("事業所".to_owned(), row.office_name.clone()),
        ("申請した人".to_owned(), row.applicant_name.clone()),
        ("作成した日時".to_owned(), instant(row.begun_at)),
    ];
    facts.extend(
        row.submitted_at
            .map(|at| ("提出した日時".to_owned(), instant(at))),
    );
    facts.extend(
        row.claimed_yen
            .map(|it| ("申請した額".to_owned(), money(it))),
    );
    FactGroup {
        title: "申請".into(),
        edit: None,
        facts,
    }
}

/// What a reviewer said of fields when it was returned.
fn remarks(case: &SubsidyCase) -> Option<FactGroup> {
    let last = case.row.submissions;
    let remarks = case.remarks.iter().filter(|it| it.submission == last);
    let returned = case.steps.iter().rev();
    let returned = returned.filter(|it| it.step == SubsidyStep::Return);
    let note = returned
        .map(|it| ("連絡".to_owned(), it.note.clone()))
        .next();
    let note = note.filter(|_| case.row.stage == SubsidyStage::Returned);
    let remarks = remarks.map(|it| {
        let label = field_label(&it.field).unwrap_or_else(|| "申請".to_owned());
        (label, it.remark.clone())
    });
    let facts: Vec<_> = note.into_iter().chain(remarks).collect();
    if facts.is_empty() {
        return None;
    }
    let first = case.remarks.iter().find(|it| it.submission == last);
    let edit = first
        .filter(|_| case.row.stage.is_applicants())
        .map(|first| {
            let step = Step::asking(&first.field).word();
            let href = format!("{}#{}", address(case, step), first.field);
            Link::new(href, "修正する")
        });
    Some(FactGroup {
        title: "運営からの連絡".into(),
        edit,
        facts,
    })
}

/// What was decided, and of which cost how much counts.
fn decision(case: &SubsidyCase) -> Option<FactGroup> {
    let decision = case.decision.as_ref()?;
    let mut facts = vec![
        ("決定の日".to_owned(), day(decision.decided_on)),
        ("交付する額".to_owned(), money(decision.amount_yen)),
    ];
    if !decision.reason.is_empty() {
        facts.push(("理由・連絡".to_owned(), decision.reason.clone()));
    }
    let lines = case.proposal.iter().filter(|it| !it.refuse);
    for line in lines.flat_map(|it| &it.lines) {
        let amount = yen(Yen::new(line.yen));
        let reason = if line.reason.is_empty() {
            String::new()
        } else {
            format!("（{}）", line.reason)
        };
        facts.push((
            format!("経費{}で認めた額", line.number),
            format!("{amount}{reason}"),
        ));
    }
    Some(FactGroup {
        title: "決定".into(),
        edit: None,
        facts,
    })
}

fn payments(case: &SubsidyCase) -> Option<FactGroup> {
    let facts: Vec<_> = case
        .payments
        .iter()
        .filter_map(|it| {
            let when = it.settled_at.map_or_else(|| "振込".to_owned(), instant);
            let amount = money(it.amount_yen);
            match it.state.as_str() {
                "paid" => Some((when, format!("{amount}を振り込みました"))),
                "failed" => Some((
                    when,
                    format!("{amount}を振り込めませんでした（{}）", it.reason),
                )),
                "released" => Some((when, format!("{amount}の振込を手続きしています"))),
                _ => None,
            }
        })
        .collect();
    (!facts.is_empty()).then(|| FactGroup {
        title: "振込".into(),
        edit: None,
        facts,
    })
}

fn history(step: &StepRow) -> ApplicationStep {
    ApplicationStep {
        at: instant(step.acted_at),
        step: step.step.label().to_owned(),
        actor: step.actor.clone(),
        note: step.note.lines().map(str::to_owned).collect(),
    }
}

/// GET `/mypage/applications/{receipt}/files/{file}`.
pub(in crate::mypage) async fn give_out(
    own: Own,
    Path((receipt, file)): Path<(String, String)>,
) -> Result<Response, Response> {
    let applicant = applicant(&own).await?;
    let file = file.parse().map_err(|_| missing(&own))?;
    let opened = subsidies::open_own_evidence(own.platform(), &applicant, &receipt, file).await;
    let opened = opened.map_err(|error| own.failed(&error))?;
    let opened = opened.ok_or_else(|| missing(&own))?;
    let row = &opened.row;
    Ok(download::answer(
        &row.file_name,
        row.file_kind.media_type(),
        opened.bytes,
    ))
}

/// Asks once more before an application is withdrawn.
pub(in crate::mypage) fn ask(own: &Own, case: &SubsidyCase) -> Response {
    let row = &case.row;
    if row.stage.withdraw().is_err() {
        return own.say(
            StatusCode::CONFLICT,
            "この申請は、取り下げられません",
            "決定した申請と、終わった申請は、取り下げられません。交付を受けないときは、お問い合わせください。",
            back(&row.receipt),
        );
    }
    let page = MyConfirmPage {
        frame: around(own),
        title: "申請の取下げの確認".into(),
        lead: "助成金の申請を取り下げます。取り消せません。受付の期間の内であれば、新しく申請できます。".into(),
        facts: vec![
            ("申請番号".into(), shown_receipt(&row.receipt)),
            ("手続き".into(), title(row.programme).to_owned()),
        ],
        action: format!("{}/withdraw", page_of(&row.receipt)),
        hidden: vec![("version".into(), row.version.to_string())],
        button: "この申請を取り下げる".into(),
        back: back(&row.receipt),
    };
    own.page(StatusCode::OK, &page)
}

/// Withdraws an application; nothing when the office has none such.
pub(in crate::mypage) async fn withdraw(
    receipt: &str,
    posted: &PostedOwn,
) -> Result<Option<Response>, Response> {
    let own = &posted.own;
    if find(own, receipt).await?.is_none() {
        return Ok(None);
    }
    let applicant = applicant(own).await?;
    let seen = posted.fields.get("version").parse().unwrap_or_default();
    let (context, key) = (own.context(), (receipt, seen));
    match subsidies::withdraw(own.platform(), &context, &applicant, key).await {
        Ok(()) => Ok(Some(see_other(&page_of(receipt)))),
        Err(SubmitError::Storage(error)) => Err(own.failed(&error)),
        Err(_) => Err(stale(own, back(receipt))),
    }
}
