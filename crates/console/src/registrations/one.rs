//! One application: what was applied for beside what the register says, and what may be decided.

use super::{admission, chip};
use crate::{
    officer::{Officer, PostedBy},
    words::{date, day_of, instant},
};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    ComparedLine, DecidePage, HistoryLine, Link, Notice, NoticeKind, RegistrationPage, TextField,
};
use kiban_domain::{RegisterEntry, RegistrationError, ServiceKind};
use kiban_services::registrations::{
    self, AppliedOffice, Decision, Review, ReviewError, Reviewed, ReviewerUser, StepRow,
    shown_receipt,
};
use kiban_web_kit::Fields;

/// Reasons that come up again and again.
const TEMPLATES: [&str; 6] = [
    "名称が、指定通知書または事業所の一覧と違います。正しい名称に直してください。",
    "所在地が、指定通知書または事業所の一覧と違います。正しい所在地に直してください。",
    "番号が、申請された事業所のものであることを確認できませんでした。",
    "担当者がこの事業所の方であることを、事業所の電話番号で確認できませんでした。",
    "指定権者の公表資料で、この番号の指定を確認しました。",
    "事業所へ電話をかけ、申請の内容と担当者を確認しました。",
];

/// GET `/ops/registrations/{receipt}`.
pub(super) async fn show(
    officer: Officer,
    Path(receipt): Path<String>,
) -> Result<Response, Response> {
    let reviewed = load(&officer, &receipt).await?;
    let page = page(&officer, &reviewed).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn load(officer: &Officer, receipt: &str) -> Result<Reviewed, Response> {
    admission(officer)?;
    let found = registrations::read(officer.platform(), &officer.context(), receipt).await;
    found
        .map_err(|error| officer.failed(&error))?
        .ok_or_else(|| missing(officer))
}

fn missing(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "申請が見つかりません",
        "受付番号を確かめるか、登録審査の一覧からたどってください。",
    )
}

async fn page(officer: &Officer, reviewed: &Reviewed) -> Result<RegistrationPage, Response> {
    let row = &reviewed.row;
    let by = reviewer(officer).await?;
    let may = by.of_application(row);
    let possible = |decision: &Decision| decision.next(row.stage, may);
    let decisions = [
        (Decision::Check, "一次確認を終える"),
        (Decision::Approve, "承認の確認へ進む"),
        (Decision::Refuse, "却下の確認へ進む"),
        (Decision::Return, "差し戻す"),
    ];
    let decisions: Vec<_> = decisions
        .into_iter()
        .filter(|(decision, _)| possible(decision).is_ok())
        .map(|(decision, label)| (decision.code(), label))
        .collect();
    let ended = possible(&Decision::Approve) == Err(RegistrationError::Ended);
    let why_not = match possible(&Decision::Approve).err() {
        _ if may.is_applicant && !ended => "ご自身の申請は、審査できません。",
        Some(RegistrationError::SamePerson) => {
            "あなたが一次確認をしました。承認と却下は、別の担当者が行います。"
        }
        Some(RegistrationError::OwnApplication) => "ご自身の申請は、審査できません。",
        Some(RegistrationError::ApplicantsTurn) => "申請した人の修正を待っています。",
        Some(RegistrationError::Ended) => "この申請の審査は終わっています。",
        Some(
            RegistrationError::NotChecked
            | RegistrationError::AlreadyChecked
            | RegistrationError::NotReturned,
        )
        | None => "",
    };
    let applicant = [
        ("担当者", row.applicant.name.clone()),
        ("メールアドレス", row.applicant.mail.clone()),
        ("電話番号", row.applicant.phone.clone()),
        ("区分", row.office.kind.label().to_owned()),
        ("申請した日", day_of(row.applied_at).wareki),
    ];
    Ok(RegistrationPage {
        frame: officer
            .frame("/ops/registrations")
            .below("/ops/registrations", "登録審査"),
        notice: None,
        receipt: row.receipt.clone(),
        shown: shown_receipt(&row.receipt),
        version: row.version,
        chip: chip(row.stage),
        applicant: applicant
            .into_iter()
            .map(|(term, text)| (term.to_owned(), text))
            .collect(),
        compared: compared(&row.office, reviewed.entry.as_ref()),
        warnings: warnings(officer, reviewed),
        steps: reviewed.steps.iter().map(step).collect(),
        earlier: reviewed
            .earlier
            .iter()
            .map(|it| {
                let href = format!("/ops/registrations/{}", it.receipt);
                let link = Link::new(href, shown_receipt(&it.receipt));
                (link, it.stage.label().to_owned())
            })
            .collect(),
        button: "差し戻す",
        decisions,
        why_not: why_not.to_owned(),
        templates: TEMPLATES.to_vec(),
        note: TextField::default(),
    })
}

