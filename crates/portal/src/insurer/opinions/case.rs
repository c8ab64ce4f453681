//! One request: what is asked, what came, what was done (I03).

use super::{frame, id_of, institutions, page_of, refused, words};
use crate::member::{PostedIn, SignedIn};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{
    opinion::{Opinion, Setting},
    opinion_case::{CaseState, DeclineReason, OpinionRoute, SubmissionState},
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_portal_ui::{
    CaseStepLine, InsurerOpinionPage, Link, Notice, NoticeKind, SentOpinionLine, WrittenSection,
};
use kiban_services::opinions::{self, CaseId, CaseView, Receipt};
use kiban_store::repo::{opinion_submissions::SubmissionRow, opinions::CaseEventRow};
use serde::Deserialize;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// GET `/insurer/opinions/{id}`.
pub(super) async fn show(
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let page = page(&signed_in, id, &before.done).await?;
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    id: CaseId,
    done: &str,
) -> Result<InsurerOpinionPage, Response> {
    let view = opinions::open_asked(signed_in.platform(), &signed_in.context(), id).await;
    let view = view.map_err(|error| refused(signed_in, error, super::HERE))?;
    let row = &view.case.row;
    let institution = row.request.institution;
    let names = institutions(signed_in, [institution].into_iter()).await;
    let names = names.map_err(|error| signed_in.failed(&error))?;
    let institution = names.get(&institution).cloned().unwrap_or_default();
    let here = page_of(id);
    let standing = standing(&view);
    let waiting = standing.filter(|it| it.state == SubmissionState::Sent);
    let receipt = |it: &SubmissionRow| Receipt::of(it, false).receipt_no;
    let prints = signed_in.state.opinions.is_some();
    Ok(InsurerOpinionPage {
        frame: frame(signed_in),
        notice: notice(done, &view),
        request_no: row.key.request_no.as_str().to_owned(),
        state: words::state(row.state),
        left: words::left(view.case.days_left),
        facts: facts(&view, &institution),
        action: here.clone(),
        waiting: waiting.map(receipt).unwrap_or_default(),
        give_back: standing.map(|it| {
            let href = format!("{here}/return?receipt={}", receipt(it));
            Link::new(href, "差し戻す")
        }),
        acts: acts(row.state, &here, prints),
        written: standing
            .and_then(read)
            .map(|it| written(&it))
            .unwrap_or_default(),
        opinions: view
            .submissions
            .iter()
            .rev()
            .map(|it| sent(it, &here, prints))
            .collect(),
        steps: view.events.iter().rev().map(step).collect(),
    })
}

/// The opinion that waits or was received.
fn standing(view: &CaseView) -> Option<&SubmissionRow> {
    let mut all = view.submissions.iter().rev();
    all.find(|it| {
        matches!(
            it.state,
            SubmissionState::Sent | SubmissionState::Acknowledged
        )
    })
}

/// Whether a receipt is one of the request's: nobody's opinion is moved from the page of another's.
pub(super) fn holds(view: &CaseView, receipt: &str) -> bool {
    let mut all = view.submissions.iter();
    all.any(|it| Receipt::of(it, false).receipt_no == receipt)
}

/// What an opinion says; nothing when the program does not know its edition.
pub(super) fn read(row: &SubmissionRow) -> Option<Opinion> {
    read_json(row.document.as_bytes(), editions()).ok()
}

fn written(opinion: &Opinion) -> Vec<WrittenSection> {
    let Some(edition) = editions().find(opinion.edition) else {
        return Vec::new();
    };
    let sections = edition.written(opinion).into_iter();
    let sections = sections.filter(|it| !it.items.is_empty());
    let sections = sections.map(|section| {
        let items = section.items.into_iter();
        let items = items.map(|it| (it.name, it.text, it.id.is_of_first_judgement()));
        (section.title, items.collect())
    });
    sections.collect()
}

fn notice(done: &str, view: &CaseView) -> Option<Notice> {
    let row = &view.case.row;
    let success = |title: &str, body: &str| Some(Notice::new(NoticeKind::Success, title, body));
    match (done, row.state) {
        ("received", CaseState::Acknowledged) => success(
            "受領しました",
            "医療機関の画面にも、受領したことが表示されます。",
        ),
        ("returned", CaseState::Returned) => success(
            "差し戻しました",
            "医療機関の画面に、理由が表示されます。直した意見書は、あらためて届きます。",
        ),
        ("recorded", CaseState::Acknowledged) => success("紙の意見書を登録して受領しました", ""),
        ("asked", _) => success(
            "依頼しました",
            "接続している医療機関の画面には、すぐに表示されます。",
        ),
        (_, CaseState::Declined) => {
            let reason = row.reason.parse::<DeclineReason>();
            let reason = reason.map_or("", |it| it.label());
            let body = match (reason, &*row.note) {
                (reason, "") => format!("{reason}。"),
                ("", note) => note.to_owned(),
                (reason, note) => format!("{reason}。{note}"),
            };
            let title = "医療機関から、作成できないという連絡がありました";
            Some(Notice::new(NoticeKind::Warning, title, body))
        }
        _ => None,
    }
}

/// About whom, of whom and until when.
pub(super) fn facts(view: &CaseView, institution: &str) -> Vec<(String, String)> {
    let row = &view.case.row;
    let mut facts = about(view);
    let doctor = [row.request.doctor_name.as_str(), &row.request.doctor_no];
    let doctor: Vec<_> = doctor.into_iter().filter(|it| !it.is_empty()).collect();
    let kind = [
        row.request.setting.map(Setting::label),
        row.request.writing.map(|it| it.label()),
    ];
    let kind: Vec<_> = kind.into_iter().flatten().collect();
    for (term, text) in [
        ("申請日", words::both(row.key.applied_on)),
        ("医療機関", institution.to_owned()),
        ("医師", doctor.join("　")),
        ("種別", kind.join("・")),
        ("作成依頼日", words::both(row.request.requested_on)),
        ("提出期限", words::both(row.due_on)),
        (
            "受領日",
            row.received_on.map(words::both).unwrap_or_default(),
        ),
    ] {
        if !text.is_empty() {
            facts.push((term.to_owned(), text));
        }
    }
    facts
}

/// About whom.
pub(super) fn about(view: &CaseView) -> Vec<(String, String)> {
    let row = &view.case.row;
    let mut about = Vec::new();
    if let Some(it) = &row.person {
        about.push((
            "氏名".to_owned(),
            format!("{}（{}）", it.name, it.name_kana),
        ));
        about.push(("生年月日".to_owned(), words::both(it.birth_date)));
    }
    let insured_no = row.key.insured_no.as_str().to_owned();
    about.push(("被保険者番号".to_owned(), insured_no));
    about
}

fn acts(state: CaseState, here: &str, prints: bool) -> Vec<Link> {
    let mut acts = Vec::new();
    let waits = state.waits_for_institution();
    if waits || state == CaseState::Declined {
        acts.push(Link::new(
            format!("{here}/request"),
            "別の医療機関へ依頼する",
        ));
    }
    if waits {
        acts.push(Link::new(
            format!("{here}/paper"),
            "紙で届いた意見書を登録する",
        ));
        if prints {
            acts.push(Link::new(
                format!("{here}/request.pdf"),
                "紙の依頼書を印刷する（PDF）",
            ));
        }
    }
    acts
}

fn sent(row: &SubmissionRow, here: &str, prints: bool) -> SentOpinionLine {
    let receipt_no = Receipt::of(row, false).receipt_no;
    let (sent, time) = words::instant(row.submitted_at);
    let file = |name: &str, label: &str| Link::new(format!("{here}/{receipt_no}/{name}"), label);
    let mut files = Vec::new();
    if prints {
        files.push(file("form.pdf", "様式（PDF）"));
    }
    if row.pdf.is_some() {
        let label = match row.route {
            OpinionRoute::Paper => "読み取った紙（PDF）",
            OpinionRoute::Screen | OpinionRoute::Api | OpinionRoute::Csv => "添付（PDF）",
        };
        files.push(file("attached.pdf", label));
    }
    files.push(file("opinion.csv", "医見書CSV"));
    files.push(file("opinion.json", "JSON"));
    SentOpinionLine {
        number: row.number,
        sent,
        time,
        route: row.route.label().to_owned(),
        state: words::submission(row.state),
        note: row.note.clone(),
        files,
        receipt_no,
    }
}

fn step(row: &CaseEventRow) -> CaseStepLine {
    let (date, time) = words::instant(row.acted_at);
    CaseStepLine {
        date,
        time,
        what: row.act.label().to_owned(),
        who: row.act.party().label().to_owned(),
        note: row.note.clone(),
    }
}

/// POST `/insurer/opinions/{id}`: receives the opinion that was looked at.
pub(super) async fn act(Path(id): Path<String>, posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let id = id_of(&signed_in, &id)?;
    if fields.get("go") != "receive" {
        return Err(signed_in.unknown_act());
    }
    let here = page_of(id);
    let receipt = fields.get("receipt");
    let view = opinions::open_asked(signed_in.platform(), &signed_in.context(), id).await;
    let view = view.map_err(|error| refused(&signed_in, error, super::HERE))?;
    if !holds(&view, receipt) {
        return Err(super::nowhere(&signed_in));
    }
    opinions::acknowledge(signed_in.platform(), &signed_in.context(), receipt)
        .await
        .map_err(|error| refused(&signed_in, error, &here))?;
    Ok(Redirect::to(&format!("{here}?done=received")).into_response())
}
