//! Every row of the committed access table about reading, asked of the machine door: people, registrations, consents and
//! stages come in as they do in service, and each answer must say what its row says (S-2, S-4, S-5).
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use http::StatusCode;
use kiban_access::Part;
use kiban_domain::{ConsentScope, DataSet, MunicipalityStage};
use kiban_exchange::municipal::{Encoding, LoadMode};
use kiban_services::insurers;
use kiban_store::repo::{
    insurers::InsurerRow,
    offices::{self, OfficeRow},
};
use kiban_synth::{Options, SynthPerson};
use kiban_web_kit::Client;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};
use support::{CLINIC, OFFICE, TestDoor, clinic, municipality, office, other_municipality, system};

const TABLE: &str = include_str!("../../../docs/reference/access-table.txt");
const OTHER_OFFICE: &str = "1379900023";
const CARING_CLINIC: &str = "1319900025";
const STATES: [&str; 3] = ["none", "active", "ended"];
/// Consents as files bring them. The physician's consent comes with opinions, which no door takes in yet.
const CONSENTS: [(&str, Option<ConsentScope>); 4] = [
    ("none", None),
    ("all", Some(ConsentScope::All)),
    ("survey", Some(ConsentScope::Survey)),
    ("card", Some(ConsentScope::InsuredCard)),
];
/// Who has no door of reading yet: the person's own view, and the operator, who is to have none.
const WITHOUT_DOOR: [&str; 2] = ["person", "operator"];
/// So many are insured; those with most kinds of papers are asked about.
const INSURED: u64 = 1_000;
const ASKED: usize = 48;

/// What a row says: refused as a whole, or which parts are withheld and why.
#[derive(Debug, PartialEq)]
enum Answer {
    Refused(String),
    Withheld(BTreeMap<String, String>),
}

/// The rows about reading, by role, relation, stage and consents.
fn rows() -> BTreeMap<[String; 4], Answer> {
    let blocks = TABLE.split("\n\n").map(str::trim);
    let mut rows = BTreeMap::new();
    for block in blocks.filter(|block| !block.starts_with('#')) {
        let (head, says) = block.split_once('\n').unwrap();
        let fields: Vec<_> = head
            .split('|')
            .map(|field| field.trim().to_owned())
            .collect();
        let Ok(key) = <[String; 4]>::try_from(fields) else {
            continue;
        };
        if key[3].ends_with("a consent") || key[3].contains("documents") {
            continue;
        }
        let lines: BTreeMap<_, _> = says
            .lines()
            .map(|line| line.trim().split_once(": ").unwrap())
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        let answer = match lines.get("all") {
            Some(code) => Answer::Refused(code.clone()),
            None => Answer::Withheld(
                lines
                    .into_iter()
                    .filter(|(name, _)| name != "yes")
                    .collect(),
            ),
        };
        assert!(rows.insert(key, answer).is_none());
    }
    rows
}

fn population() -> Options {
    Options {
        insurer: support::INSURER.parse().unwrap(),
        persons: INSURED,
        seed: 3,
        base_date: kiban_domain::Date::constant(2026, 11, 1),
        bad_rows_per_mille: 0,
        encoding: Encoding::Utf8,
    }
}

/// Those who have most, so that every part is there to be shown or kept back.
fn persons() -> Vec<SynthPerson> {
    let mut all: Vec<_> = (0..INSURED)
        .map(|number| kiban_synth::person(&population(), number))
        .collect();
    all.sort_by_key(|person| {
        let has = [
            !person.restrictions.is_empty(),
            !person.reductions.is_empty(),
            !person.modifications.is_empty(),
            !person.purchases.is_empty(),
            !person.burden_limits.is_empty(),
            !person.certifications.is_empty(),
        ];
        std::cmp::Reverse(has.iter().filter(|it| **it).count())
    });
    all.truncate(ASKED);
    all
}

/// The relation and the consents of the person with this place in the population.
fn facts_of(place: usize) -> (&'static str, &'static str, Option<ConsentScope>) {
    let (name, scope) = CONSENTS[place / STATES.len() % CONSENTS.len()];
    (STATES[place % STATES.len()], name, scope)
}

async fn send(door: &TestDoor, set: DataSet, content: Vec<u8>) {
    let name = kiban_synth::file_name(&population(), set, LoadMode::Full, 1);
    let sent = door
        .put(&format!("/v1/transfers/{name}"), content, &[])
        .await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
    assert_eq!(door.work_off().await, 1);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let state = door
        .get(&municipality(), &format!("/v1/transfers/{id}"))
        .await;
    assert_eq!(state.json()["state"], "applied", "{}", state.text);
}

fn consents(persons: &[SynthPerson]) -> Vec<u8> {
    let mut file = "op,insurer_no,insured_no,history_no,updated_at,seq,scope,taker,taker_office_no,given_on,withdrawn_on\n".to_owned();
    for (place, person) in persons.iter().enumerate() {
        if let (_, _, Some(scope)) = facts_of(place) {
            let _ = writeln!(
                file,
                "U,131128,{},1,2026-10-01T09:00:00+09:00,1,{},municipality,,2026-10-01,",
                person.insured_no.as_str(),
                scope.code(),
            );
        }
    }
    file.into_bytes()
}

async fn save_office(door: &TestDoor, number: &str, medical: bool, kinds: &[&str]) {
    let row = OfficeRow {
        office_no: number.parse().unwrap(),
        name: "見本".into(),
        medical,
        service_kinds: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
        created_at: "2026-10-01T00:00:00Z".parse().unwrap(),
    };
    let store = &door.state.platform.store;
    let saved: Result<(), kiban_store::Error> = store
        .write(move |work| Box::pin(async move { offices::save(work, &row).await }))
        .await;
    saved.unwrap();
}

