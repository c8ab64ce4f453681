//! The form as PDF: empty, with the draft, to be signed, and the copy of what was sent (D-4).

use axum::{extract::Query, response::Response};
use kiban_exchange::opinion::{editions, read_json};
use kiban_print::{OpinionSheet, Sheet};
use kiban_store::Error;
use serde::Deserialize;

use super::{Asked, case, edit, not_for_this_office};
use crate::visit::SignedIn;

/// GET `/medical/blank.pdf`: the form on which new opinions of today are written.
pub(crate) async fn blank(signed_in: SignedIn) -> Result<Response, Response> {
    if signed_in.medical().is_none() {
        return Err(not_for_this_office(&signed_in));
    }
    let turn = signed_in.turn().await?;
    let edition = editions().for_new(signed_in.platform().today());
    let edition = edition.or_else(|| editions().all().last());
    let edition = edition.ok_or_else(|| signed_in.nothing_there())?;
    let sheet = OpinionSheet::blank(edition, signed_in.imprint());
    let sheet = Sheet::Opinion(Box::new(sheet));
    Ok(signed_in.shown(turn, sheet, "ikensho-blank").await)
}

/// GET `…/preview.pdf`: the draft as it would be printed.
pub(crate) async fn preview(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let turn = signed_in.turn().await?;
    let sheet = draft(&signed_in, &asked).await?;
    let sheet = Sheet::Opinion(Box::new(sheet));
    Ok(signed_in.shown(turn, sheet, "ikensho-draft").await)
}

/// GET `…/paper.pdf`: the draft with room for a signature, where it goes by post.
pub(crate) async fn to_be_signed(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let turn = signed_in.turn().await?;
    let sheet = draft(&signed_in, &asked).await?.to_be_signed();
    let sheet = Sheet::Opinion(Box::new(sheet));
    Ok(signed_in.file(turn, sheet, "ikensho-paper").await)
}

async fn draft(signed_in: &SignedIn, asked: &Asked) -> Result<OpinionSheet, Response> {
    let check = edit::open(signed_in, asked).await?.check;
    let sheet = OpinionSheet::filled(check.edition, &check.opinion, signed_in.imprint());
    sheet.map_err(|_| signed_in.nothing_there())
}

/// Which of the opinions that were sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    number: String,
}

/// GET `…/opinion.pdf`: the copy of what was sent, the last one unless a number says otherwise.
pub(crate) async fn sent(
    signed_in: SignedIn,
    asked: Asked,
    Query(Which { number }): Query<Which>,
) -> Result<Response, Response> {
    let turn = signed_in.turn().await?;
    let view = case::open(&signed_in, &asked).await?;
    let mut all = view.submissions.iter().rev();
    let row = all.find(|it| number.is_empty() || it.number.to_string() == number);
    let row = row.ok_or_else(|| signed_in.nothing_there())?;
    let corrupt = |reason: &str| {
        signed_in.storage(&Error::Corrupt {
            place: "opinion_submission.document".into(),
            reason: reason.to_owned(),
        })
    };
    let opinion = read_json(row.document.as_bytes(), editions());
    let opinion = opinion.map_err(|error| corrupt(error.code()))?;
    let edition = editions().find(opinion.edition);
    let edition = edition.ok_or_else(|| corrupt("edition"))?;
    let sheet = OpinionSheet::filled(edition, &opinion, signed_in.imprint());
    let sheet = sheet.map_err(|_| corrupt("edition"))?;
    let version = u32::try_from(row.number).unwrap_or(u32::MAX);
    let sheet = Sheet::Opinion(Box::new(sheet.with_version(version)));
    Ok(signed_in.shown(turn, sheet, "ikensho").await)
}
