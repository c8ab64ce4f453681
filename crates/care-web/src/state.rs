//! What every page may reach.

use std::sync::Arc;

use kiban_services::Platform;

/// The platform and how this door is seen from outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CareState {
    pub(crate) platform: Platform,
    pub(crate) own_origin: Arc<str>,
    pub(crate) sandbox: bool,
}

impl CareState {
    /// `own_origin` is scheme, host and port as browsers see them (`https://127.0.0.1:8443`); `sandbox` shows the bar that
    /// says all data are invented.
    pub fn new(platform: Platform, own_origin: String, sandbox: bool) -> Self {
        Self {
            platform,
            own_origin: own_origin.into(),
            sandbox,
        }
    }
}