/// Registers a caller as its office and ends those that are to have ended.
async fn register(door: &TestDoor, client: &Client, kind: &str, persons: &[SynthPerson]) {
    for (place, person) in persons.iter().enumerate() {
        let (state, ..) = facts_of(place);
        if state == "none" {
            continue;
        }
        let items = json!({
            "insurer_no": support::INSURER, "insured_no": person.insured_no.as_str(), "name_kana": person.name_kana,
            "birth_date": person.birth_date.to_string(), "sex": person.sex.code(),
        });
        let check = door.post(client, "/v1/identity-checks", items).await;
        assert_eq!(check.status, StatusCode::CREATED, "{}", check.text);
        let wish = json!({"identity_check_id": check.json()["id"], "service_kind": kind, "purpose": "支援"});
        let relation = door.post(client, "/v1/care-relations", wish).await;
        assert_eq!(relation.status, StatusCode::CREATED, "{}", relation.text);
        if state == "ended" {
            let path = format!(
                "/v1/care-relations/131128/{}/{}?reason=death&last_day=2026-11-01",
                person.insured_no.as_str(),
                relation.json()["id"].as_str().unwrap()
            );
            let ended = door.delete(client, &path).await;
            assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
        }
    }
}

async fn prepared(persons: &[SynthPerson]) -> TestDoor {
    let door = TestDoor::new().await;
    for set in DataSet::ALL {
        if set == DataSet::Consent {
            send(&door, set, consents(persons)).await;
            continue;
        }
        let mut file = Vec::new();
        if kiban_synth::generate(&population(), set, &mut file).is_ok() && !file.is_empty() {
            send(&door, set, file).await;
        }
    }
    let other = InsurerRow {
        insurer_no: "131136".parse().unwrap(),
        name: "見本市".into(),
        prefecture: "東京都".into(),
        phone: String::new(),
        stage: MunicipalityStage::Sharing,
        stage_since: door.state.platform.today(),
    };
    insurers::save(&door.state.platform, other).await.unwrap();
    save_office(&door, OTHER_OFFICE, false, &["11"]).await;
    save_office(&door, CARING_CLINIC, true, &["13"]).await;
    for (client, kind) in [
        (office(), "43"),
        (system(OTHER_OFFICE, kiban_pki::SystemKind::Office), "11"),
        (clinic(), "13"),
        (system(CARING_CLINIC, kiban_pki::SystemKind::Medical), "13"),
    ] {
        register(&door, &client, kind, persons).await;
    }
    // A clinic that no longer gives care keeps its registrations; what it sees is another column.
    save_office(&door, CLINIC, true, &[]).await;
    door.clock.pass(86_400);
    door
}

fn callers() -> [(&'static str, Client); 6] {
    use kiban_pki::SystemKind::{Medical, Office};
    [
        ("insurer", municipality()),
        ("other insurer", other_municipality()),
        ("care management", system(OFFICE, Office)),
        ("other office", system(OTHER_OFFICE, Office)),
        ("medical", system(CLINIC, Medical)),
        ("medical+care", system(CARING_CLINIC, Medical)),
    ]
}

/// What the door said, and the parts it showed.
fn heard(reply: &support::Reply) -> (Answer, Vec<String>) {
    if reply.status != StatusCode::OK {
        let problem = reply.problem();
        let code = problem.split_once(' ').unwrap().1;

        return (Answer::Refused(code.to_owned()), Vec::new());
    }
    let answer = reply.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let withheld = answer["withheld"].as_array().unwrap().iter();
    let withheld = withheld.map(|it| (text(&it["part"]), text(&it["reason"])));
    let shown = answer["parts"].as_object().unwrap().keys().cloned();
    (Answer::Withheld(withheld.collect()), shown.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_s4_s5_every_row_of_the_table_is_what_the_door_answers() {
    let rows = rows();
    let persons = persons();
    let door = prepared(&persons).await;
    let (mut tried, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for &stage in MunicipalityStage::ALL {
        door.stage(stage).await;
        for (role, client) in callers() {
            for (place, person) in persons.iter().enumerate() {
                let (state, consent, _) = facts_of(place);
                let state = if role.ends_with("insurer") {
                    "-"
                } else {
                    state
                };
                let key = [role, state, &format!("{stage:?}"), consent].map(str::to_owned);
                let path = format!("/v1/persons/131128/{}", person.insured_no.as_str());
                let (answer, shown) = heard(&door.get(&client, &path).await);
                assert_eq!(rows.get(&key), Some(&answer), "{key:?}");
                if let Answer::Withheld(withheld) = &answer {
                    assert!(shown.iter().all(|part| !withheld.contains_key(part)));
                }
                seen.extend(shown.into_iter().map(|part| (role, part)));
                tried.insert(key);
            }
        }
    }
    for (key, _) in rows.iter().filter(|(key, _)| !tried.contains(*key)) {
        let known = WITHOUT_DOOR.contains(&key[0].as_str()) || key[3] == "all+physician";
        assert!(known, "no request tried {key:?}");
    }
    // A table that holds only because nobody has any records would prove nothing.
    let parts: BTreeSet<_> = seen.iter().map(|(_, part)| part.as_str()).collect();
    let known = Part::ALL
        .map(Part::as_str)
        .into_iter()
        .filter(|part| !["survey", "opinion", "life", "care_plan"].contains(part));
    assert_eq!(parts, known.collect());
}
