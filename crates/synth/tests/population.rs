//! What the invented population promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use kiban_domain::{Application, DataSet, ProgressStage};
use kiban_exchange::municipal::{Encoding, LoadMode, Outcome, Reader};
use kiban_synth::{Counts, Options, file_name, generate, person};

fn options(persons: u64) -> Options {
    Options {
        insurer: "131128".parse().unwrap(),
        persons,
        seed: 7,
        base_date: jiff::civil::date(2026, 4, 1),
        bad_rows_per_mille: 0,
        encoding: Encoding::Utf8,
    }
}

fn sets() -> impl Iterator<Item = DataSet> {
    let nested = [DataSet::Survey, DataSet::OpinionRequest, DataSet::Opinion];
    DataSet::ALL
        .into_iter()
        .filter(move |set| !nested.contains(set))
}

fn file(options: &Options, set: DataSet) -> (Vec<u8>, Counts) {
    let mut bytes = Vec::new();
    let counts = generate(options, set, &mut bytes).unwrap();
    (bytes, counts)
}

/// Rows and rejected rows of a file; good rows come without any warning.
fn read(options: &Options, set: DataSet, bytes: &[u8]) -> (Vec<String>, u64) {
    let name = file_name(options, set, LoadMode::Full, 1);
    let mut reader = Reader::new(bytes, &name, options.encoding);
    let (mut bodies, mut rejected) = (Vec::new(), 0);
    while let Some(outcome) = reader.next().unwrap() {
        match outcome {
            Outcome::Row(row) => {
                assert!(row.warnings.is_empty(), "{:?}", row.warnings);
                bodies.push(format!(
                    "{} {} {}",
                    row.insured_no, row.record_key, row.body
                ));
            }
            Outcome::Rejected(_) => rejected += 1,
        }
    }
    assert!(!reader.header_failed());
    (bodies, rejected)
}

#[test]
fn every_row_of_every_set_is_taken_without_warning() {
    for encoding in [Encoding::Utf8, Encoding::Ms932] {
        let options = Options {
            encoding,
            ..options(3_000)
        };
        for set in sets() {
            let (bytes, counts) = file(&options, set);
            let (bodies, rejected) = read(&options, set, &bytes);
            assert_eq!((bodies.len() as u64, rejected), (counts.rows, 0), "{set}");
            assert!(counts.rows > 0, "{set}");
            let keys: BTreeSet<_> = bodies
                .iter()
                .map(|it| it.splitn(3, ' ').take(2).collect::<Vec<_>>())
                .collect();
            assert_eq!(keys.len(), bodies.len(), "{set}: a key comes twice");
        }
    }
}

#[test]
fn the_same_options_give_the_same_file_and_person() {
    let (first, second) = (options(200), options(400));
    for set in sets() {
        let (short, long) = (file(&first, set).0, file(&second, set).0);
        assert!(long.starts_with(&short), "{set}");
    }
    assert_eq!(person(&first, 17), person(&second, 17));
}

#[test]
fn a_person_has_the_papers_the_files_have() {
    let options = options(300);
    let (bodies, _) = read(
        &options,
        DataSet::InsuredCard,
        &file(&options, DataSet::InsuredCard).0,
    );
    let cards: usize = (0..300)
        .map(|number| person(&options, number).cards.len())
        .sum();
    assert_eq!(bodies.len(), cards);
    let (bodies, _) = read(
        &options,
        DataSet::Insured,
        &file(&options, DataSet::Insured).0,
    );
    let one = person(&options, 42);
    assert!(bodies[42].contains(&one.name) && bodies[42].contains(&one.name_kana));
}

#[test]
fn exactly_the_spoilt_rows_are_rejected() {
    for encoding in [Encoding::Utf8, Encoding::Ms932] {
        let options = Options {
            bad_rows_per_mille: 100,
            encoding,
            ..options(2_000)
        };
        for set in sets() {
            let (bytes, counts) = file(&options, set);
            let (bodies, rejected) = read(&options, set, &bytes);
            assert_eq!(rejected, counts.bad_rows, "{set}");
            assert_eq!(bodies.len() as u64 + rejected, counts.rows, "{set}");
        }
    }
}

#[test]
fn a_fifth_is_certified_and_applications_stand_in_every_stage() {
    let options = options(20_000);
    let (mut certified, mut stages, mut rare) = (0_u64, BTreeSet::new(), 0);
    for number in 0..options.persons {
        let one = person(&options, number);
        certified += u64::from(!one.certifications.is_empty());
        rare += u64::from(one.name.contains(['𠮷', '\u{E0100}']));
        for application in &one.applications {
            stages.insert(
                Application::try_from(&application.record)
                    .unwrap()
                    .progress()
                    .stage,
            );
        }
    }
    assert!((3_000..5_000).contains(&certified), "{certified}");
    assert!(rare > 20, "{rare}");
    for stage in [
        ProgressStage::Received,
        ProgressStage::OpinionRequested,
        ProgressStage::OpinionReceived,
        ProgressStage::CommitteeScheduled,
        ProgressStage::Certified,
        ProgressStage::Notified,
    ] {
        assert!(stages.contains(&stage), "{stages:?}");
    }
}
