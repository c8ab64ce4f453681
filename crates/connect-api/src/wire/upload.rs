use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part that has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartResponse {
    /// Its number, from 1.
    pub part: i64,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// How far a file that is sent in parts has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadResponse {
    /// Name of the file.
    pub file_name: String,
    /// The parts that are there, in order.
    pub parts: Vec<PartResponse>,
}

/// All parts were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteRequest {
    /// How many parts the file has.
    pub parts: i64,
    /// SHA-256 of the whole file, hexadecimal.
    pub sha256: String,
    /// `utf-8` (if absent) or `ms932`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}
