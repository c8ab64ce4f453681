//! What changed since the office looked last (W-5), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Part;
use kiban_audit::{Action, Event};
use kiban_domain::{DataSet, Date, FiveItems, MunicipalityStage};
use kiban_exchange::municipal::layout_of;
use kiban_services::{
    CallContext, audit_trail, identity,
    persons::{self, Changes, Question, Since},
    relations::{self, Registration},
};
use kiban_store::repo::audit;
use std::collections::BTreeSet;
use support::{ENGINES, Engine, INSURER, TestPlatform, care_office, file_of, insurer, person};

const HANAKO: &str = "0000000017";
const DAY: i64 = 24 * 3_600;

/// The sets that change here, each with its part.
const SETS: [(DataSet, Part); 4] = [
    (DataSet::Insured, Part::Insured),
    (DataSet::InsuredCard, Part::InsuredCard),
    (DataSet::CostShare, Part::CostShare),
    (DataSet::Application, Part::Progress),
];

/// A municipality that sends rows of one person, each set in a series of its own.
struct Town {
    test: TestPlatform,
    sent: [u32; 4],
}

impl Town {
    async fn new(engine: Engine) -> Self {
        let mut town = Self {
            test: TestPlatform::new(engine).await,
            sent: [0; 4],
        };
        town.send(0).await;
        town
    }

    /// The next version of the record of one set: another address, care level, share or stage.
    async fn send(&mut self, set: usize) {
        self.sent[set] += 1;
        let n = self.sent[set];
        let number = n.to_string();
        let odd = !n.is_multiple_of(2);
        let asked = format!("2026-10-{}", 20 + n);
        let address = format!("見本区見本町{n}番地");
        let items: &[(&str, &str)] = match SETS[set].0 {
            DataSet::Insured => &[
                ("name", "架空 花子"),
                ("name_kana", "カクウ ハナコ"),
                ("birth_date", "1940-05-03"),
                ("sex", "2"),
                ("insured_category", "1"),
                ("acquired_on", "2005-05-02"),
                ("address", &address),
            ],
            DataSet::InsuredCard => &[
                ("issued_on", "2026-04-05"),
                ("care_level", if odd { "21" } else { "22" }),
                ("certified_on", "2026-04-01"),
                ("valid_from", "2026-04-01"),
                ("valid_to", "2027-03-31"),
            ],
            DataSet::CostShare => &[
                ("issued_on", "2026-07-20"),
                ("ratio_1", if odd { "1" } else { "2" }),
                ("ratio_1_from", "2026-08-01"),
                ("ratio_1_to", "2027-07-31"),
            ],
            _ => &[
                ("applied_on", "2026-10-20"),
                ("branch", "1"),
                ("kind", "2"),
                ("survey_requested_on", &asked),
            ],
        };
        let common = [
            ("op", "U"),
            ("insurer_no", INSURER),
            ("insured_no", HANAKO),
            ("history_no", number.as_str()),
            ("updated_at", "2026-10-20T09:00:00+09:00"),
        ];
        let columns: Vec<&str> = layout_of(SETS[set].0)
            .unwrap()
            .columns
            .iter()
            .map(|it| it.id)
            .collect();
        let filled: Vec<&(&str, &str)> = common.iter().chain(items).collect();
        for (id, _) in &filled {
            assert!(columns.contains(id), "{id} in {columns:?}");
        }
        let row: Vec<&str> = columns
            .iter()
            .map(|id| filled.iter().find(|it| it.0 == *id).map_or("", |it| it.1))
            .collect();
        let mode = if n == 1 { "F" } else { "D" };
        let name = format!("131128_{}_{mode}_20261101_{n:04}.csv", SETS[set].0.as_str());
        let file = file_of(&columns.join(","), &[row.join(",")]);
        let done = self.test.load(&name, &file).await;
        assert_eq!(done.counts.inserted + done.counts.updated, 1, "{name}");
    }

    async fn register(&self) {
        let items = FiveItems {
            insurer_no: insurer(),
            insured_no: HANAKO.parse().unwrap(),
            name_kana: "カクウ ハナコ".parse().unwrap(),
            birth_date: "1940-05-03".parse().unwrap(),
            sex: "2".parse().unwrap(),
        };
        let check = identity::check(&self.test.platform, &care_office(), items).await;
        let registration = Registration {
            check: check.unwrap().id,
            service_kind: "43".parse().unwrap(),
            purpose: "ケアプランの作成".into(),
            from: None,
            accepts_handover: false,
        };
        relations::register(&self.test.platform, &care_office(), registration)
            .await
            .unwrap();
    }

    /// What a member's look shows, sealed afterwards as the sealer does within seconds.
    async fn look(&self, since: Since) -> Option<Changes> {
        // What came in the same minute counts as not seen.
        self.test.clock.pass(600);
        let (context, question) = (member(), Question::default());
        let platform = &self.test.platform;
        let read =
            persons::read_with_changes(platform, &context, &person(HANAKO), &question, since).await;
        audit_trail::seal_all(platform).await.unwrap();
        read.unwrap().changes
    }

