use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// What the caller may see of a person on a day.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonResponse {
    /// 保険者番号.
    pub insurer_no: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// The day on which it is true.
    pub on: String,
    /// The insurer's stage.
    pub stage: String,
    /// In which role the caller sees it.
    pub role: String,
    /// One member for each part that is shown, each with its history number.
    #[schema(value_type = Object)]
    pub parts: serde_json::Map<String, serde_json::Value>,
    /// What is not shown, and why.
    pub withheld: Vec<WithheldItem>,
}

/// Shows nobody's data.
impl fmt::Debug for PersonResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonResponse")
            .field("on", &self.on)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A part that is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WithheldItem {
    /// Code of the part.
    pub part: String,
    /// Its name, Japanese.
    pub label: String,
    /// Stable code of the reason.
    pub reason: String,
    /// Why, and how to get it, Japanese.
    pub message: String,
}
