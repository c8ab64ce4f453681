//! The doors and the machine interface, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use http::Request;
use kiban_client::{ClientError, Connection};
use kiban_e2e::{Certificate, Demo, Engine, Serve, connection, connection_without, today};
use kiban_synth::{Dated, Encoding, Options, SynthPerson, person};
use kiban_testkit::{fresh_schema, postgres_url};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const INSURER: &str = "131128";

fn postgres() -> Engine {
    Engine::Postgres {
        url: postgres_url(),
        schema: fresh_schema(),
    }
}

#[tokio::test]
async fn c1_each_door_admits_only_its_own_certificates() {
    let demo = Demo::start(&Engine::Embedded, 100, Some("2026-08-01T09:00")).unwrap();
    let file = demo.file();
    let own = &file.certificates;
    let at_connect = async |certificate: &Certificate| {
        knock(&demo.connect(certificate).unwrap(), "/v1/hello").await
    };
    let at_care = async |certificate: &Certificate| {
        knock(&demo.care(certificate).unwrap(), "/care/sign-in").await
    };

    assert_eq!(at_connect(&own.municipality).await, Knock::Answered);
    assert_eq!(at_connect(&own.office_system).await, Knock::Answered);
    assert_eq!(at_connect(&own.terminal).await, Knock::HandshakeRefused);
    assert_eq!(at_care(&own.terminal).await, Knock::Answered);
    assert_eq!(at_care(&own.municipality).await, Knock::HandshakeRefused);
    assert_eq!(
        at_care(&own.revoked_terminal).await,
        Knock::HandshakeRefused
    );
    for door in [&file.care, &file.connect] {
        let nobody = connection_without(door, &file.ca).unwrap();
        assert_eq!(knock(&nobody, "/v1/hello").await, Knock::HandshakeRefused);
    }
}

#[tokio::test]
async fn c1_a_certificate_of_another_platform_is_refused() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    let other = Serve::start(&Engine::Embedded).unwrap();
    let foreign = municipality(&other);
    let stranger = connection(&demo.file().connect, &foreign, &demo.file().ca).unwrap();
    assert_eq!(knock(&stranger, "/v1/hello").await, Knock::HandshakeRefused);
}

#[tokio::test]
async fn d3_what_was_sent_is_what_is_read_on_sqlite() {
    what_was_sent_is_what_is_read(&Engine::Embedded).await;
}

#[tokio::test]
async fn d3_what_was_sent_is_what_is_read_on_postgres() {
    what_was_sent_is_what_is_read(&postgres()).await;
}

/// How many persons the city has: 3,000, or as many as `KIBAN_E2E_PERSONS` says (100,000 takes minutes).
#[expect(
    clippy::disallowed_methods,
    reason = "a test run by hand may be larger than CI's"
)]
fn city() -> u64 {
    let told = std::env::var("KIBAN_E2E_PERSONS");
    told.map_or(3_000, |text| text.parse().expect("a number of persons"))
}