    async fn looks(&self) -> Vec<Event> {
        let mut work = self.test.platform.audit.read().await.unwrap();
        let all = audit::list_entries(&mut work, INSURER, uuid::Uuid::nil(), 10_000).await;
        let all = all.unwrap();
        let events = all.iter().map(|entry| entry.parse().unwrap());
        events
            .filter(|event: &Event| event.action == Action::ReadPerson)
            .collect()
    }
}

fn member() -> CallContext {
    let mut context = care_office();
    context.actor = context.actor.staff("sato-hanako");
    context
}

fn parts(changes: Option<&Changes>) -> BTreeSet<Part> {
    let changed = changes.iter().flat_map(|it| &it.changed);
    changed.map(|it| it.part).collect()
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // A step of SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_each_look_names_exactly_the_parts_that_changed_since_the_one_before() {
    for (engine, seed) in [
        (Engine::Lite, 1),
        (Engine::Lite, 2),
        (Engine::Lite, 3),
        (Engine::Postgres, 4),
    ] {
        let mut chance = Chance(seed);
        let mut town = Town::new(engine).await;
        for set in 1..SETS.len() {
            town.send(set).await;
        }
        town.register().await;
        assert!(town.look(Since::LastLook).await.is_none(), "a first look");
        for step in 0..8 {
            town.test.clock.pass(DAY);
            let mut expected = BTreeSet::new();
            for (set, (_, part)) in SETS.into_iter().enumerate() {
                for _ in 0..chance.below(3) {
                    town.send(set).await;
                    expected.insert(part);
                }
            }
            let changes = town.look(Since::LastLook).await;
            assert_eq!(
                parts(changes.as_ref()),
                expected,
                "{engine:?} {seed} {step}"
            );
            assert!(changes.is_some());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_what_comes_in_after_the_very_first_look_is_told_on_the_same_day() {
    for engine in ENGINES {
        let mut town = Town::new(engine).await;
        town.send(1).await;
        town.register().await;
        town.look(Since::LastLook).await;
        town.test.clock.pass(600);
        town.send(1).await;
        for _ in 0..2 {
            town.test.clock.pass(60);
            let changes = town.look(Since::LastLook).await.unwrap();
            assert_eq!(changes.changed.len(), 1, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_look_is_recorded_once_and_earlier_looks_of_today_change_nothing() {
    for engine in ENGINES {
        let mut town = Town::new(engine).await;
        town.send(1).await;
        town.register().await;
        let before = town.looks().await.len();
        town.look(Since::LastLook).await;
        town.test.clock.pass(DAY);
        town.send(1).await;
        let came = town.test.platform.now();
        for _ in 0..2 {
            let changes = town.look(Since::LastLook).await.unwrap();
            assert_eq!(changes.since, Date::constant(2026, 11, 1), "{engine:?}");
            assert_eq!(changes.changed.len(), 1, "{engine:?}");
            let change = &changes.changed[0];
            assert_eq!(change.at, Some(came), "{engine:?}");
            let level = |row: &kiban_store::repo::facts::FactRow| {
                row.body.split("\"care_level\":\"").nth(1).unwrap()[..2].to_owned()
            };
            let old = change.before.as_ref().or(change.precedes.as_ref());
            let new = change.after.as_ref();
            assert_eq!(
                (old.map(level), new.map(level)),
                (Some("21".into()), Some("22".into())),
                "{engine:?}"
            );
        }
        let looks = town.looks().await;
        assert_eq!(looks.len() - before, 3, "{engine:?}: one entry a look");
        assert!(looks.last().unwrap().parts.contains(&"insured_card".into()));
        // A look of the office's software is not one of a member, and a day can be chosen.
        town.test.clock.pass(DAY);
        let (software, question) = (care_office(), Question::default());
        persons::read(&town.test.platform, &software, &person(HANAKO), &question)
            .await
            .unwrap();
        audit_trail::seal_all(&town.test.platform).await.unwrap();
        town.test.clock.pass(DAY);
        let changes = town.look(Since::LastLook).await.unwrap();
        assert_eq!(changes.since, Date::constant(2026, 11, 2), "{engine:?}");
        assert!(changes.changed.is_empty(), "{engine:?}");
        let chosen = |day| Since::Day(Date::constant(2026, 11, day));
        let second = town.look(chosen(2)).await;
        assert_eq!(parts(second.as_ref()), BTreeSet::from([Part::InsuredCard]));
        assert!(town.look(chosen(3)).await.unwrap().changed.is_empty());
        let all = town.look(chosen(1)).await;
        assert_eq!(
            parts(all.as_ref()),
            BTreeSet::from([Part::Insured, Part::InsuredCard]),
            "{engine:?}"
        );
        // Nothing leaks where nothing may be read.
        town.test.stage(MunicipalityStage::Migrating).await;
        let (context, person) = (member(), person(HANAKO));
        let (platform, question) = (&town.test.platform, Question::default());
        let since = Since::LastLook;
        let refused =
            persons::read_with_changes(platform, &context, &person, &question, since).await;
        assert!(refused.is_err(), "{engine:?}");
    }
}
