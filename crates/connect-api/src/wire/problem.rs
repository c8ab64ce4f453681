use super::opinion::OpinionFinding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A refusal (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemResponse {
    /// Where the kind of problem is described; ends in `code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, Japanese.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable word for programs.
    pub code: String,
    /// What happened and what to do, Japanese, without personal data.
    pub detail: String,
    /// The request's number in the platform's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The item concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The place in the JSON that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The file number that should have come (`serial_gap`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<i64>,
    /// The transfer that is meant (`serial_conflict`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<String>,
    /// The registration that is meant (`already_registered`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation_id: Option<String>,
    /// The part that is meant (`part_missing`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<i64>,
    /// What was found in an opinion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<OpinionFinding>,
}
