//! Whatever a municipality's system may send by mistake: the answer names the line and what is wrong (M-1, C-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_exchange::municipal::{Encoding, FileName};
use kiban_services::{
    intake::{self, FindingLine, ReceiveError},
    persons::{self, Question},
};
use kiban_store::repo::transfers::{TransferRow, TransferState};
use support::{ENGINES, INSURED_HEADER, TestPlatform, file_of, insured_row, municipality, person};

const NAME: &str = "131128_insured_F_20261101_0001.csv";

fn good(n: u32) -> String {
    insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", "")
}

/// 300 good rows on lines 2 to 301, so that one bad row does not reject the file as a whole.
fn good_rows() -> Vec<String> {
    (1..=300).map(good).collect()
}

async fn load(
    test: &TestPlatform,
    content: &[u8],
    encoding: Encoding,
) -> (TransferRow, Vec<FindingLine>) {
    let accepted = test.send_as(NAME, content, encoding).await.unwrap();
    test.work_off().await;
    let transfer = test.transfer(&accepted.transfer).await;
    let findings = intake::read_findings(&test.platform, &transfer, 1_000).unwrap();
    (transfer, findings)
}

fn told(findings: &[FindingLine]) -> Vec<(u64, &str, Option<&str>)> {
    findings
        .iter()
        .map(|it| (it.line, it.code.as_ref(), it.item.as_deref()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_one_bad_row_is_named_and_the_others_are_taken() {
    let cases: [(&str, String, &str, Option<&str>); 9] = [
        (
            "another insurer's row",
            good(901).replace("U,131128", "U,011007"),
            "other_insurer",
            Some("insurer_no"),
        ),
        (
            "a wrong check digit of the insurer",
            good(901).replace("U,131128", "U,131127"),
            "other_insurer",
            Some("insurer_no"),
        ),
        (
            "an impossible date",
            good(901).replace("1940-05-03", "1940-02-30"),
            "not_a_date",
            Some("birth_date"),
        ),
        (
            "an unknown code",
            good(901).replace(",2,1,2005", ",7,1,2005"),
            "unknown_code",
            Some("sex"),
        ),
        (
            "a column too few",
            good(901).trim_end_matches(',').to_owned(),
            "column_count",
            None,
        ),
        ("a column too many", good(901) + ",", "column_count", None),
        (
            "NUL",
            good(901).replace("架空", "架\0空"),
            "nul",
            Some("name"),
        ),
        (
            "a field of a megabyte",
            good(901).replace("架空", &"架".repeat(350_000)),
            "too_long",
            None,
        ),
        (
            "a quote out of place",
            good(901).replace("架空", "架\"空"),
            "stray_quote",
            None,
        ),
    ];
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mut serial = 0;
        for (case, bad, code, item) in &cases {
            serial += 1;
            let mut rows = good_rows();
            rows.insert(150, bad.clone());
            let name = format!("131128_insured_F_20261101_{serial:04}.csv");
            let transfer = test.load(&name, &file_of(INSURED_HEADER, &rows)).await;
            let findings = intake::read_findings(&test.platform, &transfer, 1_000).unwrap();
            assert_eq!(
                transfer.state,
                TransferState::Applied,
                "{engine:?} {case} {transfer:?}"
            );
            assert_eq!(
                (transfer.counts.total, transfer.counts.rejected),
                (301, 1),
                "{engine:?} {case}"
            );
            let errors: Vec<_> = findings
                .into_iter()
                .filter(|it| it.severity == "error")
                .collect();
            assert_eq!(told(&errors), [(152, *code, *item)], "{engine:?} {case}");
            assert!(
                errors[0].message.chars().count() < 400,
                "{case}: a message stays readable"
            );
        }
        assert_eq!(test.rows().await.len(), 300, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_a_wrong_check_digit_of_an_office_warns_and_is_kept() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        test.load(NAME, &file_of(INSURED_HEADER, &[good(1)])).await;
        let header = "op,insurer_no,insured_no,history_no,updated_at,seq,office_no,office_name,notified_on,applies_from,applies_to,self_made";
        let row = "U,131128,0000000001,1,2026-10-01T09:00:00+09:00,1,1379900016,見本,2026-09-01,2026-09-01,,0".to_owned();
        let transfer = test
            .load(
                "131128_care_manager_notice_F_20261101_0001.csv",
                &file_of(header, &[row]),
            )
            .await;
        let findings = intake::read_findings(&test.platform, &transfer, 10).unwrap();
        assert_eq!(told(&findings), [(2, "check_digit", Some("office_no"))]);
        assert_eq!(
            (findings[0].severity.as_ref(), transfer.counts.inserted),
            ("warning", 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_the_same_key_twice_in_a_file_names_both_lines() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mut rows = good_rows();
        rows.push(insured_row(
            "0000000007",
            1,
            "別人 花代",
            "ベツジン ハナヨ",
            "",
        ));
        let (transfer, findings) =
            load(&test, &file_of(INSURED_HEADER, &rows), Encoding::Utf8).await;
        assert_eq!(told(&findings), [(302, "duplicate_key", None)]);
        assert!(
            findings[0].message.contains("8行目"),
            "{}",
            findings[0].message
        );
        assert_eq!(
            (
                transfer.state,
                transfer.counts.inserted,
                transfer.counts.rejected
            ),
            (TransferState::Applied, 300, 1)
        );
        let kept = test
            .rows()
            .await
            .into_iter()
            .find(|row| row.insured_no == "0000000007")
            .unwrap();
        assert_eq!(kept.name, "架空 花子", "the first line counts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_encodings_marks_and_line_ends() {
    for engine in ENGINES {
        let plain = file_of(INSURED_HEADER, &good_rows());
        // MS932 sent as UTF-8: every row has a name that does not decode.
        let test = TestPlatform::new(engine).await;
        let rows = [good(1)
            .replace("架空 花子", "\u{1}")
            .replace("カクウ ハナコ", "\u{2}")];
        let mut ms932 = Vec::new();
        for byte in file_of(INSURED_HEADER, &rows) {
            match byte {
                1 => ms932.extend(b"\x89\xcb\x8b\xf3"),
                2 => ms932.extend(b"\x83\x4a\x83\x4e\x83\x45"),
                other => ms932.push(other),
            }
        }
        let (transfer, findings) = load(&test, &ms932, Encoding::Utf8).await;
        assert_eq!(
            (transfer.state, transfer.code.as_str()),
            (TransferState::Rejected, "too_many_rejected")
        );
        assert_eq!(
            (findings[0].line, findings[0].code.as_ref()),
            (2, "bad_encoding")
        );
        assert!(test.rows().await.is_empty());
        // The same bytes said to be what they are; what was rejected did not use its number up.
        let (transfer, findings) = load(&test, &ms932, Encoding::Ms932).await;
        assert_eq!(
            (transfer.state, findings.len()),
            (TransferState::Applied, 0),
            "{findings:?}"
        );
        assert_eq!(test.rows().await[0].name, "架空");

        let test = TestPlatform::new(engine).await;
        let marked = [b"\xef\xbb\xbf".as_slice(), &plain].concat();
        let (transfer, findings) = load(&test, &marked, Encoding::Utf8).await;
        assert_eq!(
            (transfer.counts.inserted, findings.len()),
            (300, 0),
            "{findings:?}"
        );

        let test = TestPlatform::new(engine).await;
        let mixed = String::from_utf8(plain)
            .unwrap()
            .replacen('\n', "\r\n", 100)
            .into_bytes();
        let (transfer, findings) = load(&test, &mixed, Encoding::Utf8).await;
        assert_eq!(transfer.counts.inserted, 300);
        assert_eq!(told(&findings), [(1, "mixed_line_ends", None)]);
        assert_eq!(findings[0].severity, "warning");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_files_that_are_refused_as_a_whole() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let file = file_of(INSURED_HEADER, &[good(1)]);
        let future = test.send("131128_insured_F_20261102_0001.csv", &file).await;
        assert!(
            matches!(future, Err(ReceiveError::FutureBaseDate)),
            "{future:?}"
        );
        let other = test.send("011007_insured_F_20261101_0001.csv", &file).await;
        assert!(
            matches!(other, Err(ReceiveError::OtherInsurer)),
            "{other:?}"
        );
        assert!(
            "131128_insured_F_20260230_0001.csv"
                .parse::<FileName>()
                .is_err()
        );
        for (serial, content) in (1..).zip([
            &b""[..],
            b"\n",
            b"\0\0\0\0",
            b"op,insurer_no\nU,131128\n",
            b"\xff\xfe\x00",
        ]) {
            let name = format!("131128_insured_F_20261101_{serial:04}.csv");
            // A rejected file leaves its number free, so each of them is the first.
            let name = name.replace(&format!("{serial:04}"), "0001");
            let transfer = test.load(&name, content).await;
            assert_eq!(
                (transfer.state, transfer.code.as_str()),
                (TransferState::Rejected, "header"),
                "{content:?}"
            );
            assert!(
                !intake::read_findings(&test.platform, &transfer, 10)
                    .unwrap()
                    .is_empty(),
                "{content:?}"
            );
        }
        assert!(test.rows().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_look_like_code_come_back_byte_for_byte() {
    let names = [
        "'; DROP TABLE fact; --",
        "$1 ?1 %s {0} \\x27",
        "<script>alert(1)</script>",
        "a\"\"b & <b> ' OR '1'='1",
        "𠮷田　髙子",
        "葛\u{E0100}飾 花子",
    ];
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let address = "=cmd|' /C calc'!A0";
        let rows: Vec<String> = (1..)
            .zip(names)
            .map(|(n, name)| {
                let quoted = format!("\"{name}\"");
                insured_row(&format!("{n:010}"), 1, &quoted, "カクウ ハナコ", "")
                    .replace("2005-05-02,,,", &format!("2005-05-02,,{address},"))
            })
            .collect();
        let transfer = test.load(NAME, &file_of(INSURED_HEADER, &rows)).await;
        let findings = intake::read_findings(&test.platform, &transfer, 10).unwrap();
        assert_eq!(transfer.counts.inserted, 6, "{engine:?} {findings:?}");
        for (n, name) in (1..).zip(names) {
            let key = person(&format!("{n:010}"));
            let view = persons::read(&test.platform, &municipality(), &key, &Question::default())
                .await
                .unwrap();
            let answer: serde_json::Value = serde_json::from_str(&view.members.to_json()).unwrap();
            assert_eq!(
                answer["insured"]["name"],
                name.replace("\"\"", "\""),
                "{engine:?}"
            );
            assert_eq!(answer["insured"]["address"], address, "{engine:?}");
        }
    }
}