/// Takes in a city and compares all that a thousand persons' answers hold with what was invented.
async fn what_was_sent_is_what_is_read(engine: &Engine) {
    let serve = Serve::start(engine).unwrap();
    let certificate = municipality(&serve);
    let day = today().to_string();
    let persons = city().to_string();
    let synth = [
        "--persons",
        &persons,
        "--seed",
        "7",
        "--insurer",
        INSURER,
        "--base-date",
        &day,
    ];
    let sent = serve.send_synth(&certificate, &synth).unwrap();
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    serve
        .done(&["insurer", "stage", INSURER, "sharing"])
        .unwrap();

    let again = serve.send_synth(&certificate, &synth).unwrap();
    assert_eq!(again.code, 0, "{}", again.stderr);
    let already = again
        .stdout
        .lines()
        .filter(|line| line.contains(r#""already":true"#))
        .count();
    assert_eq!(already, 12, "{}", again.stdout);

    let connection = serve.connect(&certificate).unwrap();
    let options = options(city(), 7);
    let mut compared = 0;
    // Steps of a prime number reach a thousand different persons all over the city.
    for step in 0..1_000 {
        let invented = person(&options, step * 1_009 % city());
        let answer = connection
            .person(INSURER, invented.insured_no.as_str(), None)
            .await
            .unwrap();
        assert_eq!(answer.on, day);
        let expected = expected(&invented);
        let mut shown: Map<String, Value> = answer
            .parts
            .iter()
            .map(|(part, value)| (part.clone(), bare(value)))
            .collect();
        // Where the application stands is worked out by the platform.
        if let Some(Value::Object(progress)) = shown.get_mut("progress") {
            assert!(
                progress
                    .remove("stage")
                    .is_some_and(|stage| stage.is_string())
            );
        }
        let parts: BTreeSet<&String> = shown.keys().chain(expected.keys()).collect();
        for part in parts {
            let number = invented.insured_no.as_str();
            assert_eq!(
                shown.get(part),
                expected.get(part),
                "{part} of person {number}"
            );
        }
        compared += expected.len();
    }
    assert!(compared > 2_500, "{compared} parts");
}

#[tokio::test]
async fn d5_every_bad_line_is_in_the_result_and_the_others_are_taken_in() {
    let serve = Serve::start(&Engine::Embedded).unwrap();
    let certificate = municipality(&serve);
    let folder = serve.scratch().join("files");
    let day = today().to_string();
    let mut names = Vec::new();
    // The same city without and with spoilt rows: the lines that differ are the bad ones.
    for (sub, bad) in [("good", "0"), ("bad", "5")] {
        let out = folder.join(sub).to_string_lossy().into_owned();
        let words = [
            "synth",
            "--persons",
            "2000",
            "--insurer",
            INSURER,
            "--base-date",
            &day,
            "--set",
            "insured",
        ];
        serve
            .done(&[&words[..], &["--bad-per-mille", bad, "--out", &out]].concat())
            .unwrap();
        let file = std::fs::read_dir(&out)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        names.push(file);
    }
    let [good, bad] = [&names[0], &names[1]].map(|path| std::fs::read_to_string(path).unwrap());
    let spoilt: BTreeSet<u64> = good
        .lines()
        .zip(bad.lines())
        .zip(1..)
        .filter(|((one, other), _)| one != other)
        .map(|(_, line)| line)
        .collect();
    assert!(spoilt.len() > 3, "{spoilt:?}");

    let sent = serve
        .client(
            &certificate,
            &["--json", "send", &names[1].to_string_lossy(), "--wait"],
        )
        .unwrap();
    assert_eq!(sent.code, 1, "findings: {}", sent.stderr);
    let last: Value = serde_json::from_str(sent.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["state"], "applied", "{last}");
    assert_eq!(last["counts"]["rejected"], spoilt.len());
    assert_eq!(last["counts"]["inserted"], 2_000 - spoilt.len());
    let result = serve
        .client(
            &certificate,
            &["result", last["id"].as_str().unwrap(), "--csv"],
        )
        .unwrap();
    let errors: BTreeSet<u64> = result
        .stdout
        .trim_start_matches('\u{feff}')
        .lines()
        .skip(1)
        .filter_map(|line| {
            line.split(',')
                .find_map(|cell| cell.trim_matches('"').parse().ok())
        })
        .collect();
    assert_eq!(errors, spoilt);
}

#[derive(Debug, PartialEq, Eq)]
enum Knock {
    Answered,
    HandshakeRefused,
    Other(String),
}

async fn knock(connection: &Connection, path: &str) -> Knock {
    let request = Request::get(path).body(bytes::Bytes::new()).unwrap();
    match connection.call(request).await {
        // The doors answer 404 and redirect too; what counts is that somebody answers.
        Ok(_) | Err(ClientError::Unreadable(_)) => Knock::Answered,
        Err(ClientError::Refused(problem)) if problem.status != 403 => Knock::Answered,
        Err(ClientError::Tls(_)) => Knock::HandshakeRefused,
        Err(error) => Knock::Other(format!("{error:?}")),
    }
}

fn municipality(serve: &Serve) -> Certificate {
    serve.done(&["insurer", "add", INSURER, "検証市"]).unwrap();
    serve
        .done(&["insurer", "stage", INSURER, "sending"])
        .unwrap();
    let what = [
        "--organisation",
        INSURER,
        "--kind",
        "municipality",
        "--id",
        "M0001",
    ];
    serve.issue_system(&what, "municipality").unwrap()
}

fn options(persons: u64, seed: u64) -> Options {
    Options {
        insurer: INSURER.parse().unwrap(),
        persons,
        seed,
        base_date: today(),
        bad_rows_per_mille: 0,
        encoding: Encoding::Utf8,
    }
}

/// What is only about the row, not about the person.
const ROW: [&str; 4] = ["history_no", "updated_at", "true_from", "true_until"];

fn bare(part: &Value) -> Value {
    match part {
        Value::Array(all) => all.iter().map(bare).collect(),
        Value::Object(items) => {
            let mut items = items.clone();
            items.retain(|name, _| name == "history_no" || !ROW.contains(&name.as_str()));
            Value::Object(items)
        }
        other => other.clone(),
    }
}

/// The rules of what counts today, stated once more and from the papers alone.
fn expected(invented: &SynthPerson) -> Map<String, Value> {
    let today = today().to_string();
    let mut all = Map::new();
    let mut put = |part: &str, value: Option<Value>| {
        if let Some(value) = value {
            all.insert(part.to_owned(), value);
        }
    };
    // On the day on which insurance is lost the person is no longer insured.
    let insured = std::slice::from_ref(&invented.insured);
    let insured = papers(insured, &["changed_on", "acquired_on"], &["lost_on"]);
    put("insured", latest(before_the_end(insured, &today), &today));
    put(
        "insured_card",
        latest(
            papers(&invented.cards, &["valid_from", "issued_on"], &[]),
            &today,
        ),
    );
    put(
        "benefit_restriction",
        every(
            papers(&invented.restrictions, &["starts_on"], &["ends_on"]),
            &today,
        ),
    );
    put(
        "care_manager_notice",
        latest(
            papers(&invented.notices, &["applies_from"], &["applies_to"]),
            &today,
        ),
    );
    put("cost_share", latest(cost_shares(invented), &today));
    put(
        "burden_limit",
        latest(
            papers(&invented.burden_limits, &["applies_from"], &["expires_on"]),
            &today,
        ),
    );
    put(
        "reduction",
        every(
            papers(&invented.reductions, &["applies_from"], &["expires_on"]),
            &today,
        ),
    );
    put(
        "progress",
        latest(papers(&invented.applications, &["applied_on"], &[]), &today),
    );
    let certification = latest(
        papers(
            &invented.certifications,
            &["valid_from", "certified_on"],
            &["valid_to"],
        ),
        &today,
    );
    if let Some(Value::Object(mut items)) = certification {
        let opinion = items.remove("committee_opinion");
        let history_no = items.get("history_no").cloned();
        put("certification", Some(Value::Object(items)));
        let opinion = opinion
            .map(|text| serde_json::json!({ "history_no": history_no, "committee_opinion": text }));
        put("committee_opinion", opinion);
    }
    put(
        "home_modification",
        every(
            papers(&invented.modifications, &["completed_on"], &[]),
            &today,
        ),
    );
    let year = fiscal_year(&today);
    let purchases = papers(&invented.purchases, &["purchased_on"], &[]);
    put(
        "assistive_purchase",
        every(
            purchases
                .into_iter()
                .filter(|paper| fiscal_year(&paper.from) == year)
                .collect(),
            &today,
        ),
    );
    // A consent no longer holds on the day of its withdrawal.
    let consents = papers(&invented.consents, &["given_on"], &["withdrawn_on"]);
    put("consent", every(before_the_end(consents, &today), &today));
    all
}

struct Paper {
    from: String,
    until: String,
    history_no: u32,
    body: Value,
}

fn papers<T: Serialize>(dated: &[Dated<T>], from: &[&str], until: &[&str]) -> Vec<Paper> {
    let paper = |one: &Dated<T>| {
        let mut body = serde_json::to_value(&one.record).unwrap();
        let text = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| body[name].as_str())
                .map(str::to_owned)
        };
        let (from, until) = (
            text(from).unwrap(),
            text(until).unwrap_or_else(|| "9999-12-31".to_owned()),
        );
        body["history_no"] = one.history_no.into();
        Paper {
            from,
            until,
            history_no: one.history_no,
            body,
        }
    };
    dated.iter().map(paper).collect()
}

