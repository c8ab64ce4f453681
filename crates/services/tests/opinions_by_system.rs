//! What record systems and municipalities' systems do beyond the pages: PDF alone, receipts that are checked elsewhere, a request taken back (D-1, M-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiban_domain::{
    UnfitFile,
    opinion::{ItemId, KEY_ITEMS, Level, Opinion},
    opinion_case::{CaseState, NotNow, OpinionRoute, SubmissionState},
};
use kiban_services::opinions::{
    self, CaseError, CsvLineError, NewOpinion, SendError, request_of, signed_receipt,
};
use ring::signature::{ED25519, UnparsedPublicKey};
use support::{
    ENGINES, TestPlatform, care_office, municipality,
    opinions::{OTHER_CLINIC, PDF, by_api, changed, clinic, clinic_of, full},
};

const LOCKED: &[u8] = b"%PDF-1.7\ntrailer <</Root 1 0 R /Encrypt 5 0 R>>\n%%EOF\n";

/// The golden opinion with nothing but what has to be typed of a PDF.
fn key_items() -> Opinion {
    let whole = full();
    let mut typed = Opinion::blank(whole.edition);
    for item in KEY_ITEMS {
        typed.put(item, &whole.get(item).unwrap()).unwrap();
    }
    typed
}

fn pdf_only(document: Opinion, pdf: &[u8]) -> NewOpinion {
    NewOpinion::PdfOnly {
        document: Box::new(document),
        pdf: pdf.to_vec(),
        send_key: Some("key-1".into()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_pdf_alone_is_sent_with_its_key_items_and_not_without() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        for item in KEY_ITEMS {
            let mut lacking = key_items();
            lacking.clear(item);
            let refused =
                opinions::send(&test.platform, &clinic(), id, pdf_only(lacking, PDF)).await;
            let Err(SendError::Findings(found)) = refused else {
                panic!("{engine:?}: {item:?} was not missed");
            };
            let errors = found.iter().filter(|it| it.level == Level::Error);
            let items: Vec<ItemId> = errors.map(|it| it.item).collect();
            assert_eq!(items, [item], "{engine:?}");
        }
        let short = opinions::send(&test.platform, &clinic(), id, by_api(key_items(), None)).await;
        assert!(
            matches!(short, Err(SendError::Findings(_))),
            "{engine:?}: without the PDF everything is wanted"
        );
        let mut receipts = Vec::new();
        for _ in 0..2 {
            let sent =
                opinions::send(&test.platform, &clinic(), id, pdf_only(key_items(), PDF)).await;
            receipts.push(sent.unwrap().receipt);
        }
        assert_eq!(receipts[0].receipt_no, receipts[1].receipt_no, "{engine:?}");
        assert_eq!(
            (receipts[0].route, receipts[1].already),
            (OpinionRoute::Api, true)
        );
        let no = &receipts[0].receipt_no;
        let got = opinions::find_opinion(&test.platform, &municipality(), no).await;
        assert_eq!(got.unwrap().1.unwrap(), PDF, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_pdf_that_cannot_be_kept_is_refused_by_name() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let large = [PDF, &vec![b' '; 10 << 20]].concat();
        for (pdf, code) in [
            (LOCKED, "pdf_encrypted"),
            (&b"MZ a program"[..], "not_a_pdf"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9", "not_a_pdf"),
            (&PDF[..30], "pdf_broken"),
            (b"", "pdf_empty"),
            (&large, "pdf_too_large"),
        ] {
            let new = NewOpinion::Document {
                document: Box::new(full()),
                route: OpinionRoute::Api,
                pdf: Some(pdf.to_vec()),
                send_key: None,
            };
            let refused = opinions::send(&test.platform, &clinic(), id, new).await;
            assert_eq!(refused.unwrap_err().code(), Some(code), "{engine:?}");
        }
        let paper = opinions::PaperOpinion {
            document: key_items(),
            scan: LOCKED.to_vec(),
            received_on: test.platform.today(),
        };
        let refused = opinions::record_paper(&test.platform, &municipality(), id, paper).await;
        assert!(
            matches!(refused, Err(SendError::Pdf(UnfitFile::Locked))),
            "{engine:?}"
        );
        assert_eq!(test.state_of(id).await, CaseState::Requested, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_receipt_is_signed_alike_whenever_it_is_asked_for() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let sent = test.send_document(id, full()).await.unwrap().receipt;
        let text = signed_receipt(&test.platform, &sent);
        test.acknowledge(&sent).await.unwrap();
        let view = opinions::open_case(&test.platform, &clinic(), id)
            .await
            .unwrap();
        let later = opinions::Receipt::of(&view.submissions[0], true);
        assert_eq!(signed_receipt(&test.platform, &later), text, "{engine:?}");

        let parts: Vec<&str> = text.split('.').collect();
        let key = test.platform.audit_key.verifying_key();
        let signed = format!("{}.{}", parts[0], parts[1]);
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        let public = UnparsedPublicKey::new(&ED25519, key.as_bytes());
        public.verify(signed.as_bytes(), &signature).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["receipt_no"], "131128-00000001", "{engine:?}");
        assert_eq!(claims["sha256"], sent.sha256, "{engine:?}");
        assert_eq!(claims["institution_code"], support::opinions::CLINIC);
        let said = claims.to_string();
        assert!(
            !said.contains(support::opinions::PATIENT),
            "nothing about the person"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_a_request_is_taken_back_once_and_not_after_receipt() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let town = municipality();
        let id = test.asked().await;
        let sent = test.send_document(id, full()).await.unwrap().receipt;
        for stranger in [clinic(), care_office()] {
            let refused = opinions::cancel(&test.platform, &stranger, id).await;
            assert!(matches!(refused, Err(CaseError::Refused(_))), "{engine:?}");
        }
        for before in [false, true] {
            let cancelled = opinions::cancel(&test.platform, &town, id).await;
            assert_eq!(cancelled.unwrap(), before, "{engine:?}");
        }
        assert_eq!(test.state_of(id).await, CaseState::Cancelled, "{engine:?}");
        let view = opinions::open_asked(&test.platform, &town, id)
            .await
            .unwrap();
        assert_eq!(view.submissions[0].state, SubmissionState::Withdrawn);
        let late = test.send_document(id, changed("後から")).await;
        assert!(
            matches!(
                late,
                Err(SendError::Case(CaseError::NotNow(NotNow::Cancelled)))
            ),
            "{engine:?}"
        );
        let late = opinions::acknowledge(&test.platform, &town, &sent.receipt_no).await;
        assert!(matches!(late, Err(CaseError::NotNow(_))), "{engine:?}");
        assert!(test.verify().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_document_finds_its_own_request_and_nobody_elses() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let found = request_of(&test.platform, &clinic(), &full()).await;
        assert_eq!(found.unwrap().unwrap(), id, "{engine:?}");
        let other = request_of(&test.platform, &clinic_of(OTHER_CLINIC), &full()).await;
        assert!(
            matches!(other.unwrap(), Err(CsvLineError::NoRequest)),
            "{engine:?}"
        );
        let nobody = request_of(&test.platform, &clinic(), &key_items()).await;
        assert!(
            matches!(nobody.unwrap(), Err(CsvLineError::NoPerson)),
            "{engine:?}"
        );
    }
}
