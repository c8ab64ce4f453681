//! What a sender sees: files in, rows and findings out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use kiban_domain::DataSet;
use kiban_exchange::municipal::{
    Encoding, FileFormat, FileName, Finding, LoadMode, Op, Outcome, Reader, Row, Severity,
    layout_of,
};

fn name(set: DataSet, format: FileFormat) -> FileName {
    FileName {
        insurer: "131128".parse().unwrap(),
        set,
        mode: LoadMode::Diff,
        base_date: jiff::civil::date(2026, 4, 1),
        serial: 1,
        format,
    }
}

struct Read {
    rows: Vec<Row>,
    rejected: Vec<Vec<Finding>>,
    file: Vec<Finding>,
    header_failed: bool,
}

fn read(bytes: &[u8], set: DataSet, format: FileFormat, encoding: Encoding) -> Read {
    let mut reader = Reader::new(bytes, &name(set, format), encoding);
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    while let Some(outcome) = reader.next().unwrap() {
        match outcome {
            Outcome::Row(row) => rows.push(row),
            Outcome::Rejected(findings) => rejected.push(findings),
        }
    }
    Read {
        rows,
        rejected,
        file: reader.file_findings(),
        header_failed: reader.header_failed(),
    }
}

/// A CSV file of one set from rows of (column, value); the common columns are filled.
fn csv(set: DataSet, rows: &[&[(&str, &str)]]) -> String {
    let layout = layout_of(set).unwrap();
    let ids: Vec<&str> = layout.columns.iter().map(|it| it.id).collect();
    let mut file = ids.join(",") + "\n";
    for row in rows {
        let value = |id: &str| match (row.iter().find(|it| it.0 == id), id) {
            (Some((_, value)), _) => (*value).to_owned(),
            (None, "op") => "U".to_owned(),
            (None, "insurer_no") => "131128".to_owned(),
            (None, "insured_no") => "0000123456".to_owned(),
            (None, "history_no") => "1".to_owned(),
            (None, "updated_at") => "2026-04-01T09:00:00+09:00".to_owned(),
            (None, _) => String::new(),
        };
        let values: Vec<String> = ids.iter().map(|id| value(id)).collect();
        let _ = writeln!(file, "{}", values.join(","));
    }
    file
}

const PERSON: &[(&str, &str)] = &[
    ("name", "葛\u{E0100}城　花子"),
    ("name_kana", "ｶﾂﾗｷﾞ ﾊﾅｺ"),
    ("birth_date", "19400102"),
    ("sex", "2"),
    ("insured_category", "1"),
    ("acquired_on", "20050101"),
];

fn with<'a>(
    base: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    changes.iter().chain(base).copied().collect()
}

fn insured(changes: &[(&str, &str)]) -> Read {
    let file = csv(DataSet::Insured, &[&with(PERSON, changes)]);
    read(
        file.as_bytes(),
        DataSet::Insured,
        FileFormat::Csv,
        Encoding::Utf8,
    )
}

#[track_caller]
fn codes(changes: &[(&str, &str)], expected: &[(&str, Option<&str>)]) {
    let read = insured(changes);
    assert!(read.rows.is_empty());
    let found: Vec<_> = read.rejected[0]
        .iter()
        .map(|it| (it.code, it.item))
        .collect();
    assert_eq!(found, expected);
    for finding in &read.rejected[0] {
        assert_eq!(finding.line, 2);
        assert!(finding.message.ends_with('。'), "{}", finding.message);
    }
}

#[test]
fn a_row_becomes_canonical_json_in_the_order_of_the_layout() {
    let read = insured(&[("domicile_exception", "1"), ("lost_on", "2026-03-31")]);
    let row = &read.rows[0];
    insta::assert_snapshot!(
        row.body.replace('\u{E0100}', "<VS17>"),
        @r#"{"name":"葛<VS17>城　花子","name_kana":"カツラギ　ハナコ","birth_date":"1940-01-02","sex":"2","insured_category":"1","acquired_on":"2005-01-01","lost_on":"2026-03-31","domicile_exception":true}"#
    );
    assert_eq!(
        (row.op, row.line, row.record_key.as_str()),
        (Op::Upsert, 2, "0001")
    );
    assert_eq!(row.valid_from.unwrap().to_string(), "2005-01-01");
    assert_eq!(row.valid_to.unwrap().to_string(), "2026-03-31");
    assert_eq!(row.updated_at.to_string(), "2026-04-01T00:00:00Z");
}

