use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Registers the caller's office as one of the person's offices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CareRelationRequest {
    /// The identity check that agreed.
    pub identity_check_id: String,
    /// Code of the service kind, two characters.
    pub service_kind: String,
    /// For what purpose, 1 to 100 characters.
    pub purpose: String,
    /// First day; today if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A registration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CareRelationResponse {
    /// Names the registration.
    pub id: String,
    /// 保険者番号.
    pub insurer_no: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// Code of the service kind.
    pub service_kind: String,
    /// For what purpose.
    pub purpose: String,
    /// First day.
    pub valid_from: String,
}

/// Shows nobody's number.
impl fmt::Debug for CareRelationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CareRelationResponse")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The persons of the caller's office, by kana.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CareRelationList {
    /// One for each registration that has not ended.
    pub items: Vec<CareRelationItem>,
}

/// One registration and what a list may say about the person. Members about the person are absent while the
/// registration has not begun or the insurer does not share.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CareRelationItem {
    /// Names the registration.
    pub id: String,
    /// 保険者番号.
    pub insurer_no: String,
    /// 保険者名.
    pub insurer_name: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// 氏名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 生年月日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Code of the care level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub care_level: Option<String>,
    /// Last day of the certification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certified_until: Option<String>,
    /// Code of the service kind.
    pub service_kind: String,
    /// For what purpose.
    pub purpose: String,
    /// First day of the registration.
    pub valid_from: String,
    /// Whether the insurer shares its data.
    pub shared: bool,
}

/// Shows nobody's data.
impl fmt::Debug for CareRelationItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CareRelationItem")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
