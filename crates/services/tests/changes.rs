//! What changed since the office looked last (W-5), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Part;
use kiban_audit::{Action, Event};
use kiban_domain::{DataSet, Date, FiveItems, MunicipalityStage};
use kiban_services::{
    CallContext, audit_trail, identity,
    persons::{self, Changes, Question, Since},
    relations::{self, Registration},
};
use kiban_store::repo::audit;
use std::collections::BTreeSet;
use support::{
    ENGINES, Engine, INSURED_HEADER, INSURER, TestPlatform, care_office, file_of, insurer, person,
};

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
        let start = format!("U,131128,{HANAKO},{n},2026-10-20T09:00:00+09:00");
        let (header, row) = match SETS[set].0 {
            DataSet::Insured => (
                INSURED_HEADER,
                format!(
                    "{start},架空 花子,カクウ ハナコ,1940-05-03,2,1,2005-05-02,,見本区見本町{n}番地,,,,,,"
                ),
            ),
            DataSet::InsuredCard => (
                CARD_HEADER,
                format!(
                    "{start},2026-04-05,{},2026-04-01,2026-04-01,2027-03-31,,,,,,,,,,,,,,,,,,,,,,,",
                    if n.is_multiple_of(2) { "22" } else { "21" }
                ),
            ),
            DataSet::CostShare => (
                SHARE_HEADER,
                format!(
                    "{start},2026-07-20,{},2026-08-01,2027-07-31,,,",
                    if n.is_multiple_of(2) { "2" } else { "1" }
                ),
            ),
            _ => (
                APPLICATION_HEADER,
                format!("{start},2026-10-20,1,2,,,,,2026-10-{},,,,,,,,,,,,,,", 20 + n),
            ),
        };
        let name = format!(
            "131128_{}_{}_20261101_{n:04}.csv",
            SETS[set].0.as_str(),
            if set == 0 && n == 1 { "F" } else { "D" }
        );
        let done = self.test.load(&name, &file_of(header, &[row])).await;
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
