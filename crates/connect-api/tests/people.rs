//! From the five items to what an office sees, and every refusal on the way.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use http::header::{LOCATION, RETRY_AFTER};
use kiban_domain::MunicipalityStage;
use serde_json::{Value, json};
use support::{
    CLINIC, INSURER, OFFICE, TestDoor, clinic, municipality, office, one, other_municipality,
};

const PERSON: &str = "/v1/persons/131128/0000000017";

fn items() -> Value {
    json!({"insurer_no": INSURER, "insured_no": "0000000017", "name_kana": "カクウ ハナコ", "birth_date": "1940-05-03", "sex": "2"})
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut items = items();
    items[name] = value.into();
    items
}

async fn loaded() -> TestDoor {
    let door = TestDoor::new().await;
    let sent = door
        .put(
            "/v1/transfers/131128_insured_F_20261101_0001.csv",
            one(),
            &[],
        )
        .await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    door.work_off().await;
    door
}

async fn checked(door: &TestDoor) -> String {
    let check = door.post(&office(), "/v1/identity-checks", items()).await;
    assert_eq!(check.status, 201, "{}", check.text);
    check.json()["id"].as_str().unwrap().to_owned()
}

fn registration(check: &str) -> Value {
    json!({"identity_check_id": check, "service_kind": "43", "purpose": "ケアプラン作成"})
}

#[tokio::test]
async fn a_greeting_says_who_is_connected() {
    let door = TestDoor::new().await;
    for (client, organisation, kind) in [
        (office(), OFFICE, "office"),
        (municipality(), INSURER, "municipality"),
        (clinic(), CLINIC, "medical"),
    ] {
        let hello = door.get(&client, "/v1/hello").await.json();
        assert_eq!(
            (&hello["organisation"], &hello["kind"]),
            (&json!(organisation), &json!(kind))
        );
        assert_eq!(hello["server_time"], "2026-11-01T01:00:00Z");
    }
}

#[tokio::test]
async fn w3_five_items_lead_to_a_registration_and_to_the_person() {
    let door = loaded().await;
    assert_eq!(
        door.get(&office(), PERSON).await.problem(),
        "404 person_not_found"
    );
    let liberal = json!({"insurer_no": "１３１１２８", "insured_no": "17", "name_kana": "ｶｸｳﾊﾅｺ", "birth_date": "昭和15年5月3日", "sex": 2});
    let check = door.post(&office(), "/v1/identity-checks", liberal).await;
    assert_eq!(check.status, 201, "{}", check.text);
    let id = check.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        check.response.headers[LOCATION],
        format!("/v1/identity-checks/{id}")
    );

    let registered = door
        .post(&office(), "/v1/care-relations", registration(&id))
        .await;
    assert_eq!(registered.status, 201, "{}", registered.text);
    let relation = registered.json();
    assert_eq!(
        (&relation["insured_no"], &relation["valid_from"]),
        (&json!("0000000017"), &json!("2026-11-01"))
    );
    let again = door
        .post(&office(), "/v1/care-relations", registration(&id))
        .await;
    assert_eq!(again.problem(), "409 identity_check_spent");
    let second = checked(&door).await;
    let again = door
        .post(&office(), "/v1/care-relations", registration(&second))
        .await;
    assert_eq!(again.problem(), "409 already_registered");
    assert_eq!(again.json()["relation_id"], relation["id"]);

    let list = door.get(&office(), "/v1/care-relations").await.json();
    assert_eq!(
        (&list["items"][0]["name"], &list["items"][0]["insurer_name"]),
        (&json!("架空 花子"), &json!("見本区"))
    );

    let person = door.get(&office(), PERSON).await;
    assert_eq!(person.status, 200, "{}", person.text);
    let person = person.json();
    assert_eq!(person["role"], "care_management");
    assert!(person["parts"]["insured"].is_object(), "{person}");
    assert!(
        person["withheld"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["reason"] == "consent_missing"),
        "{person}"
    );
    let typed: kiban_connect_api::wire::PersonResponse = serde_json::from_value(person).unwrap();
    assert_eq!(typed.on, "2026-11-01");

    let part = door.get(&office(), &format!("{PERSON}?parts=certification&on=%E4%BB%A4%E5%92%8C8%E5%B9%B410%E6%9C%881%E6%97%A5&purpose=plan")).await;
    assert_eq!(
        (
            part.json()["on"].as_str(),
            part.json()["parts"].as_object().unwrap().len()
        ),
        (Some("2026-10-01"), 0)
    );

    door.stage(MunicipalityStage::Migrating).await;
    assert_eq!(
        door.get(&office(), PERSON).await.problem(),
        "403 insurer_not_sharing"
    );
    let hidden = door.get(&office(), "/v1/care-relations").await.json();
    assert!(hidden["items"][0].get("name").is_none(), "{hidden}");
    door.stage(MunicipalityStage::Sharing).await;

    let path = format!(
        "/v1/care-relations/131128/0000000017/{}",
        relation["id"].as_str().unwrap()
    );
    for (query, expected) in [
        ("", "422 invalid_item reason"),
        ("?reason=tired", "422 invalid_item reason"),
        ("?reason=other", "422 invalid_item note"),
        (
            "?reason=death&last_day=2026-10-31",
            "422 invalid_item last_day",
        ),
        (
            "?reason=death&last_day=2027-02-02",
            "422 invalid_item last_day",
        ),
        ("?why=death", "400 bad_request"),
    ] {
        let answer = door.delete(&office(), &format!("{path}{query}")).await;
        assert_eq!(answer.problem(), expected, "{query}");
    }
    // An end that lies ahead leaves the right until then; a mistake never was one.
    let ahead = format!("{path}?reason=other&note=%E5%85%A5%E9%99%A2&last_day=2027-02-01");
    assert_eq!(door.delete(&office(), &ahead).await.status, 204);
    assert_eq!(door.get(&office(), PERSON).await.status, 200);
    let path = format!("{path}?reason=mistake");
    assert_eq!(door.delete(&office(), &path).await.status, 204);
    assert_eq!(
        door.delete(&office(), &path).await.problem(),
        "404 care_relation_not_found"
    );
    assert_eq!(
        door.get(&office(), PERSON).await.problem(),
        "404 relation_ended"
    );
    assert_eq!(
        door.get(&office(), "/v1/care-relations").await.json(),
        json!({"items": []})
    );
}

