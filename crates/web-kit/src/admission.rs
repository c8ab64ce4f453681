//! Asks for every request whether its certificate still counts.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use kiban_domain::{Clock, Timestamp};

use crate::{Client, CloseConnection, Problem};

/// The table of certificates in memory, kept up to date by the caller. Asked for every request, so it must not wait.
pub trait Admission: Send + Sync {
    /// What is known of the certificate with this serial number (lower-case hexadecimal).
    fn check(&self, serial: &str, now: Timestamp) -> Verdict;
}

/// The answer of an [`Admission`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Admitted,
    /// It was revoked, or its terminal or system was stopped.
    Revoked,
    /// It was replaced or ended before its date.
    Expired,
    /// This platform never issued it.
    Unknown,
}

/// Wraps `router` so that each request needs a certificate that still counts. Others get 403 and the connection ends.
pub fn guarded(router: Router, admission: Arc<dyn Admission>, clock: Arc<dyn Clock>) -> Router {
    router.layer(from_fn_with_state(Gate { admission, clock }, gate))
}

#[derive(Clone)]
struct Gate {
    admission: Arc<dyn Admission>,
    clock: Arc<dyn Clock>,
}

async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match gate.refusal(request.extensions().get()) {
        None => next.run(request).await,
        Some(problem) => {
            let mut response = problem.into_response();
            response.extensions_mut().insert(CloseConnection);
            response
        }
    }
}

impl Gate {
    fn refusal(&self, client: Option<&Client>) -> Option<Problem> {
        let Some(client) = client else {
            return Some(Problem::certificate_required());
        };
        let now = self.clock.now();
        if !client.is_valid_at(now) {
            return Some(Problem::certificate_expired());
        }
        match self.admission.check(&client.serial, now) {
            Verdict::Admitted => None,
            Verdict::Revoked => Some(Problem::certificate_revoked()),
            Verdict::Expired => Some(Problem::certificate_expired()),
            Verdict::Unknown => Some(Problem::certificate_unknown()),
        }
    }
}
