//! What happens around every handler of a front, in one layer.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use kiban_domain::Clock;

use crate::admission::Gate;
use crate::headers::Security;
use crate::{Admission, Caching, CloseConnection, Observation, Transport};

/// What a front wants done around its handlers. One layer does all of it: each layer of its own costs every request a
/// boxed future and a copy of the route (measured at about a microsecond, docs/reference/performance.md).
#[derive(Default)]
pub struct Front {
    observation: Option<Observation>,
    security: Option<Security>,
    gate: Option<Gate>,
}

impl Front {
    /// A front of which nothing is wanted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Numbers each request, completes problems with the number, and logs one line (target `kiban::request`, level info)
    /// with door, caller, method, route, status, `duration_us` and `request_id`. Refused requests are logged too.
    ///
    /// The route is the pattern (`/v1/persons/{insurer_no}/{insured_no}`), never the address itself, which names people.
    #[must_use]
    pub fn observed(mut self, observation: Observation) -> Self {
        self.observation = Some(observation);
        self
    }

    /// Writes on each answer, refusals included: content security policy (kept if the handler set one), nosniff, no
    /// referrer, caching, and on TLS the promise to stay on TLS.
    #[must_use]
    pub fn secured(mut self, transport: Transport, caching: Caching) -> Self {
        self.security = Some(Security { transport, caching });
        self
    }

    /// Lets only requests in whose certificate still counts. Others get 403 and the connection ends.
    #[must_use]
    pub fn guarded(mut self, admission: Arc<dyn Admission>, clock: Arc<dyn Clock>) -> Self {
        self.gate = Some(Gate { admission, clock });
        self
    }

    /// Puts it around `router`.
    pub fn wrap(self, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::new(self), pass))
    }
}

async fn pass(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let observation = front.observation.as_ref();
    let observed = observation.map(|observation| observation.begin(&mut request));
    let gate = front.gate.as_ref();
    let mut response = match gate.and_then(|gate| gate.refusal(request.extensions().get())) {
        None => next.run(request).await,
        Some(problem) => {
            let mut response = problem.into_response();
            response.extensions_mut().insert(CloseConnection);
            response
        }
    };
    if let Some(security) = front.security {
        security.write(response.headers_mut());
    }
    match (observation, observed) {
        (Some(observation), Some(observed)) => observation.end(observed, response),
        _ => response,
    }
}
