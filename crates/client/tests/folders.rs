//! Folders on both sides: a record system drops opinions and finds receipts; a municipality finds opinions (D-1, D-2, M-5).
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kiban_client::{
    ClientError, Connection, Dropped, Fetching, Folder, OpinionFile, OpinionUpload, SentOpinions,
    fetch, signed_texts, verify_receipt,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use support::{ENGINES, Platforms, opinion_about};

/// The least that is a PDF.
const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

struct Dropping {
    folder: Folder,
    path: PathBuf,
    connection: Connection,
    _kept: tempfile::TempDir,
}

impl Dropping {
    fn new(platforms: &Platforms) -> Self {
        let kept = tempfile::tempdir().unwrap();
        Self {
            folder: Folder::open(kept.path(), false).unwrap(),
            path: kept.path().to_owned(),
            connection: platforms.clinic(None),
            _kept: kept,
        }
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path.join(name), content).unwrap();
    }

    /// Looks until a file that stays as it is has been taken.
    async fn looks(&mut self) -> Vec<Dropped> {
        let mut all = self.folder.look(&self.connection).await.unwrap();
        all.extend(self.folder.look(&self.connection).await.unwrap());
        all
    }

    fn names(&self) -> Vec<String> {
        names(&self.path)
    }

    fn signed(&self, stem: &str) -> Vec<String> {
        let path = self.path.join(format!("{stem}.receipt.json"));
        signed_texts(&fs::read_to_string(path).unwrap()).unwrap()
    }
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn waiting(platforms: &Platforms) -> usize {
    let page = platforms
        .municipality()
        .pull_opinions(0, 100)
        .await
        .unwrap();
    page.items.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_dropped_file_gets_its_receipt_and_one_still_being_written_waits() {
    for engine in ENGINES {
        let platforms = Platforms::on(engine).await;
        let numbers = platforms.asked(2).await;
        let mut dropping = Dropping::new(&platforms);
        let whole = opinion_about(&numbers[0]);
        let (first, rest) = whole.split_at(whole.len() / 2);
        dropping.put("a.json", first);
        assert_eq!(
            dropping.folder.look(&dropping.connection).await.unwrap(),
            []
        );
        dropping.put("a.json", [first, &rest[..1]].concat());
        assert_eq!(
            dropping.folder.look(&dropping.connection).await.unwrap(),
            []
        );
        dropping.put("a.json", &whole);
        dropping.put("a.pdf", PDF);
        let sent = dropping.looks().await;
        assert_eq!(sent, [Dropped::Sent("a.json".into())], "{engine:?}");
        assert_eq!(dropping.names(), ["a.receipt.json", "done"], "{engine:?}");
        assert_eq!(names(&dropping.path.join("done")), ["a.json", "a.pdf"]);
        assert_eq!(waiting(&platforms).await, 1, "{engine:?}");

        let keys = dropping.connection.signing_keys().await.unwrap();
        let signed = dropping.signed("a");
        let claims = verify_receipt(&signed[0], &keys).unwrap();
        assert_eq!(claims.receipt_no, "131128-00000001", "{engine:?}");
        assert!(claims.pdf_sha256.is_some(), "{engine:?}: with its PDF");

        // Another content under the same name: the first receipt is kept.
        dropping.put("a.json", opinion_about(&numbers[1]));
        dropping.looks().await;
        assert_ne!(dropping.signed("a"), signed, "{engine:?}");
        let done = names(&dropping.path.join("done"));
        assert_eq!(
            done,
            ["a-2.json", "a.json", "a.pdf", "a.receipt.json"],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_stopped_at_any_point_the_same_file_gets_the_same_receipt() {
    for engine in ENGINES {
        let platforms = Platforms::on(engine).await;
        let numbers = platforms.asked(1).await;
        let whole = opinion_about(&numbers[0]);
        let mut first = Dropping::new(&platforms);
        // Sent, and stopped before anything was written.
        let upload = OpinionUpload {
            kind: OpinionFile::Json,
            file: whole.clone().into(),
            pdf: Some(PDF.into()),
            pdf_only: false,
        };
        let sent = first
            .connection
            .send_opinion(&upload, None, &upload.key())
            .await
            .unwrap();
        let SentOpinions::One(sent) = sent else {
            panic!("one document");
        };
        let expected = vec![sent.receipt.signed];
        first.put("a.json", &whole);
        first.put("a.pdf", PDF);
        // What a writing leaves that was stopped halfway.
        first.put(".a.receipt.json.part", "{\"rec");
        first.looks().await;
        assert_eq!(first.signed("a"), expected, "{engine:?}");
        assert!(!first.names().contains(&"a.json".to_owned()), "{engine:?}");

        // The receipt was written, nothing was moved.
        first.put("a.json", &whole);
        first.put("a.pdf", PDF);
        first.looks().await;
        assert_eq!(first.signed("a"), expected, "{engine:?}");
        // The file was moved, its PDF not.
        first.put("a.pdf", PDF);
        first.looks().await;
        assert_eq!(first.names(), ["a.receipt.json", "done"], "{engine:?}");
        assert_eq!(waiting(&platforms).await, 1, "{engine:?}: one opinion");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_what_is_refused_says_why_and_is_sent_when_it_is_mended() {
    for engine in ENGINES {
        let platforms = Platforms::on(engine).await;
        let numbers = platforms.asked(1).await;
        let mut dropping = Dropping::new(&platforms);
        let whole = opinion_about(&numbers[0]);
        let bad = whole.replace("\"consent\":1,", "");
        assert_ne!(bad, whole);
        dropping.put("a.json", &bad);
        dropping.put("b.json", "{");
        dropping.put("c.csv", "x");
        let refused = dropping.looks().await;
        assert_eq!(refused.len(), 3, "{engine:?}: {refused:?}");
        let error: serde_json::Value =
            serde_json::from_slice(&fs::read(dropping.path.join("a.error.json")).unwrap()).unwrap();
        assert_eq!(error["problem"]["code"], "opinion_findings", "{engine:?}");
        let findings = error["problem"]["findings"].as_array().unwrap();
        let consent = findings.iter().find(|it| it["item"] == "consent").unwrap();
        assert_eq!(consent["level"], "error", "{engine:?}");
        let error: serde_json::Value =
            serde_json::from_slice(&fs::read(dropping.path.join("c.error.json")).unwrap()).unwrap();
        assert_eq!(
            error["result"]["faults"][0]["line"], 1,
            "{engine:?}: {error}"
        );
        assert_eq!(dropping.looks().await, [], "{engine:?}: not again as it is");
        dropping.put("a.json", &whole);
        assert_eq!(
            dropping.looks().await,
            [Dropped::Sent("a.json".into())],
            "{engine:?}"
        );
        assert!(!dropping.path.join("a.error.json").exists(), "{engine:?}");

        // Taken back: the same content is not called sent.
        let listed = dropping
            .connection
            .opinion_requests("", None)
            .await
            .unwrap();
        let name = format!("131128/{}", listed.items[0].request_id);
        dropping
            .connection
            .withdraw_opinion(&name.parse().unwrap())
            .await
            .unwrap();
        dropping.put("d.json", &whole);
        let again = dropping.looks().await;
        assert_eq!(again, [Dropped::Refused("d.json".into())], "{engine:?}");
        let error = fs::read_to_string(dropping.path.join("d.error.json")).unwrap();
        assert!(error.contains("取下げ"), "{engine:?}: {error}");
        let SentOpinions::One(sent) = dropping
            .connection
            .send_opinion(
                &OpinionUpload {
                    kind: OpinionFile::Json,
                    file: whole.into(),
                    pdf: None,
                    pdf_only: false,
                },
                Some(&name.parse().unwrap()),
                "another act",
            )
            .await
            .unwrap()
        else {
            panic!("one document");
        };
        assert_eq!((sent.receipt.number, sent.receipt.already), (2, false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_without_a_line_the_files_wait() {
    let platforms = Platforms::open().await;
    let numbers = platforms.asked(1).await;
    let mut dropping = Dropping::new(&platforms);
    // Who may not send at all: nothing is written beside the file, the certificate is to be mended.
    dropping.connection = platforms.municipality();
    dropping.put("a.json", opinion_about(&numbers[0]));
    dropping.folder.look(&dropping.connection).await.unwrap();
    let refused = dropping.folder.look(&dropping.connection).await;
    assert!(matches!(refused, Err(ClientError::Refused(_))));
    assert_eq!(dropping.names(), ["a.json", "done"]);
    dropping.connection = platforms.clinic(None);
    assert_eq!(dropping.looks().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_what_is_fetched_lies_on_disk_before_it_is_acknowledged() {
    for engine in ENGINES {
        let platforms = Platforms::on(engine).await;
        let numbers = platforms.asked(3).await;
        let clinic = platforms.clinic(None);
        for (place, number) in numbers.iter().enumerate() {
            let upload = OpinionUpload {
                kind: OpinionFile::Json,
                file: opinion_about(number).into(),
                pdf: (place == 0).then(|| PDF.into()),
                pdf_only: false,
            };
            clinic
                .send_opinion(&upload, None, &upload.key())
                .await
                .unwrap();
        }
        let kept = tempfile::tempdir().unwrap();
        let town = platforms.municipality();
        let only_looking = Fetching {
            pdf: true,
            csv: true,
            acknowledge: false,
        };
        let fetched = fetch(&town, kept.path(), only_looking, |_| ())
            .await
            .unwrap();
        assert_eq!(fetched.written.len(), 3, "{engine:?}");
        let first = "131128-00000001";
        assert_eq!(
            names(kept.path()),
            [
                format!("{first}.csv"),
                format!("{first}.json"),
                format!("{first}.pdf"),
                "131128-00000002.csv".into(),
                "131128-00000002.json".into(),
                "131128-00000003.csv".into(),
                "131128-00000003.json".into(),
                "cursor.json".into()
            ],
            "{engine:?}"
        );
        assert_eq!(waiting(&platforms).await, 3, "{engine:?}: not acknowledged");
        let nothing = fetch(&town, kept.path(), only_looking, |_| ())
            .await
            .unwrap();
        assert_eq!(
            nothing.written.len(),
            0,
            "{engine:?}: the cursor stands behind them"
        );

        // Stopped before the cursor was written: the same files once more, acknowledged alike.
        fs::remove_file(kept.path().join("cursor.json")).unwrap();
        let taking = Fetching {
            acknowledge: true,
            ..Fetching::default()
        };
        town.acknowledge_opinions(vec![first.into()]).await.unwrap();
        let fetched = fetch(&town, kept.path(), taking, |_| ()).await.unwrap();
        assert_eq!(fetched.written.len(), 2, "{engine:?}");
        assert_eq!(fetched.not_acknowledged, [], "{engine:?}");
        assert_eq!(waiting(&platforms).await, 0, "{engine:?}");
        let text = fs::read_to_string(kept.path().join(format!("{first}.json"))).unwrap();
        let one: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(one["document"]["insured_no"], numbers[0], "{engine:?}");

        let back = town.return_opinion(first, "差戻しの理由").await.unwrap();
        assert_eq!(back.state, "returned", "{engine:?}");
    }
}
