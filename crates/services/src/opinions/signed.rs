//! A receipt that can be checked without us (D-1).

use super::Receipt;
use crate::Platform;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

/// What the head of a signed receipt says that it is.
pub const RECEIPT_TYPE: &str = "kiban-opinion-receipt";

#[derive(Serialize)]
struct Head<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'static str,
}

/// Nothing that may change later, and nothing about the person.
#[derive(Serialize)]
struct Claims<'a> {
    receipt_no: &'a str,
    submitted_at: String,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf_sha256: Option<&'a str>,
    insurer_no: &'a str,
    institution_code: &'a str,
    request_id: String,
    number: i64,
    route: &'static str,
}

/// The receipt signed with the platform's key: a JWS in compact form, EdDSA. Ed25519 has no chance in it, so the same receipt is the same text for ever, and
/// nothing has to be kept. Source: RFC 7515, section 3.1; RFC 8037, section 3.1.
pub fn signed_receipt(platform: &Platform, receipt: &Receipt) -> String {
    let key = &platform.audit_key;
    let head = Head {
        alg: "EdDSA",
        kid: key.verifying_key().id(),
        typ: RECEIPT_TYPE,
    };
    let claims = Claims {
        receipt_no: &receipt.receipt_no,
        submitted_at: receipt.submitted_at.to_string(),
        sha256: &receipt.sha256,
        pdf_sha256: receipt.pdf.as_deref(),
        insurer_no: receipt.insurer_no.as_str(),
        institution_code: receipt.institution.as_str(),
        request_id: receipt.case_id.to_string(),
        number: receipt.number,
        route: receipt.route.code(),
    };
    let mut text = format!("{}.{}", part(&head), part(&claims));
    let signature = key.sign_text(&text);
    text.push('.');
    text.push_str(&URL_SAFE_NO_PAD.encode(signature));
    text
}

fn part(of: &impl Serialize) -> String {
    // Plain strings and numbers always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(of).unwrap_or_default())
}
