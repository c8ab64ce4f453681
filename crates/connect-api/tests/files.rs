//! Files of municipalities: whole, in parts, repeated, broken.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use axum::body::Body;
use bytes::Bytes;
use http::{
    Request,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
};
use http_body_util::StreamBody;
use serde_json::{Value, json};
use support::{TestDoor, insured, municipality, office, one, other_municipality};

const FIRST: &str = "/v1/transfers/131128_insured_F_20261101_0001.csv";

fn sha256(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

#[tokio::test]
async fn m1_a_file_is_sent_worked_off_and_reported() {
    let door = TestDoor::new().await;
    let sent = door
        .put(FIRST, one(), &[("content-type", "text/csv; charset=utf-8")])
        .await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let accepted = sent.json();
    assert_eq!(
        (&accepted["state"], &accepted["already"]),
        (&json!("received"), &json!(false))
    );
    let path = sent.response.headers[LOCATION].to_str().unwrap().to_owned();
    assert_eq!(
        path,
        format!("/v1/transfers/{}", accepted["id"].as_str().unwrap())
    );
    // Whoever works it off has been woken.
    door.state.intake_wake.notified().await;

    let waiting = door.get(&municipality(), &path).await.json();
    assert_eq!(
        (&waiting["state"], &waiting["finished"], &waiting["sha256"]),
        (&json!("received"), &json!(false), &json!(sha256(&one())))
    );
    assert_eq!(
        door.get(&municipality(), &format!("{path}/result"))
            .await
            .problem(),
        "409 not_finished"
    );
    door.work_off().await;
    let done = door.get(&municipality(), &path).await.json();
    assert_eq!(
        (
            &done["state"],
            &done["progress_percent"],
            &done["counts"]["inserted"]
        ),
        (&json!("applied"), &json!(100), &json!(1)),
        "{done}"
    );
    let result = door
        .get(&municipality(), &format!("{path}/result"))
        .await
        .json();
    assert_eq!(
        (&result["findings"], &result["truncated"]),
        (&json!([]), &json!(false))
    );

    let again = door.put(FIRST, one(), &[]).await.json();
    assert_eq!(
        (&again["id"], &again["already"]),
        (&accepted["id"], &json!(true))
    );
    let list = door
        .get(&municipality(), "/v1/transfers?limit=5")
        .await
        .json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    for limit in ["0", "501", "99999999999999999999", "-1", "x", ""] {
        let asked = format!("/v1/transfers?limit={limit}");
        let problem = door.get(&municipality(), &asked).await.problem();
        assert_eq!(problem, "422 invalid_item limit", "{limit}");
    }
    assert_eq!(
        door.get(&other_municipality(), &path).await.problem(),
        "404 transfer_not_found"
    );
    assert_eq!(
        door.get(&municipality(), "/v1/transfers/1").await.problem(),
        "404 transfer_not_found"
    );
    assert_eq!(
        door.get(&office(), &path).await.problem(),
        "403 not_an_insurer"
    );
}

#[tokio::test]
async fn m2_findings_name_line_and_item_in_json_and_csv() {
    let door = TestDoor::new().await;
    let broken = one().replace("1940-05-03", "1940-02-30");
    let sent = door.put(FIRST, broken, &[]).await.json();
    door.work_off().await;
    let path = format!("/v1/transfers/{}/result", sent["id"].as_str().unwrap());
    let result = door.get(&municipality(), &path).await.json();
    assert_eq!(
        (&result["transfer"]["state"], &result["transfer"]["code"]),
        (&json!("rejected"), &json!("too_many_rejected"))
    );
    assert_eq!(
        (
            &result["findings"][0]["line"],
            &result["findings"][0]["item"]
        ),
        (&json!(2), &json!("birth_date")),
        "{result}"
    );
    let csv = door
        .call(
            &municipality(),
            Request::get(&path)
                .header(ACCEPT, "text/csv")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(
        csv.response.headers[CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    assert!(
        csv.text
            .starts_with("\u{feff}行,列,項目,コード,区分,内容\r\n2,"),
        "{}",
        csv.text
    );
    let fixed = door.put(FIRST, one(), &[]).await;
    assert_eq!(
        (fixed.status.as_u16(), &fixed.json()["already"]),
        (202, &json!(false)),
        "a rejected file keeps no number"
    );
}

#[tokio::test]
async fn refusals_come_before_the_body_is_read() {
    let door = TestDoor::new().await;
    for (name, expected) in [
        ("131128_insured_F_20261101_001.csv", "422 file_name serial"),
        ("131128_insured_X_20261101_0001.csv", "422 file_name mode"),
        (
            "131128_insured_F_20261131_0001.csv",
            "422 file_name base_date",
        ),
        (
            "131128_nonsense_F_20261101_0001.csv",
            "422 file_name dataset",
        ),
        ("insured.csv", "422 file_name shape"),
        ("131136_insured_F_20261101_0001.csv", "403 other_insurer"),
        ("131128_insured_F_20261102_0001.csv", "422 future_base_date"),
        ("131128_insured_D_20261101_0002.csv", "409 serial_gap"),
    ] {
        assert_eq!(
            door.put(&format!("/v1/transfers/{name}"), one(), &[])
                .await
                .problem(),
            expected,
            "{name}"
        );
    }
    let gap = door
        .put(
            "/v1/transfers/131128_insured_D_20261101_0002.csv",
            one(),
            &[],
        )
        .await;
    assert_eq!(gap.json()["expected"], 1);
    let unknown = Request::put("/v1/transfers/131136_insured_F_20261101_0001.csv")
        .body(Body::from(one()))
        .unwrap();
    assert_eq!(
        door.call(&other_municipality(), unknown).await.problem(),
        "403 unknown_insurer"
    );
    let by_office = Request::put(FIRST).body(Body::from(one())).unwrap();
    assert_eq!(
        door.call(&office(), by_office).await.problem(),
        "403 not_an_insurer"
    );
    assert_eq!(
        door.put(
            FIRST,
            one(),
            &[("content-type", "text/csv; charset=latin1")]
        )
        .await
        .problem(),
        "415 unsupported_media_type"
    );
    assert_eq!(
        door.put(FIRST, one(), &[("content-type", "application/pdf")])
            .await
            .problem(),
        "415 unsupported_media_type"
    );
}

#[tokio::test]
async fn numbers_and_dates_run_on() {
    let door = TestDoor::new().await;
    assert_eq!(door.put(FIRST, one(), &[]).await.status, 202);
    let other = insured(&[("0000000017", "架空 花代", "カクウ ハナヨ")]);
    let conflict = door.put(FIRST, other.clone(), &[]).await;
    assert_eq!(conflict.problem(), "409 serial_conflict");
    assert!(conflict.json()["transfer_id"].is_string());
    let old = door
        .put(
            "/v1/transfers/131128_insured_D_20261031_0002.csv",
            other,
            &[],
        )
        .await;
    assert_eq!(old.problem(), "409 old_base_date");
}

#[tokio::test]
async fn ms932_is_read_as_such() {
    let door = TestDoor::new().await;
    let file = one();
    let (file, _, lossy) = encoding_rs::SHIFT_JIS.encode(&file);
    assert!(!lossy);
    let sent = door
        .put(
            FIRST,
            file.into_owned(),
            &[("content-type", "text/csv; charset=Windows-31J")],
        )
        .await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    door.work_off().await;
    let person = door
        .get(&municipality(), "/v1/persons/131128/0000000017")
        .await
        .json();
    assert_eq!(person["parts"]["insured"]["name"], "架空 花子", "{person}");
}

#[tokio::test]
async fn a_key_gives_the_same_answer_again_and_no_other_content() {
    let door = TestDoor::new().await;
    let key = [("idempotency-key", "k-1")];
    let first = door.put(FIRST, one(), &key).await;
    let again = door.put(FIRST, one(), &key).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(
        again.response.headers[LOCATION],
        first.response.headers[LOCATION]
    );
    let other = insured(&[("0000000018", "架空 太郎", "カクウ タロウ")]);
    let kept = door.objects().len();
    assert_eq!(
        door.put(FIRST, other, &key).await.problem(),
        "422 idempotency_key_reused"
    );
    assert_eq!(door.objects().len(), kept);
}

#[tokio::test]
async fn what_does_not_arrive_as_it_was_sent_is_not_kept() {
    let mut door = TestDoor::new().await;
    let wrong = "0".repeat(64);
    assert_eq!(
        door.put(FIRST, one(), &[("x-content-sha256", &wrong)])
            .await
            .problem(),
        "422 digest_mismatch"
    );
    assert_eq!(
        door.put(FIRST, one(), &[("x-content-sha256", "12")])
            .await
            .problem(),
        "422 invalid_item sha256"
    );
    let broken_off = StreamBody::new(futures_stream());
    assert_eq!(
        door.put(FIRST, Body::new(broken_off), &[]).await.problem(),
        "400 bad_request"
    );
    door.state = kiban_connect_api::ConnectState::with_largest_file(
        door.state.platform.clone(),
        door.state.intake_wake.clone(),
        10,
    );
    let small = door.limited();
    assert_eq!(
        small.put(FIRST, one(), &[]).await.problem(),
        "413 too_large"
    );
    assert_eq!(
        small
            .put(FIRST, Body::new(StreamBody::new(whole_stream())), &[])
            .await
            .problem(),
        "413 too_large"
    );
    assert_eq!(small.objects(), Vec::<std::path::PathBuf>::new());
    let right = small
        .unlimited()
        .put(FIRST, one(), &[("x-content-sha256", &sha256(&one()))])
        .await;
    assert_eq!(right.status, 202, "{}", right.text);
}

type Frame = hyper::body::Frame<Bytes>;

fn futures_stream() -> impl futures_util::Stream<Item = Result<Frame, std::io::Error>> {
    let start = Ok(Frame::data(Bytes::from(one())));
    futures_util::stream::iter([start, Err(std::io::ErrorKind::ConnectionReset.into())])
}

fn whole_stream() -> impl futures_util::Stream<Item = Result<Frame, std::io::Error>> {
    futures_util::stream::iter([Ok(Frame::data(Bytes::from(one())))])
}

#[tokio::test]
async fn parts_can_be_sent_again_and_are_put_together() {
    let door = TestDoor::new().await;
    let upload = "/v1/uploads/131128_insured_F_20261101_0001.csv";
    let file = one();
    let (first, second) = file.split_at(100);
    assert_eq!(
        door.put(&format!("{upload}/parts/1"), "wrong", &[])
            .await
            .status,
        200
    );
    let part = door
        .put(
            &format!("{upload}/parts/1"),
            first.to_owned(),
            &[("x-content-sha256", &sha256(first))],
        )
        .await;
    assert_eq!(
        part.json(),
        json!({"part": 1, "size_bytes": 100, "sha256": sha256(first)})
    );
    assert_eq!(
        door.put(&format!("{upload}/parts/0"), "x", &[])
            .await
            .problem(),
        "422 invalid_item part"
    );

    let complete = json!({"parts": 2, "sha256": sha256(&file)});
    let missing = door
        .post(
            &municipality(),
            &format!("{upload}/complete"),
            complete.clone(),
        )
        .await;
    assert_eq!(
        (missing.problem().as_str(), &missing.json()["part"]),
        ("409 part_missing", &json!(2))
    );
    assert_eq!(
        door.put(&format!("{upload}/parts/2"), second.to_owned(), &[])
            .await
            .status,
        200
    );
    let there = door.get(&municipality(), upload).await.json();
    assert_eq!(there["parts"].as_array().unwrap().len(), 2);
    let wrong = json!({"parts": 2, "sha256": sha256("other")});
    assert_eq!(
        door.post(&municipality(), &format!("{upload}/complete"), wrong)
            .await
            .problem(),
        "422 digest_mismatch"
    );

    let request = || {
        let request = Request::post(format!("{upload}/complete"));
        let request = request
            .header("idempotency-key", "k-2")
            .header(CONTENT_TYPE, "application/json");
        request.body(Body::from(complete.to_string())).unwrap()
    };
    let done = door.call(&municipality(), request()).await;
    assert_eq!(done.status, 202, "{}", done.text);
    let again = door.call(&municipality(), request()).await;
    assert_eq!(
        again.text, done.text,
        "the parts are gone, the answer is not"
    );
    assert_eq!(
        door.get(&municipality(), upload).await.json()["parts"],
        json!([])
    );
    door.work_off().await;
    let id = done.json()["id"].as_str().unwrap().to_owned();
    let transfer: Value = door
        .get(&municipality(), &format!("/v1/transfers/{id}"))
        .await
        .json();
    assert_eq!(transfer["state"], "applied", "{transfer}");
}

#[tokio::test]
async fn s6_a_held_file_is_confirmed_or_given_up() {
    let door = TestDoor::new().await;
    let people = |count: usize| -> String {
        let numbers: Vec<String> = (1..=count).map(|number| format!("{number:010}")).collect();
        insured(
            &numbers
                .iter()
                .map(|number| (number.as_str(), "架空 花子", "カクウ ハナコ"))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(door.put(FIRST, people(200), &[]).await.status, 202);
    door.work_off().await;
    let send = async |serial: u16| {
        let name = format!("/v1/transfers/131128_insured_F_20261101_{serial:04}.csv");
        let id = door.put(&name, people(10), &[]).await.json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        door.work_off().await;
        format!("/v1/transfers/{id}")
    };
    let held = send(2).await;
    assert_eq!(
        door.get(&municipality(), &held).await.json()["code"],
        "mass_change"
    );
    assert_eq!(
        door.get(&municipality(), &format!("{held}/result"))
            .await
            .status,
        200
    );
    // What arrives behind it says for whom it waits, alone and in the list.
    let behind = send(3).await;
    let waits = door.get(&municipality(), &behind).await.json();
    assert_eq!(waits["state"], "received");
    let for_whom = waits["waits_for"].as_str().unwrap();
    assert!(held.ends_with(for_whom), "{waits}");
    assert!(waits["message"].as_str().unwrap().contains("_0002.csv"));
    let list = door.get(&municipality(), "/v1/transfers").await.json();
    assert_eq!(list["items"][0]["waits_for"], waits["waits_for"]);
    let given_up = door
        .post(
            &municipality(),
            &format!("{held}/confirm"),
            json!({"go_on": false}),
        )
        .await
        .json();
    assert_eq!(
        (&given_up["state"], &given_up["code"]),
        (&json!("refused"), &json!("given_up"))
    );
    let again = door
        .post(
            &municipality(),
            &format!("{held}/confirm"),
            json!({"go_on": true}),
        )
        .await;
    assert_eq!(again.problem(), "409 not_held");
    door.work_off().await;
    let free = door.get(&municipality(), &behind).await.json();
    assert_eq!(
        (&free["state"], &free["code"]),
        (&json!("refused"), &json!("gap"))
    );
    assert!(free.get("waits_for").is_none());
    // The number of a file that was given up is free again, and the same content is a new transfer.
    let held = send(2).await;
    let confirmed = door
        .post(
            &municipality(),
            &format!("{held}/confirm"),
            json!({"go_on": true}),
        )
        .await
        .json();
    assert_eq!(confirmed["state"], "applying");
    door.work_off().await;
    let done = door.get(&municipality(), &held).await.json();
    assert_eq!(
        (&done["state"], &done["counts"]["ended"]),
        (&json!("applied"), &json!(190)),
        "{done}"
    );
}
