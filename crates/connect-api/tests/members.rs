//! Every JSON answer has the members that the description names, and no others.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kiban_connect_api::openapi_json;
use kiban_domain::DataSet;
use kiban_exchange::municipal::layout_of;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{
    INSURER, Reply, TestDoor, clinic, insured, municipality, office, one,
    opinions::{FULL_CSV, PDF, WRITER, asked, form, form_kind, full_with, writer},
    other_municipality,
};

/// Real answers, held against the description as they come.
struct Described {
    document: Value,
    /// Operations of which an answer was seen, `get /v1/hello`.
    seen: BTreeSet<String>,
    complaints: Vec<String>,
}

impl Described {
    fn new() -> Self {
        Self {
            document: serde_json::from_str(&openapi_json()).unwrap(),
            seen: BTreeSet::new(),
            complaints: Vec::new(),
        }
    }

    /// An answer of `operation`, the path being the one of the description.
    fn saw(&mut self, operation: &str, reply: &Reply) -> Value {
        let (method, path) = operation.split_once(' ').unwrap();
        let status = reply.status.as_str().to_owned();
        let answers = self.document["paths"][path][method]["responses"].clone();
        let content = &answers[&status]["content"];
        let kind = reply.response.headers["content-type"].to_str().unwrap();
        let mut schema = content[kind]["schema"].clone();
        let value = reply.json();
        // An answer is of one of the shapes: the one whose promises it keeps.
        let fitting = schema["oneOf"].as_array().and_then(|all| {
            let fits = |it: &&Value| {
                let name = it["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                let required = &self.document["components"]["schemas"][name]["required"];
                let mut names = required.as_array().unwrap().iter();
                names.all(|it| value.get(it.as_str().unwrap()).is_some())
            };
            all.iter().find(fits).cloned()
        });
        if let Some(fitting) = fitting {
            schema = fitting;
        }
        assert!(
            schema.is_object(),
            "{operation}: no {status} {kind} is described: {}",
            reply.text
        );
        if reply.status.is_success() {
            self.seen.insert(operation.to_owned());
        }
        self.compare(&format!("{operation} {status}"), &value, &schema);
        value
    }

    fn compare(&mut self, place: &str, value: &Value, schema: &Value) {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            let schema = self.document["components"]["schemas"][name].clone();
            return self.compare(place, value, &schema);
        }
        // A member that may be absent: nothing, or the shape.
        let maybe = schema["oneOf"].as_array();
        if let Some(shape) = maybe.and_then(|all| all.iter().find(|it| it["$ref"].is_string())) {
            return self.compare(place, value, &shape.clone());
        }
        if let Some(all) = schema["allOf"].as_array() {
            let merged = self.merged(all);
            return self.compare(place, value, &merged);
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.clone(),
            kind => vec![kind.clone()],
        };
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !kinds.contains(&json!(kind)) {
            let complaint = format!("{place}: {kind} instead of {kinds:?}");
            return self.complaints.push(complaint);
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.compare(&format!("{place}[]"), item, &schema["items"]);
                }
            }
            Value::Object(members) => self.compare_members(place, members, schema),
            _ => {}
        }
    }

    /// Several shapes in one: the members of all; what a later one says of a member of an earlier one only narrows its values.
    fn merged(&self, all: &[Value]) -> Value {
        let mut merged = json!({"type": "object", "properties": {}, "required": []});
        for one in all {
            let one = match one["$ref"].as_str() {
                Some(reference) => {
                    let name = reference.rsplit('/').next().unwrap();
                    &self.document["components"]["schemas"][name]
                }
                None => one,
            };
            for (name, schema) in one["properties"].as_object().into_iter().flatten() {
                let known = merged["properties"].as_object_mut().unwrap();
                known.entry(name).or_insert_with(|| schema.clone());
            }
            let required = one["required"].as_array().cloned().unwrap_or_default();
            merged["required"].as_array_mut().unwrap().extend(required);
        }
        merged
    }

    fn compare_members(
        &mut self,
        place: &str,
        members: &serde_json::Map<String, Value>,
        schema: &Value,
    ) {
        // The description does not describe itself.
        let Some(described) = schema["properties"].as_object() else {
            return;
        };
        for (name, value) in members {
            match described.get(name) {
                Some(schema) => self.compare(&format!("{place}.{name}"), value, schema),
                None => self
                    .complaints
                    .push(format!("{place}: {name} is sent and not described")),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            if !members.contains_key(name) {
                self.complaints
                    .push(format!("{place}: {name} is promised and not sent"));
            }
        }
    }

    /// The operations that answer JSON.
    fn operations(&self) -> BTreeSet<String> {
        let paths = self.document["paths"].as_object().unwrap();
        let answers_json = |operation: &Value| {
            let answers = operation["responses"].as_object().unwrap();
            answers.iter().any(|(status, it)| {
                status.starts_with('2') && !it["content"]["application/json"].is_null()
            })
        };
        paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object()
                    .unwrap()
                    .iter()
                    .filter(|(_, operation)| answers_json(operation))
                    .map(move |(method, _)| format!("{method} {path}"))
            })
            .collect()
    }
}

