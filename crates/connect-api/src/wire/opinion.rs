//! Opinions, their receipts, and what is found in them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// That an opinion was taken: what its sender keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptResponse {
    /// 受付番号: the insurer's number and a running one.
    #[schema(example = "131128-00000042")]
    pub receipt_no: String,
    /// 保険者番号.
    #[schema(example = "131128")]
    pub insurer_no: String,
    /// The request it answers.
    pub request_id: String,
    /// 医療機関コード of who wrote it.
    #[schema(example = "1319900013")]
    pub institution_code: String,
    /// Which opinion of its request, from 1.
    #[schema(example = 1)]
    pub number: i64,
    /// When it was taken.
    pub submitted_at: String,
    /// SHA-256 of the canonical JSON, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the PDF beside it, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf_sha256: Option<String>,
    /// `screen`, `api`, `csv` or `paper`.
    #[schema(example = "api")]
    pub route: String,
    /// Where it stands now: `sent`, `acknowledged`, `returned`, `withdrawn` or `superseded`.
    #[schema(example = "sent")]
    pub state: String,
    /// Whether it had come before; nothing was changed then.
    pub already: bool,
    /// The signed receipt (JWS, EdDSA), the same text whenever it is asked for. `GET /v1/signing-keys` has the key.
    #[schema(example = "eyJhbGciOiJFZERTQSJ9.eyJyZWNlaXB0X25vIjoiMTMxMTI4LTAwMDAwMDQyIn0.AAAA")]
    pub signed: String,
}

/// Something that was found in an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpinionFinding {
    /// The item where it is to be mended, as the JSON has it; absent when it is about the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "diagnosis[1].name")]
    pub item: Option<String>,
    /// `error`: nothing is sent with it. `caution`: to be looked at.
    #[schema(example = "error")]
    pub level: String,
    /// The rule, a stable word.
    #[schema(example = "missing")]
    pub code: String,
    /// What is wrong and what to do, Japanese. It quotes nothing that was written.
    #[schema(example = "診断名1を入力してください。")]
    pub reason: String,
}

/// What a check found; nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidationResponse {
    /// Whether it would be sent as it is.
    pub sendable: bool,
    /// Errors and cautions.
    pub findings: Vec<OpinionFinding>,
    /// SHA-256 of the canonical JSON that would be kept, hexadecimal.
    pub sha256: String,
}

/// An opinion was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentResponse {
    /// The receipt.
    pub receipt: ReceiptResponse,
    /// What the check cautions about.
    pub cautions: Vec<OpinionFinding>,
}

/// What became of a file of the 医見書.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CsvSentResponse {
    /// The lines that could be read, in order.
    pub lines: Vec<CsvSentLine>,
    /// What could not be read.
    pub faults: Vec<CsvFaultItem>,
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CsvSentLine {
    /// The line, from 1.
    pub line: u64,
    /// The receipt, if it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptResponse>,
    /// Why it was not sent, a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, Japanese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was found, errors and cautions.
    pub findings: Vec<OpinionFinding>,
}

/// A line or a cell that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CsvFaultItem {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1; absent for the line as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u16>,
    /// The item in this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A stable word.
    pub code: String,
    /// What is wrong and what to do, Japanese.
    pub reason: String,
}

/// An opinion as the insurer gets it. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OpinionResponse {
    /// Its receipt.
    pub receipt: ReceiptResponse,
    /// 被保険者番号.
    #[schema(example = "0000012345")]
    pub insured_no: String,
    /// The edition of the form.
    #[schema(example = "2021")]
    pub edition: String,
    /// Whether a PDF is kept beside it.
    pub has_pdf: bool,
    /// The canonical document, its members in the order in which they were hashed.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
}

/// A page of opinions that wait to be received.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PulledResponse {
    /// They, in the order of their numbers.
    pub items: Vec<OpinionResponse>,
    /// Pass it as `after` next time. Nothing that comes later has a number at or below it.
    #[schema(example = 42)]
    pub next: i64,
}

/// Receipts alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptList {
    /// The receipts.
    pub items: Vec<ReceiptResponse>,
}

/// Opinions that the insurer has received, at most 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeRequest {
    /// Their receipts' numbers.
    #[schema(example = json!(["131128-00000042"]))]
    pub receipt_nos: Vec<String>,
}

/// What became of each, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcknowledgeResponse {
    /// One for each.
    pub items: Vec<AcknowledgedItem>,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcknowledgedItem {
    /// The number that was sent.
    pub receipt_no: String,
    /// Its receipt, when it counts as received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptResponse>,
    /// Otherwise why not, a stable word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why not and what to do, Japanese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Why an opinion is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// In words, 1 to 400 characters.
    #[schema(example = "特記すべき事項の2行目が途中で終わっています。")]
    pub reason: String,
}

/// Opinions of earlier times.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastOpinionsResponse {
    /// Newest first.
    pub items: Vec<PastOpinionItem>,
    /// How many more there are that their physicians did not agree to show.
    pub withheld: usize,
}

/// An opinion of an earlier time. No `Debug`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastOpinionItem {
    /// Whether the caller wrote it.
    pub is_own: bool,
    /// The opinion.
    #[serde(flatten)]
    pub opinion: OpinionResponse,
}

/// The public keys that check signed receipts: a JWK set (RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningKeys {
    /// The keys.
    pub keys: Vec<SigningKeyItem>,
}

/// A key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningKeyItem {
    /// `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Its name, as signed receipts have it.
    pub kid: String,
    /// `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: String,
    /// The key, base64url.
    pub x: String,
}
