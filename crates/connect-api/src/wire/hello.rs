use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Answer of the connection check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelloResponse {
    /// Number of the organisation in the client certificate.
    pub organisation: String,
    /// `municipality`, `office` or `medical`.
    pub kind: String,
    /// Until when the client certificate is good.
    pub certificate_not_after: String,
    /// The platform's clock.
    pub server_time: String,
    /// Version of the platform.
    pub version: String,
}