fn sha256(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

async fn files(door: &TestDoor, described: &mut Described) {
    let put = "put /v1/transfers/{transfer}";
    let show = "get /v1/transfers/{transfer}";
    let first = "/v1/transfers/131128_insured_F_20261101_0001.csv";
    let accepted = described.saw(put, &door.put(first, one(), &[]).await);
    let path = format!("/v1/transfers/{}", accepted["id"].as_str().unwrap());
    described.saw(show, &door.get(&municipality(), &path).await);
    let result = format!("{path}/result");
    let early = door.get(&municipality(), &result).await;
    described.saw("get /v1/transfers/{transfer}/result", &early);
    door.work_off().await;
    described.saw(show, &door.get(&municipality(), &path).await);
    let gap = "/v1/transfers/131128_insured_D_20261101_0009.csv";
    described.saw(put, &door.put(gap, one(), &[]).await);

    // One that is rejected, with a finding that has a column and an item.
    let second = "/v1/transfers/131128_insured_D_20261101_0002.csv";
    let bad = one().replace("1940-05-03", "1940-02-30");
    let rejected = described.saw(put, &door.put(second, bad, &[]).await);
    door.work_off().await;
    let path = format!("/v1/transfers/{}", rejected["id"].as_str().unwrap());
    let shown = described.saw(show, &door.get(&municipality(), &path).await);
    assert_eq!(shown["state"], "rejected");
    let findings = door.get(&municipality(), &format!("{path}/result")).await;
    described.saw("get /v1/transfers/{transfer}/result", &findings);
    let list = door.get(&municipality(), "/v1/transfers").await;
    described.saw("get /v1/transfers", &list);
    let strange = door.get(&other_municipality(), &path).await;
    described.saw(show, &strange);
}

async fn parts_and_confirmation(door: &TestDoor, described: &mut Described) {
    let numbers: Vec<String> = (20..140).map(|n| format!("{n:010}")).collect();
    let rows: Vec<_> = numbers
        .iter()
        .map(|number| (number.as_str(), "架空 花子", "カクウ ハナコ"))
        .collect();
    let many = insured(&rows);
    door.put(
        "/v1/transfers/131128_insured_D_20261101_0002.csv",
        many,
        &[],
    )
    .await;
    door.work_off().await;

    // Nearly everybody gone: held.
    let upload = "/v1/uploads/131128_insured_F_20261101_0003.csv";
    let part = door.put(&format!("{upload}/parts/1"), one(), &[]).await;
    described.saw("put /v1/uploads/{file_name}/parts/{part}", &part);
    let shown = door.get(&municipality(), upload).await;
    described.saw("get /v1/uploads/{file_name}", &shown);
    let complete = |parts: i64| json!({"parts": parts, "sha256": sha256(&one())});
    let path = format!("{upload}/complete");
    let operation = "post /v1/uploads/{file_name}/complete";
    let missing = door.post(&municipality(), &path, complete(2)).await;
    described.saw(operation, &missing);
    let done = door.post(&municipality(), &path, complete(1)).await;
    let held = described.saw(operation, &done);
    door.work_off().await;
    let path = format!("/v1/transfers/{}/confirm", held["id"].as_str().unwrap());
    let confirmed = door
        .post(&municipality(), &path, json!({"go_on": false}))
        .await;
    described.saw("post /v1/transfers/{transfer}/confirm", &confirmed);
    let again = door
        .post(&municipality(), &path, json!({"go_on": true}))
        .await;
    described.saw("post /v1/transfers/{transfer}/confirm", &again);
}

/// An application, so that the person has progress to show.
async fn application(door: &TestDoor) {
    let columns = &layout_of(DataSet::Application).unwrap().columns;
    let names: Vec<_> = columns.iter().map(|column| column.id).collect();
    let values: Vec<_> = names
        .iter()
        .map(|name| match *name {
            "op" => "U",
            "insurer_no" => INSURER,
            "insured_no" => "0000000017",
            "updated_at" => "2026-10-01T09:00:00+09:00",
            "applied_on" => "2026-10-01",
            "history_no" | "branch" | "kind" => "1",
            _ => "",
        })
        .collect();
    let file = format!("{}\n{}\n", names.join(","), values.join(","));
    let name = "/v1/transfers/131128_application_F_20261101_0001.csv";
    assert_eq!(door.put(name, file, &[]).await.status, 202);
    door.work_off().await;
}

async fn people(door: &TestDoor, described: &mut Described) {
    let items = json!({"insurer_no": INSURER, "insured_no": "0000000017", "name_kana": "カクウ ハナコ", "birth_date": "1940-05-03", "sex": "2"});
    let operation = "post /v1/identity-checks";
    let check = described.saw(
        operation,
        &door.post(&office(), "/v1/identity-checks", items).await,
    );
    let registration = json!({"identity_check_id": check["id"], "service_kind": "43", "purpose": "ケアプラン作成"});
    let operation = "post /v1/care-relations";
    for _ in 0..2 {
        let reply = door
            .post(&office(), "/v1/care-relations", registration.clone())
            .await;
        described.saw(operation, &reply);
    }
    let list = door.get(&office(), "/v1/care-relations").await;
    described.saw("get /v1/care-relations", &list);
    application(door).await;
    let person = "/v1/persons/131128/0000000017";
    let operation = "get /v1/persons/{insurer_no}/{insured_no}";
    described.saw(operation, &door.get(&office(), person).await);
    let own = described.saw(operation, &door.get(&municipality(), person).await);
    assert!(own["parts"]["progress"]["stage"].is_string(), "{own}");
    described.saw(operation, &door.get(&clinic(), person).await);
}

async fn opinions_of_a_clinic(door: &TestDoor, described: &mut Described) {
    let (clinic, town) = (writer(), municipality());
    let person = json!({"requests": [asked("0000000017", "R-1"), asked("0000099999", "R-1")]});
    let reply = door.post(&town, "/v1/opinion-requests", person).await;
    let made = described.saw("post /v1/opinion-requests", &reply);
    let request = format!(
        "/v1/opinion-requests/131128/{}",
        made["items"][0]["request_id"].as_str().unwrap()
    );
    let place = "/v1/opinion-requests/{insurer_no}/{request_id}";
    let keys = door.get(&clinic, "/v1/signing-keys").await;
    described.saw("get /v1/signing-keys", &keys);
    let list = door.get(&clinic, "/v1/opinion-requests").await;
    described.saw("get /v1/opinion-requests", &list);
    let document = full_with(|it| {
        it["insured_no"] = json!("0000000017");
        it["birth_date"] = json!("1940-05-03");
        it["request_no"] = json!("R-1");
        it["institution_no"] = json!(WRITER);
    });
    let json = || ("application/json", document.clone().into_bytes());
    let validate = format!("{request}/validate");
    let reply = door.post_bytes(&clinic, &validate, json(), None).await;
    described.saw(&format!("post {place}/validate"), &reply);
    let blank = ("application/json", br#"{"edition":"2021"}"#.to_vec());
    let send = format!("{request}/opinions");
    let reply = door.post_bytes(&clinic, &send, blank, None).await;
    described.saw(&format!("post {place}/opinions"), &reply);
    for path in [send.as_str(), "/v1/opinions"] {
        let operation = path.replace(&request, place);
        for _ in 0..2 {
            let reply = door.post_bytes(&clinic, path, json(), None).await;
            described.saw(&format!("post {operation}"), &reply);
        }
    }
    let csv = ("text/csv", FULL_CSV.to_vec());
    let reply = door.post_bytes(&clinic, "/v1/opinions", csv, None).await;
    described.saw("post /v1/opinions", &reply);
    described.saw(&format!("get {place}"), &door.get(&clinic, &request).await);
    let page = door.get(&town, "/v1/opinions").await;
    let page = described.saw("get /v1/opinions", &page);
    let waiting = door.get(&town, "/v1/opinions/unacknowledged").await;
    described.saw("get /v1/opinions/unacknowledged", &waiting);
    let receipt_no = page["items"][0]["receipt"]["receipt_no"].as_str().unwrap();
    let one = format!("/v1/opinions/{receipt_no}");
    described.saw(
        "get /v1/opinions/{receipt_no}",
        &door.get(&town, &one).await,
    );
    let many = json!({"receipt_nos": [receipt_no, "x"]});
    let reply = door.post(&town, "/v1/opinions/acknowledge", many).await;
    described.saw("post /v1/opinions/acknowledge", &reply);
    let reply = door.act(&town, &format!("{one}/acknowledge")).await;
    described.saw("post /v1/opinions/{receipt_no}/acknowledge", &reply);
    let past = "/v1/persons/131128/0000000017/opinions";
    let reply = door.get(&clinic, past).await;
    described.saw("get /v1/persons/{insurer_no}/{insured_no}/opinions", &reply);
    let why = json!({"reason": "差戻し"});
    let reply = door.post(&town, &format!("{one}/return"), why).await;
    described.saw("post /v1/opinions/{receipt_no}/return", &reply);
    let paper = form(&[
        ("opinion", "application/json", br#"{"edition":"2021"}"#),
        ("pdf", "application/pdf", PDF),
    ]);
    let paper = (form_kind(), paper);
    let path = format!("{request}/paper");
    for _ in 0..2 {
        let body = (paper.0.as_str(), paper.1.clone());
        let reply = door.post_bytes(&town, &path, body, None).await;
        described.saw(&format!("post {place}/paper"), &reply);
    }
    let withdraw = format!("{request}/withdraw");
    let reply = door.act(&clinic, &withdraw).await;
    described.saw(&format!("post {place}/withdraw"), &reply);

    let other = door.ask(asked("0000000017", "R-2")).await;
    let document = full_with(|it| {
        it["insured_no"] = json!("0000000017");
        it["birth_date"] = json!("1940-05-03");
        it["request_no"] = json!("R-2");
        it["institution_no"] = json!(WRITER);
    });
    door.send(&other, &document).await;
    let reply = door.act(&clinic, &format!("{other}/withdraw")).await;
    described.saw(&format!("post {place}/withdraw"), &reply);
    let why = json!({"reason": "died"});
    let reply = door.post(&clinic, &format!("{other}/decline"), why).await;
    described.saw(&format!("post {place}/decline"), &reply);
    let reply = door.act(&town, &format!("{other}/cancel")).await;
    described.saw(&format!("post {place}/cancel"), &reply);
}

#[tokio::test]
async fn every_member_that_is_sent_is_described_and_every_promised_one_is_sent() {
    let door = TestDoor::new().await;
    let mut described = Described::new();
    for path in ["/v1/hello", "/v1/openapi.json"] {
        described.saw(&format!("get {path}"), &door.get(&office(), path).await);
    }
    files(&door, &mut described).await;
    people(&door, &mut described).await;
    opinions_of_a_clinic(&door, &mut described).await;
    parts_and_confirmation(&door, &mut described).await;
    assert_eq!(described.complaints, Vec::<String>::new());
    assert_eq!(
        described.seen,
        described.operations(),
        "an operation that answers JSON was not tried"
    );
}