fn cost_shares(invented: &SynthPerson) -> Vec<Paper> {
    let mut all = papers(&invented.cost_shares, &["issued_on"], &[]);
    for paper in &mut all {
        let ratios = paper.body["ratios"].as_array().unwrap();
        paper.from = ratios[0]["from"].as_str().unwrap().to_owned();
        paper.until = ratios[ratios.len() - 1]["to"].as_str().unwrap().to_owned();
    }
    all
}

fn before_the_end(mut papers: Vec<Paper>, today: &str) -> Vec<Paper> {
    papers.retain(|paper| paper.until != today);
    papers
}

fn counts(paper: &Paper, today: &str) -> bool {
    paper.from.as_str() <= today && today <= paper.until.as_str()
}

fn latest(papers: Vec<Paper>, today: &str) -> Option<Value> {
    let standing = papers.into_iter().filter(|paper| counts(paper, today));
    standing
        .max_by_key(|paper| (paper.from.clone(), paper.history_no))
        .map(|paper| paper.body)
}

fn every(mut papers: Vec<Paper>, today: &str) -> Option<Value> {
    papers.sort_by_key(|paper| (paper.from.clone(), paper.history_no));
    let standing: Vec<Value> = papers
        .into_iter()
        .filter(|paper| counts(paper, today))
        .map(|paper| paper.body)
        .collect();
    (!standing.is_empty()).then_some(Value::Array(standing))
}

fn fiscal_year(day: &str) -> i16 {
    let day: jiff::civil::Date = day.parse().unwrap();
    if day.month() < 4 {
        day.year() - 1
    } else {
        day.year()
    }
}
