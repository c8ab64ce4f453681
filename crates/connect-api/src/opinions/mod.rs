//! Opinions: sent by institutions, fetched and received by insurers, read again by both.

mod acknowledge;
mod incoming;
mod keys;
mod open;
mod past;
mod problems;
mod pull;
mod return_back;
mod send;
mod unacknowledged;

pub(crate) use acknowledge::{acknowledge, acknowledge_many};
pub(crate) use incoming::{Content, Incoming, json_document};
pub(crate) use keys::keys;
pub(crate) use open::open;
pub(crate) use past::past;
pub(crate) use problems::{
    case_problem, csv_for_one, finding, mismatch, not_found, scan_missing, send_problem,
};
pub(crate) use pull::pull;
pub(crate) use return_back::return_back;
pub(crate) use send::{send, sent};
pub(crate) use unacknowledged::unacknowledged;

use crate::wire::{OpinionResponse, ReceiptResponse};
use kiban_services::{
    Platform,
    opinions::{Receipt, signed_receipt},
};
use kiban_store::repo::opinion_submissions::SubmissionRow;
use kiban_web_kit::Problem;

/// A receipt as it travels, signed.
pub(crate) fn receipt(platform: &Platform, of: &Receipt) -> ReceiptResponse {
    ReceiptResponse {
        receipt_no: of.receipt_no.clone(),
        insurer_no: of.insurer_no.to_string(),
        request_id: of.case_id.to_string(),
        institution_code: of.institution.as_str().to_owned(),
        number: of.number,
        submitted_at: of.submitted_at.to_string(),
        sha256: of.sha256.clone(),
        pdf_sha256: of.pdf.clone(),
        route: of.route.code().to_owned(),
        state: of.state.code().to_owned(),
        already: of.already,
        signed: signed_receipt(platform, of),
    }
}

/// An opinion as it travels to who may read it.
fn opinion(platform: &Platform, row: &SubmissionRow) -> Result<OpinionResponse, Problem> {
    let document = serde_json::from_str(&row.document).map_err(|_| {
        tracing::error!(seq = row.seq, "a kept opinion is no JSON");
        Problem::internal()
    })?;
    Ok(OpinionResponse {
        receipt: receipt(platform, &Receipt::of(row, true)),
        insured_no: row.insured_no.as_str().to_owned(),
        edition: row.edition.to_string(),
        has_pdf: row.pdf.is_some(),
        document,
    })
}