async fn reviewer(officer: &Officer) -> Result<ReviewerUser, Response> {
    let by = ReviewerUser::of(officer.platform(), &officer.session).await;
    by.map_err(|error| officer.failed(&error))
}

fn compared(office: &AppliedOffice, entry: Option<&RegisterEntry>) -> Vec<ComparedLine> {
    let kinds = |kinds: &[ServiceKind]| {
        let kinds: Vec<String> = kinds
            .iter()
            .map(|kind| format!("{}（{}）", ServiceKind::label(kind), kind.as_str()))
            .collect();
        kinds.join("、")
    };
    let beds = |beds: Option<u32>| beds.map(|beds| beds.to_string()).unwrap_or_default();
    let own = [
        office.office_no.as_str().to_owned(),
        office.name.clone(),
        office.postal_code.clone(),
        office.address.clone(),
        office.phone.clone(),
        kinds(&office.service_kinds),
        beds(office.beds),
    ];
    let listed = entry.map(|entry| {
        [
            entry.office_no.as_str().to_owned(),
            entry.name.clone(),
            entry.postal_code.clone(),
            entry.address.clone(),
            entry.phone.clone(),
            kinds(&entry.service_kinds),
            beds(entry.beds),
        ]
    });
    let terms = [
        "番号",
        "名称",
        "郵便番号",
        "所在地",
        "電話番号",
        "サービス",
        "定員・病床数",
    ];
    let shown = |text: &str| {
        if text.is_empty() {
            "記録なし".to_owned()
        } else {
            text.to_owned()
        }
    };
    terms
        .into_iter()
        .enumerate()
        .map(|(at, term)| {
            let register = listed.as_ref().map(|listed| listed[at].as_str());
            ComparedLine {
                term: term.to_owned(),
                applied: shown(&own[at]),
                register: register.map_or_else(|| "一覧にありません".to_owned(), shown),
                differs: register != Some(own[at].as_str()),
            }
        })
        .collect()
}

fn warnings(officer: &Officer, reviewed: &Reviewed) -> Vec<String> {
    let mut warnings = Vec::new();
    let today = officer.platform().today();
    match &reviewed.entry {
        None => warnings.push(
            "事業所の一覧にない番号です。確認したことを「理由・連絡」に書いてください".to_owned(),
        ),
        Some(entry) => {
            if let Some(day) = entry.closed_on.filter(|day| *day < today) {
                let day = date(day).wareki;
                warnings.push(format!("事業所の一覧では、{day}に廃止されています"));
            } else if !entry.is_open_on(today) {
                warnings.push("事業所の一覧では、まだ開設されていません".to_owned());
            }
        }
    }
    if !reviewed.row.office.office_no.check_digit_agrees() {
        warnings.push("番号の検証番号が合いません".to_owned());
    }
    warnings
}

fn step(step: &StepRow) -> HistoryLine {
    HistoryLine {
        at: instant(step.acted_at),
        step: step.step.label().to_owned(),
        actor: if step.by_operator {
            format!("運営　{}", step.actor)
        } else {
            step.actor.clone()
        },
        note: step.note.lines().map(str::to_owned).collect(),
    }
}

/// POST `/ops/registrations/{receipt}`. What cannot be undone is asked once more.
pub(super) async fn decide(
    Path(receipt): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    let reviewed = load(&officer, &receipt).await?;
    let Some(decision) = Decision::of(fields.get("decision")) else {
        return Err(officer.unknown_act());
    };
    let note = note(&fields);
    let final_one = matches!(decision, Decision::Approve | Decision::Refuse);
    let confirmed = fields.get("confirmed") == "yes";
    let review = Review {
        receipt: receipt.clone(),
        seen: fields.get("version").parse().unwrap_or_default(),
        decision,
        note: note.clone(),
        by: reviewer(&officer).await?,
    };
    if final_one && !confirmed {
        // What would be refused is refused before it is asked for.
        return match registrations::check(officer.platform(), &reviewed.row, &review).await {
            Ok(_) => {
                let page = ask(&officer, &reviewed, &review);
                Ok(officer.page(StatusCode::OK, &page))
            }
            Err(error) => Err(refused(&officer, &reviewed, (decision, &note), &error).await),
        };
    }
    let (platform, context) = (officer.platform(), officer.context());
    let portal = &officer.state.own_origin;
    match registrations::review(platform, &context, portal, review).await {
        Ok(_) => Ok(Redirect::to(&format!("/ops/registrations/{receipt}")).into_response()),
        Err(error) => Err(refused(&officer, &reviewed, (decision, &note), &error).await),
    }
}

