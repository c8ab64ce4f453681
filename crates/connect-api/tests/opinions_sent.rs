//! Sending over the machine door: every way, every mistake, and never twice (D-1, D-4).
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http_body_util::StreamBody;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use support::{
    ENGINES, TestDoor, municipality,
    opinions::{FULL, FULL_CSV, PATIENT, PDF, asked, form, form_kind, full_with, writer},
};

const JSON: &str = "application/json";

fn text(of: &Value) -> &str {
    of.as_str().unwrap_or_else(|| panic!("{of}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_what_is_wrong_is_named_with_its_item_and_nothing_is_kept() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        let request = door.one_asked().await;
        let path = format!("{request}/opinions");
        let drop_item = |name: &'static str| {
            full_with(move |it| {
                it.as_object_mut().unwrap().shift_remove(name);
            })
        };
        let set = |name: &'static str, value: Value| full_with(move |it| it[name] = value);
        for (body, expected, item, code) in [
            (
                drop_item("diagnosis[1].name"),
                "422 opinion_findings",
                "diagnosis[1].name",
                "missing",
            ),
            (
                drop_item("consent"),
                "422 opinion_findings",
                "consent",
                "missing",
            ),
            (
                drop_item("instability_detail"),
                "422 opinion_findings",
                "instability_detail",
                "missing_with",
            ),
            (
                set("entry_date", json!("2027-01-01")),
                "422 opinion_findings",
                "entry_date",
                "future",
            ),
            (
                set("last_exam_date", json!("1930-01-01")),
                "422 opinion_findings",
                "last_exam_date",
                "before_birth",
            ),
            (
                set("remarks", json!("あ".repeat(4_001))),
                "422 opinion_items",
                "remarks",
                "too_long",
            ),
            (set("sex", json!(3)), "422 opinion_items", "sex", "choice"),
            (
                set("birth_date", json!("1940-02-30")),
                "422 opinion_items",
                "birth_date",
                "day",
            ),
            (
                set("insurer_no", json!("131136")),
                "422 other_insurer",
                "insurer_no",
                "other_insurer",
            ),
            (
                set("insured_no", json!("0000099999")),
                "422 other_person",
                "insured_no",
                "other_person",
            ),
            (
                set("birth_date", json!("1941-05-06")),
                "422 other_birth_date",
                "birth_date",
                "other_birth_date",
            ),
            (
                set("institution_no", json!("1319900021")),
                "422 other_institution",
                "institution_no",
                "other_institution",
            ),
            (
                set("request_no", json!("R-0002")),
                "422 other_request",
                "request_no",
                "other_request",
            ),
        ] {
            let reply = door.send(&request, &body).await;
            assert_eq!(reply.problem(), expected, "{engine:?} {}", reply.text);
            let findings = reply.json()["findings"].clone();
            let named = findings.as_array().unwrap().iter().any(|it| {
                it["item"] == item
                    && it["code"] == code
                    && it["level"] == "error"
                    && text(&it["reason"]).ends_with('。')
            });
            assert!(named, "{engine:?} {item} {code}: {findings}");
        }
        let large = set("remarks", json!("あ".repeat(400_000)));
        for (kind, body, expected) in [
            (JSON, b"{".to_vec(), "400 opinion_not_json"),
            (JSON, b"\xff".to_vec(), "400 opinion_not_utf8"),
            (JSON, b"[]".to_vec(), "422 opinion_not_an_object"),
            (JSON, b"{}".to_vec(), "422 opinion_no_edition edition"),
            (
                JSON,
                br#"{"edition":"1999"}"#.to_vec(),
                "422 opinion_unknown_edition edition",
            ),
            (
                JSON,
                br#"{"edition":"2021","x":1}"#.to_vec(),
                "422 opinion_unknown_field",
            ),
            (JSON, large.into_bytes(), "413 opinion_too_large"),
            ("text/plain", b"{}".to_vec(), "415 unsupported_media_type"),
            ("text/csv", FULL_CSV.to_vec(), "415 unsupported_media_type"),
            (
                "application/pdf",
                PDF.to_vec(),
                "422 pdf_without_items opinion",
            ),
            ("multipart/form-data", b"x".to_vec(), "400 bad_request"),
        ] {
            let reply = door.post_bytes(&writer(), &path, (kind, body), None).await;
            assert_eq!(reply.problem(), expected, "{engine:?}");
        }
        let doc = FULL.as_bytes();
        let locked: &[u8] = b"%PDF-1.7\ntrailer <</Root 1 0 R /Encrypt 5 0 R>>\n%%EOF\n";
        for (parts, query, expected) in [
            (
                vec![
                    ("opinion", JSON, doc),
                    ("pdf", "application/pdf", &b"MZ"[..]),
                ],
                "",
                "422 not_a_pdf pdf",
            ),
            (
                vec![("opinion", JSON, doc), ("pdf", "application/pdf", locked)],
                "",
                "422 pdf_encrypted pdf",
            ),
            (
                vec![
                    ("opinion", JSON, doc),
                    ("pdf", "application/pdf", &PDF[..30]),
                ],
                "",
                "422 pdf_broken pdf",
            ),
            (
                vec![("opinion", JSON, doc), ("pdf", "application/pdf", b"")],
                "",
                "422 pdf_empty pdf",
            ),
            (
                vec![("pdf", "application/pdf", PDF)],
                "",
                "422 pdf_without_items opinion",
            ),
            (
                vec![("opinion", JSON, doc)],
                "?content=pdf",
                "422 pdf_without_items opinion",
            ),
            (
                vec![("opinion", JSON, doc)],
                "?content=x",
                "422 invalid_item content",
            ),
            (
                vec![("opinion", JSON, doc), ("opinion", JSON, doc)],
                "",
                "400 bad_request",
            ),
            (
                vec![("opinion", JSON, doc), ("x", JSON, doc)],
                "",
                "400 bad_request",
            ),
            (
                vec![("opinion", "image/png", doc)],
                "",
                "415 unsupported_media_type",
            ),
            (
                vec![("received_on", "text/plain", b"2026-02-10")],
                "",
                "422 invalid_item opinion",
            ),
        ] {
            let body = form(&parts);
            let reply = door
                .post_bytes(
                    &writer(),
                    &format!("{path}{query}"),
                    (&form_kind(), body),
                    None,
                )
                .await;
            assert_eq!(reply.problem(), expected, "{engine:?} {}", reply.text);
        }
        let shown = door.get(&writer(), &request).await.json();
        assert_eq!(
            (&shown["state"], &shown["receipts"]),
            (&json!("requested"), &json!([]))
        );
        let kept = door.objects();
        assert!(
            kept.iter()
                .all(|it| !std::fs::read(it).unwrap().starts_with(b"%PDF")),
            "{engine:?}: {kept:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_pdf_of_40_mb_is_refused_by_name_before_it_is_read() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        let request = door.one_asked().await;
        let path = format!("{request}/opinions");
        // Announced: nothing of it is read.
        let announced = Request::post(&path)
            .header("content-type", form_kind())
            .header("content-length", (40 << 20).to_string())
            .body(Body::empty())
            .unwrap();
        let reply = door.call(&writer(), announced).await;
        assert_eq!(reply.problem(), "413 pdf_too_large pdf", "{engine:?}");

        // Not announced: hardly more than 10 MB of it is taken.
        let taken = Arc::new(AtomicUsize::new(0));
        let head = form(&[("opinion", JSON, FULL.as_bytes())]);
        let head = head[..head.len() - 4].to_vec();
        let part = b"\r\nContent-Disposition: form-data; name=\"pdf\"; filename=\"a\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n";
        let first = [&head[..], part].concat();
        let count = taken.clone();
        let pieces = (0..41).map(move |place| {
            let piece = if place == 0 {
                first.clone()
            } else {
                vec![b' '; 1 << 20]
            };
            count.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, std::io::Error>(hyper::body::Frame::data(Bytes::from(piece)))
        });
        let stream = StreamBody::new(futures_util::stream::iter(pieces));
        let streamed = Request::post(&path)
            .header("content-type", form_kind())
            .body(Body::new(stream))
            .unwrap();
        let reply = door.call(&writer(), streamed).await;
        assert_eq!(reply.problem(), "413 pdf_too_large pdf", "{engine:?}");
        assert!(taken.load(Ordering::Relaxed) < 13 << 20, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_the_same_opinion_is_one_however_often_and_by_whichever_way_it_comes() {
    for engine in ENGINES {
        let door = Arc::new(TestDoor::on(engine).await);
        let request = door.one_asked().await;
        let mut under_way = Vec::new();
        for turn in 0..12 {
            let (door, request) = (door.clone(), request.clone());
            under_way.push(tokio::spawn(async move {
                match turn % 3 {
                    0 => door.send(&request, FULL).await.json()["receipt"].clone(),
                    1 => {
                        let body = (JSON, FULL.into());
                        let path = "/v1/opinions";
                        let sent = door.post_bytes(&writer(), path, body, Some("k-1")).await;
                        sent.json()["receipt"].clone()
                    }
                    _ => {
                        let body = ("text/csv", FULL_CSV.to_vec());
                        let sent = door.post_bytes(&writer(), "/v1/opinions", body, None).await;
                        sent.json()["lines"][0]["receipt"].clone()
                    }
                }
            }));
        }
        let mut signed = std::collections::BTreeSet::new();
        for one in under_way {
            signed.insert(text(&one.await.unwrap()["signed"]).to_owned());
        }
        assert_eq!(signed.len(), 1, "{engine:?}");
        let shown = door.get(&writer(), &request).await.json();
        assert_eq!(shown["receipts"].as_array().unwrap().len(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_key_stands_for_one_sending() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        let request = door.one_asked().await;
        let path = format!("{request}/opinions");
        let changed = full_with(|it| it["remarks"] = "別の内容".into());
        let post = async |body: &str, key: &str| {
            let body = (JSON, body.as_bytes().to_vec());
            door.post_bytes(&writer(), &path, body, Some(key)).await
        };
        let first = post(FULL, "a").await.json()["receipt"].clone();
        let replaced = post(&changed, "b").await;
        assert_eq!(replaced.status, 201, "{engine:?}");
        // However late it is repeated: the first sending is still the first sending.
        let late = post(FULL, "a").await;
        assert_eq!(late.status, 200, "{engine:?}: {}", late.text);
        let late = late.json()["receipt"].clone();
        assert_eq!(
            (&late["signed"], &late["state"]),
            (&first["signed"], &json!("superseded"))
        );
        assert_eq!(
            post(&changed, "a").await.problem(),
            "422 idempotency_key_reused"
        );
        assert_eq!(
            post(FULL, &"k".repeat(201)).await.problem(),
            "422 invalid_item idempotency-key"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_pdf_goes_with_the_document_or_with_its_key_items() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        door.patients(&[PATIENT]).await;
        let whole = door.ask(asked(PATIENT, "R-0001")).await;
        let body = form(&[
            ("pdf", "application/pdf", PDF),
            ("opinion", JSON, FULL.as_bytes()),
        ]);
        let sent = door
            .post_bytes(&writer(), "/v1/opinions", (&form_kind(), body), None)
            .await;
        assert_eq!(sent.status, 201, "{engine:?}: {}", sent.text);
        let receipt = sent.json()["receipt"].clone();
        assert_eq!(
            text(&receipt["pdf_sha256"]),
            hex::encode(digest(&SHA256, PDF))
        );
        let pdf = door
            .fetch(text(&receipt["receipt_no"]), "application/pdf")
            .await;
        assert_eq!(
            (pdf.status.as_u16(), pdf.bytes),
            (200, PDF.to_vec()),
            "{engine:?}"
        );
        assert_eq!(door.get(&writer(), &whole).await.json()["state"], "sent");

        let alone = door.ask(asked(PATIENT, "R-0002")).await;
        let typed = json!({
            "edition": "2021", "entry_date": "2026-02-10", "applicant_name": "見本　花子", "birth_date": "1940-05-06", "sex": 2, "consent": 1
        });
        let post = async |document: &Value| {
            let document = document.to_string();
            let body = form(&[
                ("opinion", JSON, document.as_bytes()),
                ("pdf", "application/pdf", PDF),
            ]);
            let path = format!("{alone}/opinions?content=pdf");
            door.post_bytes(&writer(), &path, (&form_kind(), body), None)
                .await
        };
        let mut lacking = typed.clone();
        lacking.as_object_mut().unwrap().shift_remove("consent");
        assert_eq!(
            post(&lacking).await.problem(),
            "422 opinion_findings",
            "{engine:?}"
        );
        let sent = post(&typed).await;
        assert_eq!(sent.status, 201, "{engine:?}: {}", sent.text);
        let cautions = sent.json()["cautions"].to_string();
        assert!(cautions.contains("adl_dementia"), "{engine:?}: {cautions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_file_of_the_clinic_is_answered_line_by_line() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        door.one_asked().await;
        let line = FULL_CSV.strip_suffix(b"\r\n").unwrap_or(FULL_CSV).to_vec();
        let position = line
            .windows(PATIENT.len())
            .rposition(|it| it == PATIENT.as_bytes())
            .unwrap();
        let mut stranger = line.clone();
        stranger[position..position + PATIENT.len()].copy_from_slice(b"0000099999");
        let file = [&line[..], b"\r\n", &stranger, b"\r\n\"2.0\"\r\n"].concat();
        for status in ["sent", "sent"] {
            let reply = door
                .post_bytes(
                    &writer(),
                    "/v1/opinions",
                    ("text/csv", file.clone()),
                    Some("k"),
                )
                .await;
            let answer = reply.json();
            assert_eq!(
                answer["lines"][0]["receipt"]["state"], status,
                "{engine:?}: {answer}"
            );
            assert_eq!(
                answer["lines"][0]["receipt"]["receipt_no"],
                "131128-00000001"
            );
            assert_eq!(
                answer["lines"][1]["code"], "opinion_request_not_found",
                "{engine:?}: {answer}"
            );
            assert_eq!(answer["faults"][0]["line"], 3, "{engine:?}: {answer}");
        }
        let body = form(&[
            ("opinion", "text/csv", &file),
            ("pdf", "application/pdf", PDF),
        ]);
        let reply = door
            .post_bytes(&writer(), "/v1/opinions", (&form_kind(), body), None)
            .await;
        assert_eq!(reply.problem(), "422 invalid_item pdf", "{engine:?}");
        for (body, expected) in [
            (Vec::new(), "422 csv_empty"),
            ("\"1.2\",\"見本\"".into(), "422 csv_file_not_ms932"),
        ] {
            let reply = door
                .post_bytes(&writer(), "/v1/opinions", ("text/csv", body), None)
                .await;
            assert_eq!(reply.problem(), expected, "{engine:?}");
        }
        let reply = door
            .post_bytes(&municipality(), "/v1/opinions", ("text/csv", file), None)
            .await;
        assert_eq!(reply.problem(), "403 role_not_entitled", "{engine:?}");
    }
}
