//! One request: where it stands, what was sent, what can be done.

use axum::{extract::Query, response::Response};
use kiban_domain::{
    opinion::{OpinionForm, Setting},
    opinion_case::{CaseAct, CaseState, DeclineReason, Party},
};
use kiban_services::opinions::{self, CaseView, DraftError, DraftPart, Receipt};
use kiban_store::repo::opinion_submissions::SubmissionRow;
use kiban_ui::{Link, MenuItem, Notice, NoticeKind, OpinionCasePage, OpinionReceipt, OpinionStep};
use serde::Deserialize;

use super::{Asked, failed, head, lines};
use crate::{
    answer::{page, see_other},
    form::Posted,
    visit::SignedIn,
    words,
};

/// What just happened.
#[derive(Debug, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// GET `…`.
pub(crate) async fn show(
    signed_in: SignedIn,
    asked: Asked,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let view = open(&signed_in, &asked).await?;
    let edition = view.draft.as_ref().map(|it| it.0.edition);
    let head = head(&signed_in, &view, edition).await?;
    let base = asked.base();
    let row = &view.case.row;
    let steps = view.events.iter().rev().map(|it| OpinionStep {
        at: words::instant(it.acted_at),
        act: it.act.label().to_owned(),
        by: match it.act.party() {
            Party::Institution => it.actor.clone(),
            Party::Insurer => head.insurer.clone(),
        },
        note: it.note.clone(),
    });
    let has_printer = signed_in.has_printer();
    Ok(page(&OpinionCasePage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        state: lines::state(row.state),
        notices: notices(&view, &done),
        facts: facts(&view),
        begin: begin_words(&view),
        acts: acts(&view, &base),
        sent: view
            .submissions
            .iter()
            .rev()
            .map(|it| receipt(it, &base, has_printer))
            .collect(),
        steps: steps.collect(),
        head,
        base,
    }))
}

/// POST `…`: the request is taken on. What is known anyway is saved as the draft's beginning.
pub(crate) async fn begin(
    asked: Asked,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let nothing = DraftPart {
        items: Vec::new(),
        form: OpinionForm::default(),
    };
    let name = &signed_in.office.name;
    let base = asked.base();
    match opinions::save_part(platform, context, asked.id, 0, name, &nothing).await {
        // A draft that stands is gone on with.
        Ok(_) | Err(DraftError::Stale { .. }) => Ok(see_other(&format!("{base}/edit"))),
        Err(DraftError::Case(error)) => Err(failed(&signed_in, &error, &base)),
    }
}

/// The request.
pub(super) async fn open(signed_in: &SignedIn, asked: &Asked) -> Result<CaseView, Response> {
    opinions::open_case(signed_in.platform(), &signed_in.context, asked.id)
        .await
        .map_err(|error| failed(signed_in, &error, &asked.base()))
}

fn may(view: &CaseView, act: CaseAct) -> bool {
    view.case.row.state.after(act).is_ok()
}

fn begin_words(view: &CaseView) -> String {
    let begun = view.draft.is_some() || !view.submissions.is_empty();
    if may(view, CaseAct::Save) && !begun {
        "意見書の作成を始める".to_owned()
    } else {
        String::new()
    }
}

fn acts(view: &CaseView, base: &str) -> Vec<Link> {
    let begun = view.draft.is_some() || !view.submissions.is_empty();
    let mut acts = Vec::new();
    let mut add = |path: &str, label: &str| acts.push(Link::new(format!("{base}/{path}"), label));
    if begun && may(view, CaseAct::Save) {
        let again = !view.submissions.is_empty();
        add(
            "edit",
            if again {
                "直して再送する"
            } else {
                "入力を続ける"
            },
        );
        add("check", "入力チェックを見る");
        add("send", "確認・送信へ進む");
    }
    if may(view, CaseAct::Withdraw) {
        add("withdraw", "送信を取り下げる");
    }
    if may(view, CaseAct::Decline) {
        add("decline", "作成できないことを連絡する");
    }
    acts
}

fn facts(view: &CaseView) -> Vec<(String, String)> {
    let row = &view.case.row;
    let or_none = |text: &str| match text {
        "" => "指定なし".to_owned(),
        text => text.to_owned(),
    };
    let setting = row.request.setting.map(|it| match it {
        Setting::Home => "在宅",
        Setting::Facility => "施設",
    });
    let mut facts = vec![
        ("依頼番号", row.key.request_no.as_str().to_owned()),
        ("認定の申請日", words::both(row.key.applied_on)),
        ("作成依頼日", words::both(row.request.requested_on)),
        ("提出期限", words::both(row.due_on)),
        ("医師の指定", or_none(row.request.doctor_name.as_str())),
        ("種別", or_none(setting.unwrap_or_default())),
        (
            "新規・継続",
            or_none(row.request.writing.map_or("", |it| it.label())),
        ),
    ];
    if let Some(day) = row.received_on {
        facts.push(("市町村が受領した日", words::both(day)));
    }
    if let Ok(reason) = row.reason.parse::<DeclineReason>() {
        facts.push(("作成できない理由", reason.label().to_owned()));
        facts.push(("理由の補足", or_none(&row.note).replace("指定なし", "なし")));
    }
    facts
        .into_iter()
        .map(|(term, text)| (term.to_owned(), text))
        .collect()
}

fn notices(view: &CaseView, done: &str) -> Vec<Notice> {
    let row = &view.case.row;
    let mut notices = Vec::new();
    let success = |title: &str, body: String| Notice::new(NoticeKind::Success, title, body);
    match (done, row.state, view.submissions.last()) {
        ("sent", CaseState::Sent, Some(last)) => notices.push(success(
            "市町村へ送信しました",
            format!(
                "受付番号 {}、受付日時 {}。市町村が受領すると、この画面の状態が変わります。控えは、下の「送信した意見書」から開けます。",
                Receipt::of(last, false).receipt_no,
                words::instant(last.submitted_at)
            ),
        )),
        ("withdrawn", CaseState::Withdrawn, _) => notices.push(success(
            "送信を取り下げました",
            "下書きは残っています。直して、もう一度送信できます。".to_owned(),
        )),
        ("declined", CaseState::Declined, _) => notices.push(success(
            "作成できないことを市町村へ連絡しました",
            "作成することになったときは、市町村に再依頼を求めてください。".to_owned(),
        )),
        _ => {}
    }
    if row.state == CaseState::Returned {
        notices.push(Notice::new(
            NoticeKind::Warning,
            "市町村から差し戻されています",
            format!("理由：{}　「直して再送する」から直してください。", row.note),
        ));
    }
    if let Err(reason) = row.state.after(CaseAct::Save) {
        notices.push(Notice::new(
            NoticeKind::Info,
            "この依頼の意見書は入力できません",
            reason.message(),
        ));
    }
    notices
}

fn receipt(row: &SubmissionRow, base: &str, has_printer: bool) -> OpinionReceipt {
    let pdf = format!("{base}/opinion.pdf?number={}", row.number);
    OpinionReceipt {
        number: row.number.to_string(),
        receipt_no: Receipt::of(row, false).receipt_no,
        at: words::instant(row.submitted_at),
        route: row.route.label().to_owned(),
        state: lines::sent_state(row.state),
        note: row.note.clone(),
        pdf: if has_printer { pdf } else { String::new() },
    }
}