/// What was chosen, and what was written below it.
fn note(fields: &Fields) -> String {
    let parts = [fields.get("template"), fields.get("note")];
    let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join("\n").replace("\r\n", "\n")
}

fn ask(officer: &Officer, reviewed: &Reviewed, review: &Review) -> DecidePage {
    let row = &reviewed.row;
    let (title, lead, button) = if review.decision == Decision::Approve {
        (
            "承認の確認",
            "この事業所は、ポータルとWEBサービスを使えるようになります。申請した人が管理者になり、承認をメールでお知らせします。取り消せません。",
            "この事業所を承認する",
        )
    } else {
        (
            "却下の確認",
            "この申請を終わりにします。理由を、申請した人へメールでお知らせします。取り消せません。同じ番号は、もう一度申請できます。",
            "この申請を却下する",
        )
    };
    let note = if review.note.is_empty() {
        "ありません".to_owned()
    } else {
        review.note.clone()
    };
    let here = format!("/ops/registrations/{}", row.receipt);
    DecidePage {
        frame: officer
            .frame("/ops/registrations")
            .below("/ops/registrations", "登録審査")
            .below(&here, shown_receipt(&row.receipt)),
        title: title.into(),
        lead: lead.into(),
        facts: vec![
            ("受付番号".into(), shown_receipt(&row.receipt)),
            ("番号".into(), row.office.office_no.as_str().to_owned()),
            ("名称".into(), row.office.name.clone()),
            ("担当者".into(), row.applicant.name.clone()),
            ("理由・連絡".into(), note),
        ],
        action: here.clone(),
        hidden: vec![
            ("version".into(), review.seen.to_string()),
            ("decision".into(), review.decision.code().into()),
            ("note".into(), review.note.clone()),
            ("confirmed".into(), "yes".into()),
        ],
        button: button.into(),
        back: Link::new(here, "決めないで前の画面へ戻る"),
    }
}

async fn refused(
    officer: &Officer,
    reviewed: &Reviewed,
    (decision, note): (Decision, &str),
    error: &ReviewError,
) -> Response {
    let mut page = match page(officer, reviewed).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    page.note = TextField::of(note);
    let mut buttons = page.decisions.iter();
    if let Some((_, label)) = buttons.find(|(code, _)| *code == decision.code()) {
        page.button = label;
    }
    let (status, title, body) = match error {
        ReviewError::NotFound => return missing(officer),
        ReviewError::Storage(error) => return officer.failed(error),
        ReviewError::NoteMissing => {
            page.note = page.note.with_error("理由・連絡を入力してください");
            return officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        ReviewError::NoteTooLong => {
            page.note = page
                .note
                .with_error("理由・連絡は、1,000文字以内で入力してください");
            return officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        ReviewError::Stale => (
            StatusCode::CONFLICT,
            "ほかの人が先に更新しました",
            "いまの状態を確かめてから、もう一度操作してください。",
        ),
        ReviewError::Stage(RegistrationError::SamePerson) => (
            StatusCode::FORBIDDEN,
            "一次確認をした人は、承認も却下もできません",
            "別の担当者に依頼してください。",
        ),
        ReviewError::Stage(RegistrationError::OwnApplication) => (
            StatusCode::FORBIDDEN,
            "ご自身の申請は、審査できません",
            "別の担当者に依頼してください。",
        ),
        ReviewError::Stage(_) => (
            StatusCode::CONFLICT,
            "いまの状態では、この操作はできません",
            "いまの状態を確かめてください。",
        ),
    };
    page.notice = Some(Notice::new(NoticeKind::Error, title, body));
    officer.page(status, &page)
}
