//! `GET /v1/signing-keys`: with what signed receipts are checked.

use crate::{
    answer::{Answer, json},
    caller::System,
    router::ConnectState,
    wire::{SigningKeyItem, SigningKeys},
};
use axum::extract::State;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;

pub(crate) async fn keys(_: System, State(state): State<ConnectState>) -> Answer {
    let key = state.platform.audit_key.verifying_key();
    let item = SigningKeyItem {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        kid: key.id().to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
        x: URL_SAFE_NO_PAD.encode(key.as_bytes()),
    };
    json(StatusCode::OK, &SigningKeys { keys: vec![item] })
}
