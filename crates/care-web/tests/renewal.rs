//! What a program at a terminal gets with its own certificate (W-1).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_pki::new_request;
use kiban_store::repo::certificates::{self, CertificateRow};
use support::{App, OFFICE};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// The reader's certificate stands in the table, as it does once it was issued.
async fn issued(app: &App, serial: &'static str, role: &'static str) {
    let row = CertificateRow {
        serial: serial.to_owned(),
        door: 1,
        organisation: OFFICE.to_owned(),
        holder: "office-pc-1".to_owned(),
        role: role.to_owned(),
        issued_at: "2026-08-01T00:00:00Z".parse().unwrap(),
        not_after: "2027-12-31T00:00:00Z".parse().unwrap(),
        revoked_at: None,
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { certificates::add(work, &row).await })
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_program_gets_certificates_for_its_own_terminal_only() {
    let app = App::new().await;
    issued(&app, "0c", "reader").await;
    let csr = serde_json::to_string(&new_request().unwrap().request_pem).unwrap();
    let body = format!("{{\"csr\":{csr}}}");
    let mut reader = app.reader();
    let first = reader.send_json("/agent/renew", &JSON, body.clone()).await;
    first
        .is(201)
        .has("BEGIN CERTIFICATE")
        .has("certificate_ends");
    let again = reader.send_json("/agent/renew", &JSON, body.clone()).await;
    assert_eq!(
        again.is(201).html,
        first.html,
        "the same key, the same certificate"
    );

    // The certificate for the bridge; another's place is not taken.
    let browser = format!("{{\"csr\":{csr},\"role\":\"browser\"}}");
    reader
        .send_json("/agent/renew", &JSON, browser)
        .await
        .is(201);
    let csr = serde_json::to_string(&new_request().unwrap().request_pem).unwrap();
    let foreign = format!("{{\"csr\":{csr},\"role\":\"browser\",\"replaces\":\"0c\"}}");
    let refused = reader.send_json("/agent/renew", &JSON, foreign).await;
    refused.is(409).has("nothing_to_renew");

    let broken = reader
        .send_json("/agent/renew", &JSON, "{\"csr\":\"x\"}".into())
        .await;
    broken.is(422).has("PKCS#10");
    // A browser's certificate renews nothing here, and neither does a terminal that the table does not know.
    app.browser()
        .send_json("/agent/renew", &JSON, body)
        .await
        .is(403)
        .has("wrong_role");
    let fresh = App::new().await;
    let mut unknown = fresh.reader();
    let csr = serde_json::to_string(&new_request().unwrap().request_pem).unwrap();
    let body = format!("{{\"csr\":{csr}}}");
    let refused = unknown.send_json("/agent/renew", &JSON, body).await;
    refused.is(409).has("nothing_to_renew");
}