#[test]
fn a_row_is_answered_with_all_its_mistakes() {
    codes(
        &[
            ("birth_date", "20230229"),
            ("sex", "3"),
            ("acquired_on", ""),
            ("history_no", "x"),
        ],
        &[
            ("not_a_number", Some("history_no")),
            ("not_a_date", Some("birth_date")),
            ("unknown_code", Some("sex")),
            ("missing", Some("acquired_on")),
        ],
    );
}

#[test]
fn messages_name_item_value_and_remedy() {
    let read = insured(&[("birth_date", "20230229")]);
    insta::assert_snapshot!(read.rejected[0][0].message, @"「生年月日」の値「20230229」は使えません。実在する日付をYYYYMMDDの形で入れてください。");
    let read = insured(&[("birth_date", &"9".repeat(100))]);
    assert_eq!(read.rejected[0][0].message.matches('9').count(), 39);
    let read = insured(&[("insurer_no", "011007")]);
    insta::assert_snapshot!(read.rejected[0][0].message, @"「保険者番号」の値「011007」は使えません。ファイル名の保険者番号「131128」と同じにしてください。");
}

#[test]
fn each_kind_of_mistake_has_its_code() {
    codes(
        &[("insurer_no", "011007")],
        &[("other_insurer", Some("insurer_no"))],
    );
    codes(&[("op", "X")], &[("unknown_op", Some("op"))]);
    codes(
        &[("insured_no", "12345")],
        &[("not_insured_no", Some("insured_no"))],
    );
    codes(&[("name", "山\0田")], &[("nul", Some("name"))]);
    codes(
        &[("name", &"山".repeat(201))],
        &[("too_long", Some("name"))],
    );
    codes(
        &[("updated_at", "昨日")],
        &[("not_an_instant", Some("updated_at"))],
    );
    codes(
        &[("lost_on", "20040101")],
        &[("date_order", Some("lost_on"))],
    );
    codes(
        &[("postal_code", "15000")],
        &[("not_digits", Some("postal_code"))],
    );
}

