//! GET `/medical/receipts/{number}` and `/medical/receipts/{number}.pdf`: one opinion that was sent, what is different from the one before, and who read it (D06).

use axum::{extract::Path, response::Response};
use kiban_domain::{opinion_case::SubmissionState, tokyo_date};
use kiban_services::opinions::{
    self, OpenedSent, OpinionLook, OpinionUse, Receipt, UseGround, open_sent,
};
use kiban_ui::{Fact, Link, MedicalOpinionPage, MenuItem, Notice, NoticeKind, OpinionUseRow};

use crate::{answer::page, opinion_text, paper, visit::SignedIn, words};

/// Shows it, or gives it out as PDF.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(number): Path<String>,
) -> Result<Response, Response> {
    match number.strip_suffix(".pdf") {
        Some(number) => pdf(&signed_in, number).await,
        None => text(&signed_in, &number).await,
    }
}

async fn open(
    signed_in: &SignedIn,
    number: &str,
    look: OpinionLook,
) -> Result<OpenedSent, Response> {
    let opened = open_sent(signed_in.platform(), &signed_in.context, number, look).await;
    opened.map_err(|error| signed_in.no_case(&error))
}

async fn pdf(signed_in: &SignedIn, number: &str) -> Result<Response, Response> {
    let turn = signed_in.turn().await?;
    let opened = open(signed_in, number, OpinionLook::Pdf).await?;
    if let Some(bytes) = opened.scan {
        let day = tokyo_date(signed_in.platform().now());
        return Ok(paper::answer(bytes, "attachment", "shujii-ikensho", day));
    }
    let sheet = opinion_text::sheet(signed_in, &opened.row, &opened.opinion)?;
    Ok(signed_in.file(turn, sheet, "shujii-ikensho").await)
}

async fn text(signed_in: &SignedIn, number: &str) -> Result<Response, Response> {
    let opened = open(signed_in, number, OpinionLook::Page).await?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let (uses, more_uses) = opinions::uses(platform, context, number)
        .await
        .map_err(|error| signed_in.no_case(&error))?;
    let insurer = words::insurer_name(platform, &opened.row.insurer_no)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let receipt = Receipt::of(&opened.row, false);
    let before = opened.before.as_ref();
    let mut links = Vec::new();
    let has_pdf = signed_in.has_printer();
    if has_pdf {
        let href = format!("/medical/receipts/{}.pdf", receipt.receipt_no);
        links.push(Link::new(href, "主治医意見書（PDF）をダウンロードする"));
    }
    if opened.case.is_some() {
        links.push(Link::new(case_path(&opened), "この依頼の画面を開く"));
    }
    Ok(page(&MedicalOpinionPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        notice: notice(&opened),
        chip: opinion_text::chip(opened.row.state),
        facts: facts(&opened, &insurer),
        links,
        has_pdf,
        text: opinion_text::text(&opened.opinion),
        before: before.map(|(row, _)| {
            let (day, number) = (
                words::date(tokyo_date(row.submitted_at)).wareki,
                Receipt::of(row, false).receipt_no,
            );
            format!("{day}に送信した意見書（受付番号 {number}）")
        }),
        differences: before.map_or_else(Vec::new, |(_, earlier)| {
            opinion_text::differences(earlier, &opened.opinion)
        }),
        uses: uses.iter().map(use_row).collect(),
        more_uses,
    }))
}

fn case_path(opened: &OpenedSent) -> String {
    let (insurer_no, case_id) = (opened.row.insurer_no, opened.row.case_id);
    format!("/medical/opinions/{insurer_no}/{case_id}")
}

/// What is to be done: what was given back is corrected on its request's page.
fn notice(opened: &OpenedSent) -> Option<Notice> {
    let waits = opened
        .case
        .as_ref()
        .is_some_and(|it| it.state.waits_for_institution());
    match opened.row.state {
        SubmissionState::Returned => {
            let reason = format!("理由：{}", opened.row.note);
            let notice = Notice::new(NoticeKind::Warning, "市町村から差し戻されました", reason);
            let edit = format!("{}/edit", case_path(opened));
            if !waits {
                return Some(notice);
            }
            Some(notice.with_link(Link::new(edit, "意見書を直して送り直す")))
        }
        SubmissionState::Superseded => Some(Notice::new(
            NoticeKind::Info,
            "この意見書は、後から送信した意見書に差し替わっています",
            "",
        )),
        SubmissionState::Withdrawn => Some(Notice::new(
            NoticeKind::Info,
            "この意見書は取り下げられています",
            "市町村には届いていません。",
        )),
        SubmissionState::Sent | SubmissionState::Acknowledged => None,
    }
}

fn facts(opened: &OpenedSent, insurer: &str) -> Vec<Fact> {
    let row = &opened.row;
    let moment = |at| {
        let (day, time) = words::day_and_time(at);
        format!("{day} {time}")
    };
    let person = opened.case.as_ref().and_then(|it| it.person.as_ref());
    let written = opened.opinion.header.applicant_name.as_str();
    let name = person.map_or_else(|| written.to_owned(), |it| it.name.clone());
    let received = (row.state == SubmissionState::Acknowledged).then_some(row.settled_at);
    let mut facts = vec![
        Fact::new("氏名", name),
        Fact::new("被保険者番号", row.insured_no.as_str()),
        Fact::new("保険者", format!("{insurer}（{}）", row.insurer_no)),
        Fact::new("受付番号", Receipt::of(row, false).receipt_no),
        Fact::new(
            "送信",
            format!("{}（{}）", moment(row.submitted_at), row.route.label()),
        ),
        Fact::new(
            "市町村の受領",
            received
                .flatten()
                .map_or_else(|| "まだ受領されていません".to_owned(), moment),
        ),
    ];
    if let Some(case) = &opened.case {
        facts.insert(
            3,
            Fact::new("依頼番号", case.key.request_no.as_str().to_owned()),
        );
    }
    facts
}

fn use_row(it: &OpinionUse) -> OpinionUseRow {
    let (day, time) = words::day_and_time(it.at);
    let (role, ground) = match it.ground {
        UseGround::Insurer => ("市町村", "作成を依頼した市町村"),
        UseGround::Asked => ("医療機関", "同じ方の主治医意見書の作成を依頼された医療機関"),
        UseGround::Consents => ("介護事業所（ケアマネジャー）", "ご本人の同意と主治医の同意"),
    };
    let what = match it.purpose.as_str() {
        "opinion_past" => "過去の意見書の一覧を見た",
        "opinion_pdf" => "PDFをダウンロードした",
        "opinion_pull" | "opinion_open" => "市町村のシステムが取得した",
        _ => "意見書の内容を見た",
    };
    OpinionUseRow {
        at: format!("{day} {time}"),
        organisation: it.organisation.clone(),
        role: role.to_owned(),
        what: what.to_owned(),
        ground: ground.to_owned(),
    }
}
