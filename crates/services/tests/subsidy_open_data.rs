//! What is counted for everybody, on both engines (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{
    OfficeNumber, Programme, PublicCount, PublicFigures, PublicStage, PublicYen, SubsidyStage, Yen,
};
use kiban_services::subsidies::{self, OpenLine, SubsidyRow};
use kiban_store::Error;
use support::{ENGINES, TestPlatform, subsidising::open};
use uuid::Uuid;

fn stage(word: &str) -> SubsidyStage {
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    match word {
        "draft" => SubsidyStage::Draft,
        "submitted" => SubsidyStage::Submitted,
        "checked" => SubsidyStage::Checked { first },
        "granted" => SubsidyStage::Granted {
            first,
            second: None,
        },
        "paid" => SubsidyStage::Paid {
            first,
            second: Some(second),
        },
        other => panic!("no stage {other}"),
    }
}

/// Adds so many applications of offices of a prefecture, each with 10,000 yen proposed or granted.
async fn add(test: &TestPlatform, prefecture: u8, word: &str, count: u64) {
    let rows: Vec<_> = (0..count)
        .map(|at| application(test, number(prefecture, word, at), stage(word)))
        .collect();
    let added: Result<(), Error> = test
        .platform
        .store
        .write(move |work| {
            Box::pin(async move {
                for row in &rows {
                    kiban_store::repo::subsidies::add(work, row).await?;
                }
                Ok(())
            })
        })
        .await;
    added.unwrap();
}

fn application(test: &TestPlatform, office_no: OfficeNumber, stage: SubsidyStage) -> SubsidyRow {
    let id = test.platform.id();
    SubsidyRow {
        application_id: id,
        receipt: id.simple().to_string(),
        scheme: "2025".into(),
        programme: Programme::Care,
        office_no,
        office_name: "見本事業所".into(),
        stage,
        version: 1,
        submissions: i64::from(stage != SubsidyStage::Draft),
        reviewer_name: String::new(),
        applicant_id: Uuid::from_u128(100),
        applicant_name: "見本 担当".into(),
        applicant_mail: "tantou@care.example".into(),
        draft: "{}".into(),
        claimed_yen: Some(20_000),
        granted_yen: Some(10_000),
        proposal: String::new(),
        on_hold: false,
        begun_at: test.platform.now(),
        submitted_at: None,
        changed_at: test.platform.now(),
    }
}

/// A number of the prefecture that no other application has.
fn number(prefecture: u8, word: &str, at: u64) -> OfficeNumber {
    let kind = word.bytes().fold(0_u64, |sum, it| sum + u64::from(it)) % 100;
    let office = |last| format!("{prefecture:02}799{kind:02}{at:02}{last}");
    let mut all = (0..10).filter_map(|last| office(last).parse().ok());
    all.next().unwrap()
}

fn told(lines: &[OpenLine], stage: PublicStage) -> Vec<(Option<usize>, PublicFigures)> {
    let own = lines.iter().filter(|it| it.stage == stage);
    own.map(|it| (it.prefecture, it.figures)).collect()
}

fn figures(count: PublicCount, granted: PublicYen) -> PublicFigures {
    PublicFigures { count, granted }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_open_data_counts_what_was_submitted_and_hides_small_numbers() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let none = subsidies::open_data(&test.platform).await.unwrap();
        assert!(none.lines.is_empty(), "{engine:?}");
        add(&test, 13, "draft", 9).await;
        add(&test, 13, "submitted", 4).await;
        add(&test, 13, "checked", 2).await;
        add(&test, 1, "checked", 3).await;
        add(&test, 15, "submitted", 1).await;
        add(&test, 13, "granted", 6).await;
        add(&test, 27, "granted", 1).await;
        add(&test, 1, "paid", 5).await;
        add(&test, 13, "paid", 7).await;
        let data = subsidies::open_data(&test.platform).await.unwrap();
        assert_eq!(data.on.to_string(), "2025-12-01");
        let lines = &data.lines;
        assert!(lines.iter().all(|it| it.title.contains("令和7年度")));
        let (few, known) = (PublicCount::Few, PublicCount::Known);
        let (none, hidden) = (PublicYen::None, PublicYen::Withheld);
        let yen = |yen| PublicYen::Known(Yen::new(yen));
        assert_eq!(
            told(lines, PublicStage::Review),
            [
                (None, figures(known(10), none)),
                (Some(1), figures(few, none)),
                (Some(13), figures(known(6), none)),
                (Some(15), figures(few, none)),
            ],
            "{engine:?}: proposals are nobody's business yet"
        );
        assert_eq!(
            told(lines, PublicStage::Granted),
            [
                (None, figures(PublicCount::Withheld, hidden)),
                (Some(13), figures(known(6), yen(60_000))),
                (Some(27), figures(few, hidden)),
            ],
            "{engine:?}"
        );
        assert_eq!(
            told(lines, PublicStage::Paid),
            [
                (None, figures(known(12), yen(120_000))),
                (Some(1), figures(known(5), yen(50_000))),
                (Some(13), figures(known(7), yen(70_000))),
            ],
            "{engine:?}"
        );
        assert_eq!(lines.len(), 10, "{engine:?}: no other stage has any");
    }
}
