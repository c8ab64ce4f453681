//! A clinic whose record system sends opinions, and the municipality that asks for them.

use super::{Reply, TestDoor, municipality, system};
use axum::body::Body;
use http::{Request, header::ACCEPT};
use kiban_pki::SystemKind;
use kiban_web_kit::Client;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The clinic of the golden opinions.
pub const WRITER: &str = "1319900013";
/// Whom they are about.
pub const PATIENT: &str = "0000012345";
pub const FULL: &str = include_str!("../../../exchange/tests/opinion/full-2018.json");
pub const FULL_CSV: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.csv");
/// The least that is a PDF.
pub const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
pub const BOUNDARY: &str = "kiban-test-boundary";

pub fn writer() -> Client {
    system(WRITER, SystemKind::Medical)
}

pub fn other_clinic() -> Client {
    system("1319900021", SystemKind::Medical)
}

/// The golden opinion, changed.
pub fn full_with(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(FULL).unwrap();
    change(&mut value);
    value.to_string()
}

/// A request about a patient.
pub fn asked(number: &str, request_no: &str) -> Value {
    json!({
        "insured_no": number, "applied_on": "2026-02-02", "branch": 1, "request_no": request_no, "institution_code": WRITER,
        "requested_on": "2026-02-05", "setting": "1", "writing": "1"
    })
}

/// A form of parts: name, type, content.
pub fn form(parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, kind, content) in parts {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n").bytes(),
        );
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

pub fn form_kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

impl TestDoor {
    /// Takes patients in, by file as in service.
    pub async fn patients(&self, numbers: &[&str]) {
        let mut file = super::HEADER.to_owned();
        for number in numbers {
            let _ = writeln!(
                file,
                "U,131128,{number},1,2026-01-05T09:00:00+09:00,見本　花子,ミホン　ハナコ,1940-05-06,2,1,2005-05-02,,,,,,,,"
            );
        }
        let sent = self
            .put(
                "/v1/transfers/131128_insured_F_20260205_0001.csv",
                file,
                &[],
            )
            .await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        assert_eq!(self.work_off().await, 1);
    }

    /// The patient, asked for; the path of the request.
    pub async fn one_asked(&self) -> String {
        self.patients(&[PATIENT]).await;
        self.ask(asked(PATIENT, "R-0001")).await
    }

    /// Asks for one opinion; the path of the request.
    pub async fn ask(&self, request: Value) -> String {
        let requests = json!({"requests": [request]});
        let reply = self
            .post(&municipality(), "/v1/opinion-requests", requests)
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let id = reply.json()["items"][0]["request_id"].clone();
        let id = id.as_str().unwrap_or_else(|| panic!("{}", reply.text));
        format!("/v1/opinion-requests/131128/{id}")
    }

    /// Posts bytes of some type, with a key.
    pub async fn post_bytes(
        &self,
        client: &Client,
        path: &str,
        (kind, body): (&str, Vec<u8>),
        key: Option<&str>,
    ) -> Reply {
        let mut request = Request::post(path).header("content-type", kind);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.call(client, request.body(Body::from(body)).unwrap())
            .await
    }

    /// Sends a document for a request as the writer.
    pub async fn send(&self, request: &str, document: &str) -> Reply {
        let body = ("application/json", document.as_bytes().to_vec());
        self.post_bytes(&writer(), &format!("{request}/opinions"), body, None)
            .await
    }

    /// One opinion in the way that is asked for.
    pub async fn fetch(&self, receipt_no: &str, accept: &str) -> Reply {
        let request = Request::get(format!("/v1/opinions/{receipt_no}")).header(ACCEPT, accept);
        self.call(&municipality(), request.body(Body::empty()).unwrap())
            .await
    }

    /// A post without a body.
    pub async fn act(&self, client: &Client, path: &str) -> Reply {
        self.call(client, Request::post(path).body(Body::empty()).unwrap())
            .await
    }
}
