//! `GET /v1/hello`: does the connection work, and as whom?

use crate::{
    answer::{Answer, json},
    caller::System,
    router::ConnectState,
    wire::HelloResponse,
};
use axum::extract::State;
use http::StatusCode;
use kiban_access::Caller;

pub(crate) async fn hello(system: System, State(state): State<ConnectState>) -> Answer {
    let kind = match system.context.caller {
        Caller::Insurer(_) => "municipality",
        Caller::Medical { .. } => "medical",
        Caller::Office(_) | Caller::Person(_) | Caller::Operator => "office",
    };
    let hello = HelloResponse {
        organisation: system.client.organisation().to_owned(),
        kind: kind.to_owned(),
        certificate_not_after: system.client.not_after.to_string(),
        server_time: state.platform.now().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    json(StatusCode::OK, &hello)
}