#[tokio::test]
async fn an_insurer_reads_its_own_and_nobody_elses() {
    let door = loaded().await;
    let own = door.get(&municipality(), PERSON).await;
    assert_eq!(
        (own.status.as_u16(), &own.json()["role"]),
        (200, &json!("insurer"))
    );
    assert_eq!(
        door.get(&other_municipality(), PERSON).await.problem(),
        "404 person_not_found"
    );
    assert_eq!(
        door.get(&municipality(), "/v1/care-relations")
            .await
            .problem(),
        "403 role_not_entitled"
    );
    let check = door
        .post(&municipality(), "/v1/identity-checks", items())
        .await;
    assert_eq!(check.problem(), "403 role_not_entitled");
}

#[tokio::test]
async fn questions_that_cannot_be_so_are_answered_with_their_item() {
    let door = loaded().await;
    for (query, expected) in [
        ("?on=yesterday", "422 invalid_item on"),
        ("?known_at=now", "422 invalid_item known_at"),
        ("?parts=everything", "422 invalid_item parts"),
        ("?purpose=%00", "422 invalid_item purpose"),
        ("?when=2026-11-01", "400 bad_request"),
    ] {
        assert_eq!(
            door.get(&office(), &format!("{PERSON}{query}"))
                .await
                .problem(),
            expected,
            "{query}"
        );
    }
    assert_eq!(
        door.get(&office(), "/v1/persons/13/17").await.problem(),
        "422 invalid_item insurer_no"
    );
}

#[tokio::test]
async fn a_wrong_item_is_named_and_nothing_else_is_said() {
    let door = loaded().await;
    for (items, expected) in [
        (
            with("name_kana", "カクウ ハナヨ"),
            "422 identity_mismatch name_kana",
        ),
        (
            with("insured_no", "0000000099"),
            "422 identity_mismatch insured_no",
        ),
        (with("insurer_no", "131129"), "422 invalid_item insurer_no"),
        (with("insurer_no", "13112"), "422 invalid_item insurer_no"),
        (with("insured_no", "x"), "422 invalid_item insured_no"),
        (with("name_kana", ""), "422 invalid_item name_kana"),
        (
            with("birth_date", "1940-02-30"),
            "422 invalid_item birth_date",
        ),
        (with("sex", "3"), "422 invalid_item sex"),
        (with("sex", Value::Null), "422 json_shape"),
        (with("my_number", "1"), "422 json_shape"),
    ] {
        let answer = door.post(&office(), "/v1/identity-checks", items).await;
        assert_eq!(answer.problem(), expected);
        assert!(!answer.text.contains("ハナコ"), "{}", answer.text);
    }
}

#[tokio::test]
async fn too_many_mismatches_are_stopped() {
    let door = loaded().await;
    for _ in 0..5 {
        let wrong = door
            .post(&office(), "/v1/identity-checks", with("sex", "1"))
            .await;
        assert_eq!(wrong.problem(), "422 identity_mismatch sex");
    }
    let stopped = door.post(&office(), "/v1/identity-checks", items()).await;
    assert_eq!(stopped.problem(), "429 too_many_requests");
    assert!(stopped.response.headers.contains_key(RETRY_AFTER));
}

#[tokio::test]
async fn registrations_that_cannot_be_so_are_refused() {
    let door = loaded().await;
    let check = checked(&door).await;
    let mut wrong = registration(&check);
    let mut refused = async |name: &str, value: Value, expected: &str| {
        let before = wrong[name].take();
        wrong[name] = value;
        let answer = door
            .post(&office(), "/v1/care-relations", wrong.clone())
            .await;
        assert_eq!(answer.problem(), expected, "{name}");
        wrong[name] = before;
        if name == "from" {
            wrong.as_object_mut().unwrap().remove(name);
        }
    };
    refused(
        "service_kind",
        json!("11"),
        "422 service_not_offered service_kind",
    )
    .await;
    refused(
        "service_kind",
        json!("abc"),
        "422 invalid_item service_kind",
    )
    .await;
    refused("purpose", json!(" "), "422 invalid_item purpose").await;
    refused("from", json!("2020-01-01"), "422 invalid_item from").await;
    refused(
        "identity_check_id",
        json!("nonsense"),
        "404 identity_check_not_found",
    )
    .await;
    let other = door
        .post(&clinic(), "/v1/care-relations", registration(&check))
        .await;
    assert_eq!(other.problem(), "404 identity_check_not_found");
}

#[tokio::test]
async fn s4_nothing_is_checked_before_the_insurer_shares() {
    let door = loaded().await;
    door.stage(MunicipalityStage::Sending).await;
    let check = door.post(&office(), "/v1/identity-checks", items()).await;
    assert_eq!(check.problem(), "403 insurer_not_sharing");
}
