//! Opinions over the machine door: record systems send, municipalities fetch, on both engines (D-1, D-2, D-3, M-3).
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    signature::{ED25519, UnparsedPublicKey},
};
use serde_json::{Value, json};
use support::{
    ENGINES, TestDoor, municipality, office,
    opinions::{
        FULL, FULL_CSV, PATIENT, PDF, asked, form, form_kind, full_with, other_clinic, writer,
    },
    other_municipality,
};

const JSON: &str = "application/json";

fn text(of: &Value) -> &str {
    of.as_str().unwrap_or_else(|| panic!("{of}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_d2_an_opinion_goes_from_the_request_to_its_receipt_and_back() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        let request = door.one_asked().await;
        let listed = door
            .get(&writer(), "/v1/opinion-requests?state=requested,returned")
            .await
            .json();
        assert_eq!(listed["items"][0]["person"]["name"], "見本　花子");
        assert_eq!(listed["items"][0]["due_on"], "2026-02-19", "{engine:?}");
        assert_eq!(listed["counts"], json!({"requested": 1}), "{engine:?}");
        let none = door
            .get(&writer(), "/v1/opinion-requests?state=sent")
            .await
            .json();
        assert_eq!(none["items"], json!([]), "{engine:?}");

        let checked = door
            .post_bytes(
                &writer(),
                &format!("{request}/validate"),
                (JSON, FULL.into()),
                None,
            )
            .await
            .json();
        assert_eq!(checked["sendable"], true, "{engine:?}: {checked}");
        let before = door.get(&writer(), &request).await.json();
        assert_eq!(
            (&before["receipts"], &before["state"]),
            (&json!([]), &json!("requested"))
        );

        let sent = door.send(&request, FULL).await;
        assert_eq!(sent.status, 201, "{engine:?}: {}", sent.text);
        let receipt = sent.json()["receipt"].clone();
        assert_eq!(receipt["receipt_no"], "131128-00000001", "{engine:?}");
        assert_eq!(receipt["sha256"], checked["sha256"], "{engine:?}");
        let again = door.send(&request, FULL).await;
        assert_eq!(again.status, 200, "{engine:?}: {}", again.text);
        assert_eq!(again.json()["receipt"]["signed"], receipt["signed"]);
        signature_holds(&door, text(&receipt["signed"])).await;

        let page = door
            .get(&municipality(), "/v1/opinions?after=0")
            .await
            .json();
        assert_eq!(
            (&page["next"], page["items"].as_array().unwrap().len()),
            (&json!(1), 1)
        );
        let pulled = serde_json::to_vec(&page["items"][0]["document"]).unwrap();
        let sha256 = hex::encode(digest(&SHA256, &pulled));
        assert_eq!(sha256, text(&receipt["sha256"]), "{engine:?}: to the byte");
        let canonical = door
            .fetch("131128-00000001", "application/vnd.kiban.opinion+json")
            .await;
        assert_eq!(canonical.bytes, pulled, "{engine:?}");
        let csv = door.fetch("131128-00000001", "text/csv").await;
        assert_eq!(
            csv.response.headers["content-type"],
            "text/csv; charset=windows-31j"
        );
        let columns = |bytes: &[u8]| {
            let read = kiban_exchange::opinion::read_csv(bytes).unwrap();
            kiban_exchange::opinion::canonical_json(&read.opinions[0].opinion)
        };
        assert_eq!(columns(&csv.bytes), columns(FULL_CSV), "{engine:?}");
        let none = door.fetch("131128-00000001", "application/pdf").await;
        assert_eq!(none.problem(), "404 opinion_pdf_not_found", "{engine:?}");

        let one = "/v1/opinions/131128-00000001/acknowledge";
        for already in [false, true] {
            let got = door.act(&municipality(), one).await.json();
            assert_eq!(
                (&got["state"], &got["already"]),
                (&json!("acknowledged"), &json!(already))
            );
        }
        let waiting = door
            .get(&municipality(), "/v1/opinions/unacknowledged")
            .await;
        assert_eq!(waiting.json()["items"], json!([]), "{engine:?}");
        let late = door
            .send(&request, &full_with(|it| it["remarks"] = "後から".into()))
            .await;
        assert_eq!(late.problem(), "409 opinion_received", "{engine:?}");
        let late = door.act(&writer(), &format!("{request}/withdraw")).await;
        assert_eq!(late.problem(), "409 opinion_received", "{engine:?}");

        let back = "/v1/opinions/131128-00000001/return";
        let empty = door
            .post(&municipality(), back, json!({"reason": " "}))
            .await;
        assert_eq!(empty.problem(), "422 reason_required reason", "{engine:?}");
        let why = json!({"reason": "特記すべき事項が途中で終わっています"});
        let given = door.post(&municipality(), back, why).await;
        assert_eq!(
            given.json()["state"],
            "returned",
            "{engine:?}: {}",
            given.text
        );
        let same = door.send(&request, FULL).await;
        assert_eq!(same.problem(), "409 opinion_unchanged", "{engine:?}");
        let corrected = full_with(|it| it["remarks"] = "直した".into());
        let second = door.send(&request, &corrected).await.json();
        assert_eq!(second["receipt"]["number"], 2, "{engine:?}: {second}");

        let shown = door.get(&writer(), &request).await.json();
        let acts: Vec<&str> = shown["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| text(&it["act"]))
            .collect();
        assert_eq!(acts, ["ask", "send", "acknowledge", "return", "send"]);
        assert_eq!(shown["receipts"][0]["state"], "returned", "{engine:?}");
        assert_eq!(
            shown["receipts"][0]["signed"], receipt["signed"],
            "{engine:?}"
        );
        let taken = door.act(&writer(), &format!("{request}/withdraw")).await;
        assert_eq!(
            taken.json()["state"],
            "withdrawn",
            "{engine:?}: {}",
            taken.text
        );
        let past = door
            .get(&writer(), &format!("/v1/persons/131128/{PATIENT}/opinions"))
            .await
            .json();
        assert_eq!(
            past["items"][0]["receipt"]["state"], "returned",
            "{engine:?}: {past}"
        );
        assert_eq!(past["items"][0]["is_own"], true, "{engine:?}");
    }
}

/// Checks a signed receipt as anybody could, with the key that the door gives.
async fn signature_holds(door: &TestDoor, signed: &str) {
    let keys = door.get(&writer(), "/v1/signing-keys").await.json();
    let key = URL_SAFE_NO_PAD.decode(text(&keys["keys"][0]["x"])).unwrap();
    let (statement, signature) = signed.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = UnparsedPublicKey::new(&ED25519, &key);
    public.verify(statement.as_bytes(), &signature).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_nobody_reaches_what_is_not_theirs() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        let request = door.one_asked().await;
        let body = || (JSON, FULL.as_bytes().to_vec());
        let writing = ["validate", "opinions"];
        for act in writing {
            let path = format!("{request}/{act}");
            for (caller, expected) in [
                (other_clinic(), "404 opinion_request_not_found"),
                (office(), "403 role_not_entitled"),
                (municipality(), "403 role_not_entitled"),
            ] {
                let reply = door.post_bytes(&caller, &path, body(), None).await;
                assert_eq!(reply.problem(), expected, "{engine:?} {act}");
            }
        }
        let withdraw = format!("{request}/withdraw");
        let reply = door.act(&other_clinic(), &withdraw).await;
        assert_eq!(reply.problem(), "404 opinion_request_not_found");
        for caller in [other_clinic(), other_municipality()] {
            let reply = door.get(&caller, &request).await;
            assert_eq!(reply.problem(), "404 opinion_request_not_found");
        }
        assert_eq!(
            door.get(&office(), &request).await.problem(),
            "403 role_not_entitled"
        );
        door.send(&request, FULL).await;
        let no = "/v1/opinions/131128-00000001";
        for (path, expected) in [
            (format!("{no}/acknowledge"), "404 opinion_request_not_found"),
            (format!("{request}/cancel"), "404 opinion_request_not_found"),
        ] {
            let reply = door.act(&other_municipality(), &path).await;
            assert_eq!(reply.problem(), expected, "{engine:?} {path}");
            let reply = door.act(&writer(), &path).await;
            assert_eq!(
                reply.problem(),
                "403 role_not_entitled",
                "{engine:?} {path}"
            );
        }
        assert_eq!(
            door.get(&other_municipality(), no).await.problem(),
            "404 opinion_request_not_found"
        );
        for path in ["/v1/opinions", "/v1/opinions/unacknowledged", no] {
            let reply = door.get(&writer(), path).await;
            assert_eq!(
                reply.problem(),
                "403 role_not_entitled",
                "{engine:?} {path}"
            );
        }
        let person = format!("/v1/persons/131128/{PATIENT}/opinions");
        let reply = door.get(&other_clinic(), &person).await;
        assert_eq!(reply.problem(), "404 person_not_found", "{engine:?}");
        for path in ["/v1/opinion-requests/131128/1", "/v1/opinion-requests/1/1"] {
            let reply = door.get(&writer(), path).await;
            assert_eq!(reply.problem(), "404 opinion_request_not_found");
        }
        for query in ["state=x", "cursor=x", "cursor=2026-01-01_1"] {
            let path = format!("/v1/opinion-requests?{query}");
            let item = query.split('=').next().unwrap();
            let expected = format!("422 invalid_item {item}");
            assert_eq!(door.get(&writer(), &path).await.problem(), expected);
        }
        for query in ["after=-1", "after=x", "limit=0", "limit=101"] {
            let reply = door
                .get(&municipality(), &format!("/v1/opinions?{query}"))
                .await;
            let item = query.split('=').next().unwrap();
            assert_eq!(reply.problem(), format!("422 invalid_item {item}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_requests_are_made_taken_back_and_sent_elsewhere() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        door.patients(&[PATIENT]).await;
        let mut wrong_branch = asked(PATIENT, "R-0001");
        wrong_branch["branch"] = json!(1_000);
        let mut other_insurer = asked(PATIENT, "R-0001");
        other_insurer["insurer_no"] = json!("131136");
        let mut early = asked(PATIENT, "R-0001");
        early["due_on"] = json!("2026-02-01");
        let list = json!({"requests": [
            asked(PATIENT, "R-0001"), wrong_branch, asked("0000099999", "R-0001"), other_insurer, early, asked(PATIENT, "R-0001")
        ]});
        let reply = door
            .post(&municipality(), "/v1/opinion-requests", list.clone())
            .await;
        let items = reply.json()["items"].clone();
        let said: Vec<String> = items
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let word = |name: &str| it[name].as_str().unwrap_or("").to_owned();
                format!("{} {} {}", word("outcome"), word("code"), word("item"))
                    .trim_end()
                    .to_owned()
            })
            .collect();
        assert_eq!(
            said,
            [
                "new",
                "refused invalid_item branch",
                "refused person_not_found insured_no",
                "refused other_insurer insurer_no",
                "refused date_order due_on",
                "already"
            ],
            "{engine:?}: {items}"
        );
        let reply = door.post(&writer(), "/v1/opinion-requests", list).await;
        assert_eq!(reply.problem(), "403 not_an_insurer", "{engine:?}");
        let none = json!({"requests": []});
        let reply = door
            .post(&municipality(), "/v1/opinion-requests", none)
            .await;
        assert_eq!(reply.problem(), "422 invalid_item requests", "{engine:?}");

        let request = format!(
            "/v1/opinion-requests/131128/{}",
            text(&items[0]["request_id"])
        );
        let decline = format!("{request}/decline");
        for (body, expected) in [
            (json!({"reason": "x"}), "422 invalid_item reason"),
            (json!({"reason": "other"}), "422 reason_required note"),
        ] {
            assert_eq!(
                door.post(&writer(), &decline, body).await.problem(),
                expected
            );
        }
        let declined = door
            .post(&writer(), &decline, json!({"reason": "long_ago"}))
            .await;
        assert_eq!(
            declined.json()["state"],
            "declined",
            "{engine:?}: {}",
            declined.text
        );
        assert_eq!(
            door.send(&request, FULL).await.problem(),
            "409 request_declined"
        );

        let mut moved = asked(PATIENT, "R-0001");
        moved["institution_code"] = json!("1319900021");
        let moved = door.ask(moved).await;
        assert_ne!(moved, request);
        assert_eq!(
            door.send(&request, FULL).await.problem(),
            "409 request_transferred"
        );
        assert_eq!(
            door.get(&writer(), &moved).await.problem(),
            "404 opinion_request_not_found"
        );
        let cancel = format!("{moved}/cancel");
        for already in [false, true] {
            let done = door.act(&municipality(), &cancel).await.json();
            assert_eq!(done, json!({"already": already}), "{engine:?}");
        }
        let path = format!("{moved}/opinions");
        let body = (
            JSON,
            full_with(|it| it["institution_no"] = "1319900021".into()).into(),
        );
        let late = door.post_bytes(&other_clinic(), &path, body, None).await;
        assert_eq!(late.problem(), "409 request_cancelled", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_a_paper_is_recorded_and_many_are_acknowledged_at_once() {
    for engine in ENGINES {
        let door = TestDoor::on(engine).await;
        door.patients(&[PATIENT]).await;
        let on_paper = door.ask(asked(PATIENT, "R-0001")).await;
        let electronic = door.ask(asked(PATIENT, "R-0002")).await;
        let typed =
            json!({"edition": "2021", "entry_date": "2026-02-10", "adl_dementia": 2}).to_string();
        let path = format!("{on_paper}/paper");
        let body = |day: &str| {
            form(&[
                ("opinion", JSON, typed.as_bytes()),
                ("pdf", "application/pdf", PDF),
                ("received_on", "text/plain", day.as_bytes()),
            ])
        };
        let post = async |body: Vec<u8>| {
            door.post_bytes(&municipality(), &path, (&form_kind(), body), None)
                .await
        };
        let no_scan = form(&[("opinion", JSON, typed.as_bytes())]);
        assert_eq!(
            post(no_scan).await.problem(),
            "422 invalid_item pdf",
            "{engine:?}"
        );
        assert_eq!(
            post(body("2027-01-01")).await.problem(),
            "422 invalid_item received_on"
        );
        let kept = post(body("令和8年2月12日")).await;
        assert_eq!(kept.status, 201, "{engine:?}: {}", kept.text);
        assert_eq!(kept.json()["state"], "acknowledged", "{engine:?}");
        assert_eq!(post(body("2026-02-12")).await.status, 200, "{engine:?}");
        let shown = door.get(&municipality(), &on_paper).await.json();
        assert_eq!(shown["received_on"], "2026-02-12", "{engine:?}");

        let sent = door
            .send(
                &electronic,
                &full_with(|it| it["request_no"] = "R-0002".into()),
            )
            .await;
        let no = sent.json()["receipt"]["receipt_no"].clone();
        let many = json!({"receipt_nos": [no, "131128-00000099", "x", no]});
        let done = door
            .post(&municipality(), "/v1/opinions/acknowledge", many.clone())
            .await
            .json();
        let items = done["items"].as_array().unwrap();
        assert_eq!(items[0]["receipt"]["already"], false, "{engine:?}: {done}");
        assert_eq!(items[1]["code"], "opinion_request_not_found", "{engine:?}");
        assert_eq!(items[3]["receipt"]["already"], true, "{engine:?}");
        let reply = door.post(&writer(), "/v1/opinions/acknowledge", many).await;
        assert_eq!(reply.problem(), "403 role_not_entitled", "{engine:?}");
        let empty = json!({"receipt_nos": []});
        let reply = door
            .post(&municipality(), "/v1/opinions/acknowledge", empty)
            .await;
        assert_eq!(
            reply.problem(),
            "422 invalid_item receipt_nos",
            "{engine:?}"
        );
    }
}
