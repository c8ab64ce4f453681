//! The routes of the machine door.

use crate::{
    answer::written, caller::System, care_relations, hello, identity_checks, opinion_requests,
    opinions, persons, transfers, uploads,
};
use axum::{body::Bytes, response::Response};
use http::StatusCode;
use kiban_services::Platform;
use kiban_web_kit::Routes;
use std::sync::{Arc, LazyLock};
use tokio::sync::Notify;

/// What every operation of the machine door may reach. The router copies it for every request, so it is one pointer.
#[derive(Debug, Clone)]
pub struct ConnectState(Arc<Resources>);

/// What [`ConnectState`] points to.
#[derive(Debug)]
pub struct Resources {
    /// The platform's resources.
    pub platform: Platform,
    /// Woken when a transfer waits to be worked off.
    pub intake_wake: Arc<Notify>,
    /// The largest file in bytes, sent at once or in parts.
    pub transfer_max_bytes: u64,
    /// The largest part of a file in bytes.
    pub part_max_bytes: u64,
}

impl std::ops::Deref for ConnectState {
    type Target = Resources;

    fn deref(&self) -> &Resources {
        &self.0
    }
}

impl ConnectState {
    /// With files of at most 4 GiB in parts of at most 64 MiB: five million rows are about 1.5 GiB, and a part of 64 MiB
    /// takes a minute on a line of 10 Mbit/s.
    pub fn new(platform: Platform, intake_wake: Arc<Notify>) -> Self {
        Self::with_largest_file(platform, intake_wake, 4 << 30)
    }

    /// With files of at most `transfer_max_bytes`.
    pub fn with_largest_file(
        platform: Platform,
        intake_wake: Arc<Notify>,
        transfer_max_bytes: u64,
    ) -> Self {
        Self(Arc::new(Resources {
            platform,
            intake_wake,
            transfer_max_bytes,
            part_max_bytes: 64 << 20,
        }))
    }
}

/// All routes of the machine door. Serve them behind a guarded `Front`: each of them wants a client certificate.
pub fn routes() -> Routes<ConnectState> {
    Routes::new()
        .get("/v1/openapi.json", description)
        .get("/v1/hello", hello::hello)
        .post("/v1/identity-checks", identity_checks::create)
        .get("/v1/care-relations", care_relations::list)
        .post("/v1/care-relations", care_relations::create)
        .delete(
            "/v1/care-relations/{insurer_no}/{insured_no}/{relation_id}",
            care_relations::end,
        )
        .get("/v1/persons/{insurer_no}/{insured_no}", persons::read)
        .get(
            "/v1/persons/{insurer_no}/{insured_no}/opinions",
            opinions::past,
        )
        .merge(opinion_routes())
        // One place in a path has one name: it is the file's for PUT and the identifier for all others.
        .get("/v1/transfers", transfers::list)
        .put("/v1/transfers/{transfer}", transfers::put)
        .get("/v1/transfers/{transfer}", transfers::show)
        .get("/v1/transfers/{transfer}/result", transfers::result)
        .post("/v1/transfers/{transfer}/confirm", transfers::confirm)
        .get("/v1/uploads/{file_name}", uploads::show)
        .put("/v1/uploads/{file_name}/parts/{part}", uploads::put_part)
        .post("/v1/uploads/{file_name}/complete", uploads::complete)
}

/// The routes about opinions.
fn opinion_routes() -> Routes<ConnectState> {
    Routes::new()
        .get("/v1/signing-keys", opinions::keys)
        .get("/v1/opinion-requests", opinion_requests::list)
        .post("/v1/opinion-requests", opinion_requests::ask)
        .get(
            "/v1/opinion-requests/{insurer_no}/{request_id}",
            opinion_requests::show,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/validate",
            opinion_requests::validate,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/opinions",
            opinion_requests::send,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/withdraw",
            opinion_requests::withdraw,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/decline",
            opinion_requests::decline,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/cancel",
            opinion_requests::cancel,
        )
        .post(
            "/v1/opinion-requests/{insurer_no}/{request_id}/paper",
            opinion_requests::paper,
        )
        .get("/v1/opinions", opinions::pull)
        .post("/v1/opinions", opinions::send)
        .get("/v1/opinions/unacknowledged", opinions::unacknowledged)
        .post("/v1/opinions/acknowledge", opinions::acknowledge_many)
        .get("/v1/opinions/{receipt_no}", opinions::open)
        .post(
            "/v1/opinions/{receipt_no}/acknowledge",
            opinions::acknowledge,
        )
        .post("/v1/opinions/{receipt_no}/return", opinions::return_back)
}

async fn description(_: System) -> Response {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(crate::openapi_json()));
    written(StatusCode::OK, TEXT.clone())
}