#[test]
fn codes_a_vendor_added_are_kept_with_a_warning() {
    let read = insured(&[("insured_category", "Z")]);
    assert_eq!(read.rows[0].warnings[0].code, "unknown_code");
    assert_eq!(read.rows[0].warnings[0].severity, Severity::Warning);
    assert!(read.rows[0].body.contains(r#""insured_category":"Z""#));
}

#[test]
fn an_office_number_with_a_wrong_check_digit_only_warns() {
    let row = [
        ("seq", "3"),
        ("office_no", "1371600304"),
        ("notified_on", "20260401"),
        ("applies_from", "20260401"),
    ];
    let file = csv(DataSet::CareManagerNotice, &[&row]);
    let read = read(
        file.as_bytes(),
        DataSet::CareManagerNotice,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    assert_eq!(read.rows[0].warnings[0].code, "check_digit");
    assert_eq!(read.rows[0].record_key, "0003");
}

#[test]
fn the_header_decides_the_order_and_must_be_complete() {
    let file = csv(DataSet::BenefitRestriction, &[]);
    let mut ids: Vec<&str> = file.trim().split(',').collect();
    ids.reverse();
    let reversed = format!(
        "\u{FEFF}{}\r\n,,20260401,temporary_suspension,2026-04-01T00:00:00Z,12,0000123456,131128,U\r\n",
        ids.join(",")
    );
    let good = read(
        reversed.as_bytes(),
        DataSet::BenefitRestriction,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    assert_eq!(
        good.rows[0].body,
        r#"{"kind":"temporary_suspension","starts_on":"2026-04-01"}"#
    );
    assert_eq!(good.rows[0].record_key, "0012");
    let bad = read(
        b"op,name,op,insurer_no\nU\n",
        DataSet::BenefitRestriction,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    assert!(bad.header_failed && bad.rows.is_empty() && bad.rejected.len() == 1);
    let found: Vec<&str> = bad.rejected[0].iter().map(|it| it.code).collect();
    assert_eq!(found[..2], ["unknown_column", "duplicate_column"]);
    assert!(found[2..].iter().all(|it| *it == "missing_column"));
    assert!(bad.rejected[0].iter().all(|it| it.line == 1));
    let empty = read(b"", DataSet::Insured, FileFormat::Csv, Encoding::Utf8);
    assert_eq!(empty.rejected[0][0].code, "empty_file");
}

#[test]
fn reading_goes_on_after_every_broken_record() {
    let good = csv(DataSet::Insured, &[PERSON]);
    let (header, row) = good.split_once('\n').unwrap();
    let mut file = format!("{header}\n").into_bytes();
    file.extend(format!("U,131128,{}\n", "9".repeat(1 << 20)).bytes());
    file.extend(format!("U,131128,\"{}\"\n", "\n9".repeat(1 << 19)).bytes());
    file.extend(b"U,131128\n");
    file.extend(b"U,13\"1128\n");
    file.extend(
        row.replace('葛', "\u{1}")
            .replace("19400102", "1940\u{7F}102")
            .bytes(),
    );
    file.extend(row.bytes());
    let at = file.len() - row.len();
    let bad = file[at..].iter().position(|byte| *byte == 0xE8).unwrap();
    file[at + bad] = 0xFF;
    file.extend(row.bytes());
    let read = read(&file, DataSet::Insured, FileFormat::Csv, Encoding::Utf8);
    let found: Vec<_> = read
        .rejected
        .iter()
        .map(|it| (it[0].line, it[0].code))
        .collect();
    assert_eq!(
        found,
        [
            (2, "too_long"),
            (3, "too_long"),
            (524_292, "column_count"),
            (524_293, "stray_quote"),
            (524_294, "control_character"),
            (524_295, "bad_encoding"),
        ]
    );
    assert_eq!(read.rejected[5][0].item, Some("name"));
    assert_eq!(read.rows.len(), 1);
}

#[test]
fn mixed_line_ends_are_told_once_for_the_file() {
    let file = csv(DataSet::Insured, &[PERSON, PERSON]);
    let mixed = file.replacen('\n', "\r\n", 1);
    let mixed = read(
        mixed.as_bytes(),
        DataSet::Insured,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    assert_eq!(mixed.rows.len(), 2);
    assert_eq!(
        mixed.file.iter().map(|it| it.code).collect::<Vec<_>>(),
        ["mixed_line_ends"]
    );
    let all = file.replace('\n', "\r\n");
    assert!(
        read(
            all.as_bytes(),
            DataSet::Insured,
            FileFormat::Csv,
            Encoding::Utf8
        )
        .file
        .is_empty()
    );
}

#[test]
fn ms932_is_read_by_explicit_choice() {
    let plain = with(PERSON, &[("name", "髙橋　花子")]);
    let file = csv(DataSet::Insured, &[&plain]);
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&file);
    let good = read(&bytes, DataSet::Insured, FileFormat::Csv, Encoding::Ms932);
    assert!(
        good.rows[0].body.contains("髙橋　花子") && good.rows[0].body.contains("カツラギ　ハナコ")
    );
    let wrong = read(&bytes, DataSet::Insured, FileFormat::Csv, Encoding::Utf8);
    assert_eq!(wrong.rejected[0][0].code, "bad_encoding");
    assert_eq!(wrong.rejected[0][0].item, Some("name"));
    assert_eq!(wrong.rejected[0][0].column, Some(6));
}

#[test]
fn cancelling_needs_the_key_only() {
    let row = [("op", "D"), ("applied_on", "20260401"), ("branch", "1")];
    let file = csv(DataSet::Application, &[&row, &row[..2]]);
    let read = read(
        file.as_bytes(),
        DataSet::Application,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    assert_eq!(
        (read.rows[0].op, read.rows[0].record_key.as_str()),
        (Op::Cancel, "20260401-1")
    );
    assert_eq!(read.rejected[0][0].code, "missing");
}

#[test]
fn lists_are_numbered_columns_and_arrays() {
    let row = [
        ("issued_on", "20250720"),
        ("ratio_1", "1"),
        ("ratio_1_from", "20250801"),
        ("ratio_1_to", "20251130"),
        ("ratio_2", "2"),
        ("ratio_2_from", "20251201"),
    ];
    let file = csv(DataSet::CostShare, &[&row, &row[..2], &row[..1]]);
    let csv = read(
        file.as_bytes(),
        DataSet::CostShare,
        FileFormat::Csv,
        Encoding::Utf8,
    );
    let body = r#"{"issued_on":"2025-07-20","ratios":[{"ratio":"1","from":"2025-08-01","to":"2025-11-30"},{"ratio":"2","from":"2025-12-01"}]}"#;
    assert_eq!(csv.rows[0].body, body);
    assert_eq!(csv.rows[0].valid_to, None);
    assert_eq!(
        (csv.rejected[0][0].code, csv.rejected[0][0].item),
        ("missing", Some("ratio_1_from"))
    );
    assert_eq!(
        (csv.rejected[1][0].code, csv.rejected[1][0].item),
        ("missing", Some("ratio_1"))
    );

    let line = format!(
        r#"{{"op":"U","insurer_no":"131128","insured_no":"0000123456","history_no":1,"updated_at":"2026-04-01T00:00:00Z",{}"#,
        &body[1..]
    );
    let json = read(
        line.as_bytes(),
        DataSet::CostShare,
        FileFormat::JsonLines,
        Encoding::Utf8,
    );
    assert_eq!(json.rows[0].body, body);
    let bad = format!(
        "[]\n{}\n{{\"ratios\":[{{\"rate\":1}}],\"x\":0}}\n",
        line.replace("\"1\"", "{}")
    );
    let json = read(
        bad.as_bytes(),
        DataSet::CostShare,
        FileFormat::JsonLines,
        Encoding::Utf8,
    );
    let found: Vec<_> = json
        .rejected
        .iter()
        .map(|it| (it[0].line, it[0].code))
        .collect();
    assert_eq!(
        found,
        [(1, "not_json"), (2, "wrong_type"), (3, "unknown_column")]
    );
}

#[test]
fn m3_a_request_for_an_opinion_is_read_with_each_fault_named() {
    let json = |text: &str| {
        let format = FileFormat::JsonLines;
        read(
            text.as_bytes(),
            DataSet::OpinionRequest,
            format,
            Encoding::Utf8,
        )
    };
    let body = r#"{"applied_on":"2026-02-02","branch":1,"request_no":"R-0001","institution_code":"1319900013","doctor_name":"見本　太郎","requested_on":"2026-02-05","due_on":"2026-02-19","setting":"1","writing":"2"}"#;
    let head = r#"{"op":"U","insurer_no":"131128","insured_no":"0000012345","history_no":1,"updated_at":"2026-02-05T00:00:00Z","#;
    let good = format!("{head}{}", &body[1..]);
    let row = &json(&good).rows[0];
    assert_eq!(
        (row.body.as_str(), row.record_key.as_str()),
        (body, "20260202-1-R-0001")
    );
    assert_eq!(row.valid_from.unwrap().to_string(), "2026-02-05");
    for (from, to, code, item) in [
        ("R-0001", "R 0001", "not_request_no", "request_no"),
        ("R-0001", "R/0001", "not_request_no", "request_no"),
        ("R-0001", "R-000000001", "not_request_no", "request_no"),
        (
            "1319900013",
            "1379900015",
            "not_institution_code",
            "institution_code",
        ),
        ("2026-02-19", "2026-02-04", "date_order", "due_on"),
        (
            "2026-02-05\",\"due",
            "2026-02-30\",\"due",
            "not_a_date",
            "requested_on",
        ),
        (
            "\"setting\":\"1\"",
            "\"setting\":\"3\"",
            "unknown_code",
            "setting",
        ),
        (
            "\"writing\":\"2\"",
            "\"writing\":\"初回\"",
            "unknown_code",
            "writing",
        ),
        ("\"branch\":1,", "", "missing", "branch"),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(bad, good);
        let found = json(&bad).rejected;
        let errors: Vec<_> = found[0]
            .iter()
            .map(|it| (it.line, it.code, it.item))
            .collect();
        assert_eq!(errors, [(1, code, Some(item))], "{to}");
    }
    let cancelled = good
        .replace("\"op\":\"U\"", "\"op\":\"D\"")
        .replace(r#""requested_on":"2026-02-05","due_on":"2026-02-19","#, "");
    assert_eq!(json(&cancelled).rows[0].op, Op::Cancel);
}

#[test]
fn nested_sets_have_a_family_of_their_own() {
    let read = read(b"op\n", DataSet::Opinion, FileFormat::Csv, Encoding::Utf8);
    assert!(read.header_failed);
    assert_eq!(read.rejected[0][0].code, "unsupported_set");
}
