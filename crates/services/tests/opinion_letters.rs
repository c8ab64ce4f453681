//! Letters to institutions whose opinions are due (D-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::{mail, opinions};
use support::{
    ENGINES, TestPlatform,
    invited::Letters,
    opinions::{CLINIC, OTHER_CLINIC, PATIENT, request_line},
};

const URL: &str = "https://care.example";

impl TestPlatform {
    async fn letters(&self) -> Vec<(String, String)> {
        let post = Letters::default();
        mail::deliver(&self.platform, &post).await.unwrap();
        let letters = post.0.into_inner().unwrap().into_iter();
        letters
            .map(|it| (it.to.as_str().to_owned(), it.body))
            .collect()
    }

    async fn reachable(&self, number: &str, mail: &str) {
        let office = kiban_store::repo::offices::OfficeRow {
            office_no: number.parse().unwrap(),
            name: "見本クリニック".into(),
            medical: true,
            service_kinds: vec![],
            created_at: self.platform.now(),
        };
        let mail = mail.to_owned();
        self.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    kiban_store::repo::offices::save(work, &office).await?;
                    kiban_store::repo::offices::set_contact_mail(work, &office.office_no, &mail)
                        .await
                })
            })
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_an_institution_gets_one_letter_on_a_day_of_reminding_and_no_name_is_in_it() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        test.reachable(CLINIC, "madoguchi@clinic.example").await;
        test.patients(&[PATIENT, "0000012346"]).await;
        let lines = [
            request_line("U", PATIENT, "R-0001", CLINIC, ""),
            request_line(
                "U",
                "0000012346",
                "R-0002",
                CLINIC,
                r#","due_on":"2026-02-16""#,
            ),
            request_line("U", PATIENT, "R-0003", OTHER_CLINIC, ""),
        ];
        let done = test.ask(1, &lines).await;
        assert_eq!(done.counts.rejected, 0, "{engine:?}");
        // Due on 19 and on 16 February; reminded three days before, on the day, and three days after.
        for (now, letters, told) in [
            ("2026-02-12T00:00:00Z", 0, ""),
            ("2026-02-12T20:00:00Z", 0, ""),
            (
                "2026-02-13T00:00:00Z",
                1,
                "提出期限 令和8年2月16日（あと3日です）：1件",
            ),
            ("2026-02-13T05:00:00Z", 0, ""),
            (
                "2026-02-16T00:00:00Z",
                1,
                "提出期限 令和8年2月19日（あと3日です）：1件",
            ),
            ("2026-02-17T00:00:00Z", 0, ""),
            (
                "2026-02-19T00:00:00Z",
                1,
                "提出期限 令和8年2月16日（3日過ぎています）：1件",
            ),
        ] {
            test.clock.set(now);
            let written = opinions::write_letters(&test.platform, 8, URL)
                .await
                .unwrap();
            assert_eq!(written, letters, "{engine:?} {now}");
            let got = test.letters().await;
            assert_eq!(got.len(), letters, "{engine:?} {now}");
            for (to, body) in got {
                assert_eq!(to, "madoguchi@clinic.example");
                assert!(body.contains(told), "{engine:?} {now}: {body}");
                assert!(body.contains("https://care.example/medical/requests"));
                for hidden in ["見本", "花子", PATIENT, "R-0001"] {
                    assert!(!body.contains(hidden), "{hidden}: {body}");
                }
            }
        }
    }
}
