//! The committed description is the one that the program gives, and it names every route.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kiban_connect_api::{openapi_json, routes};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

#[test]
fn the_committed_description_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let current = openapi_json();
    if option_env!("KIBAN_BLESS").is_some()
        || std::env::vars().any(|(name, _)| name == "KIBAN_BLESS")
    {
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "run `KIBAN_BLESS=1 cargo test -p kiban-connect-api` and look at the difference"
    );
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let served: BTreeSet<String> = routes()
        .list()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(described, served);
}

#[test]
fn every_reference_leads_to_a_shape() {
    let text = openapi_json();
    let document: Value = serde_json::from_str(&text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}

/// A code that a handler can answer but nobody described would surprise a vendor.
#[tokio::test]
async fn no_route_answers_a_terminal() {
    let door = support::TestDoor::new().await;
    for route in routes().list() {
        let path = route
            .path
            .replace("{file_name}", "131128_insured_F_20261101_0001.csv")
            .replace(['{', '}'], "");
        let request = http::Request::builder()
            .method(route.method.clone())
            .uri(&path);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let reply = door.call(&support::terminal(), request).await;
        assert_eq!(
            reply.problem(),
            "403 wrong_door",
            "{} {}",
            route.method,
            route.path
        );
    }
}
