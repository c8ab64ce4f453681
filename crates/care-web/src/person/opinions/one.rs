//! GET `…/opinions/{number}` and `…/opinions/{number}.pdf`: one past opinion, by its receipt.

use axum::{extract::Path, response::Response};
use kiban_access::Refusal;
use kiban_domain::{opinion_case::OpinionRoute, tokyo_date};
use kiban_services::opinions::{self, OpenedPast, OpinionLook, Receipt};
use kiban_ui::{Fact, Link, MenuItem, MessageKind, PersonOpinionPage};

use super::list::received_on;
use crate::{
    answer::{Message, page},
    opinion_text, paper,
    person::dossier::About,
    persons::listed,
    visit::SignedIn,
    words,
};

/// Shows it, or gives it out as PDF.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((insurer_no, insured_no, number)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    match number.strip_suffix(".pdf") {
        Some(number) => pdf(&about, number).await,
        None => text(&about, &number).await,
    }
}

async fn open(about: &About, number: &str, look: OpinionLook) -> Result<OpenedPast, Response> {
    let (platform, context) = (about.signed_in.platform(), &about.signed_in.context);
    let opened = opinions::open_past(platform, context, &about.key, number, look).await;
    let opened = opened.map_err(|error| about.no_opinions(error))?;
    opened.ok_or_else(|| {
        let detail =
            "この主治医意見書はないか、表示できません。主治医意見書の一覧から開いてください。";
        let back = format!("{}/opinions", listed::path(&about.key));
        let message = Message::new(MessageKind::NotFound, detail);
        about
            .signed_in
            .say(message.next(&back, "主治医意見書の一覧へ戻る"))
    })
}

async fn text(about: &About, number: &str) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let past = open(about, number, OpinionLook::Page).await?.past;
    let (person, tabs) = about.head_of_opinions(Some(&past.opinion)).await?;
    let receipt = Receipt::of(&past.row, false);
    let day = |day: Option<_>, none: &str| day.map_or_else(|| none.to_owned(), words::both);
    let header = &past.opinion.header;
    Ok(page(&PersonOpinionPage {
        frame: signed_in.frame(tabs.then_some(MenuItem::Persons)),
        facts: vec![
            Fact::new("受付番号", receipt.receipt_no.clone()),
            Fact::new("医療機関", header.institution_name.as_str()),
            Fact::new("記入日", day(header.entry_date, "記載はありません")),
            Fact::new(
                "市町村の受領日",
                day(received_on(&past), "まだ受領されていません"),
            ),
        ],
        chip: opinion_text::chip(past.row.state),
        text: opinion_text::text(&past.opinion),
        pdf: signed_in.has_printer().then(|| {
            let href = format!("{}/opinions/{}.pdf", person.path(), receipt.receipt_no);
            Link::new(href, "主治医意見書（PDF）をダウンロードする")
        }),
        paper: past.row.route == OpinionRoute::Paper,
        person,
        tabs,
    }))
}

async fn pdf(about: &About, number: &str) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let turn = signed_in.turn().await?;
    let OpenedPast { past, scan } = open(about, number, OpinionLook::Pdf).await?;
    if let Some(bytes) = scan {
        let day = tokyo_date(signed_in.platform().now());
        return Ok(paper::answer(bytes, "attachment", "shujii-ikensho", day));
    }
    let sheet = opinion_text::sheet(signed_in, &past.row, &past.opinion)?;
    Ok(signed_in.file(turn, sheet, "shujii-ikensho").await)
}
