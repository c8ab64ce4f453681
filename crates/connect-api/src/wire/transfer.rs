use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file was received whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferAccepted {
    /// Names the transfer.
    pub id: String,
    /// Where it stands, see [`TransferResponse::state`].
    pub state: String,
    /// Its name.
    pub file_name: String,
    /// Whether the same file had come before and was taken in, or is about to be; nothing new was begun. A file that was
    /// rejected, refused or given up is tried anew.
    pub already: bool,
}

/// A transfer and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferResponse {
    /// Names the transfer.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// The data set.
    pub dataset: String,
    /// `full` or `diff`.
    pub mode: String,
    /// Reference date.
    pub base_date: String,
    /// Number of the file within insurer and set.
    pub serial: i64,
    /// `utf-8` or `ms932`.
    pub encoding: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// `received`, `checking`, `held`, `applying`, `applied`, `rejected` or `refused`.
    pub state: String,
    /// Why, as a stable code; absent when all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Where it stands and what to do, Japanese.
    pub message: String,
    /// Identifier of the held file of the same set that has to be confirmed or given up before this one is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    /// Whether nothing more will happen.
    pub finished: bool,
    /// How much of the present step is done, 0 to 100.
    pub progress_percent: i64,
    /// What was counted.
    pub counts: CountsResponse,
    /// When it was received whole.
    pub received_at: String,
    /// When work on it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it came to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountsResponse {
    /// Rows in the file.
    pub total: i64,
    /// Rows worked through so far in the present step.
    pub progress: i64,
    /// New records.
    pub inserted: i64,
    /// Changed records.
    pub updated: i64,
    /// Records that were the same.
    pub unchanged: i64,
    /// Records ended.
    pub ended: i64,
    /// Rows refused.
    pub rejected: i64,
    /// Rows that wait for their insured person.
    pub waiting: i64,
}

/// Transfers, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferList {
    /// The transfers.
    pub items: Vec<TransferResponse>,
}

/// The result of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferResult {
    /// The transfer.
    pub transfer: TransferResponse,
    /// What was counted.
    pub counts: CountsResponse,
    /// What was found, in the order of the file.
    pub findings: Vec<FindingItem>,
    /// Whether there are more findings than `limit` let through.
    pub truncated: bool,
    /// How many lines wait for their insured person; they are taken in when it comes.
    pub waiting_lines: i64,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingItem {
    /// Line in the file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Stable code.
    pub code: String,
    /// `error` or `warning`.
    pub severity: String,
    /// What is wrong and what to do, Japanese.
    pub message: String,
}

/// Lets a held transfer go on, or gives it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// True: the unusual amount of changes is meant. False: throw the file away.
    pub go_on: bool,
}
