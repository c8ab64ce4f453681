//! The CSV of the 医見書 (section 9).

use crate::invented::{FULL_2018, FULL_2021, FULL_CSV, any_in_ms932, edition, full, text};
use jiff::civil::datetime;
use kiban_domain::opinion::{Cautions, ItemId, MedicalService, Opinion, Text};
use kiban_exchange::opinion::{
    CsvVersion, ReadCsv, canonical_json, csv_stamp, read_csv, write_csv,
};
use proptest::prelude::*;

fn write(opinions: &[Opinion]) -> Result<Vec<u8>, Vec<(usize, &'static str, &'static str)>> {
    let at = datetime(2026, 2, 21, 10, 30, 5, 0);
    write_csv(opinions, "医見書", at).map_err(|unwritten| {
        let unwritten = unwritten.into_iter();
        unwritten
            .map(|it| (it.opinion, it.kind.code(), it.item.code()))
            .collect()
    })
}

fn cells() -> Vec<String> {
    let (line, _, _) = encoding_rs::SHIFT_JIS.decode(FULL_CSV);
    let line = line.trim_end().trim_matches('"');
    line.split("\",\"").map(str::to_owned).collect()
}

/// The full file with these cells (columns from 1) changed.
fn with(changes: &[(usize, &str)]) -> Vec<u8> {
    let mut cells = cells();
    for (column, value) in changes {
        (*value).clone_into(&mut cells[column - 1]);
    }
    let line: Vec<String> = cells.iter().map(|it| format!("\"{it}\"")).collect();
    encoding_rs::SHIFT_JIS
        .encode(&line.join(","))
        .0
        .into_owned()
}

fn read(bytes: &[u8]) -> ReadCsv {
    read_csv(bytes).unwrap()
}

#[test]
fn d4_the_golden_file_is_the_golden_document_and_comes_out_to_the_byte() {
    let file = read(FULL_CSV);
    assert!(file.faults.is_empty(), "{:?}", file.faults);
    let [row] = &file.opinions[..] else {
        panic!("one line")
    };
    assert_eq!(
        (row.line, row.version, row.software.as_str()),
        (1, CsvVersion::V1_2, "医見書")
    );
    assert_eq!(row.stamp, "000001234521103005");
    assert_eq!(canonical_json(&row.opinion), FULL_2018);
    assert_eq!(
        write(std::slice::from_ref(&row.opinion)),
        Ok(FULL_CSV.to_vec())
    );
    assert_eq!(
        csv_stamp(&row.opinion, datetime(2026, 2, 21, 10, 30, 5, 0)),
        row.stamp
    );
}

#[test]
fn d4_each_fault_is_named_with_line_column_and_item() {
    for (column, value, code, item) in [
        (4, "13112", "insurer_no", "insurer_no"),
        (7, "1", "institution_no", "institution_no"),
        (8, "20260230", "csv_day", "application_date"),
        (14, "令和8年2月20日", "csv_day", "entry_date"),
        (14, "18670101", "csv_day", "entry_date"),
        (18, "八十", "number", "age"),
        (18, "1000", "number", "age"),
        (19, "3", "choice", "sex"),
        (19, "01", "choice", "sex"),
        (33, "100000001000", "csv_flags", "other_depts"),
        (33, "2000000010001", "csv_flags", "other_depts"),
        (36, "平成20年13月", "csv_partial_day", "diagnosis[1].onset"),
        (36, "むかし", "csv_partial_day", "diagnosis[1].onset"),
        (47, "10", "choice", "adl_disabled"),
        (60, "1505.5", "number", "height_cm"),
        (63, "2", "csv_flags", "limb_defect"),
        (87, "1", "csv_flags", "ataxia.upper"),
        (106, "1200000001", "csv_flags", "med_mgmt"),
        (106, "12000000013", "csv_flags", "med_mgmt"),
        (121, "前\t後", "control_character", "remarks"),
    ] {
        let mut bytes = FULL_CSV.to_vec();
        bytes.extend(with(&[(column, value)]));
        let file = read(&bytes);
        assert_eq!(file.opinions.len(), 1, "the first line is good");
        let [fault] = &file.faults[..] else {
            panic!("{column} {value} {:?}", file.faults)
        };
        let item_code = fault.item.map(ItemId::code);
        assert_eq!(
            (
                fault.line,
                fault.column.map(usize::from),
                item_code,
                fault.kind.code()
            ),
            (2, Some(column), Some(item), code),
            "{value}"
        );
        assert!(!fault.reason.ends_with('。') && !fault.reason.is_empty());
    }
    let all = read(&with(&[(8, "x"), (19, "9"), (121, "\u{7}")]));
    assert_eq!(all.faults.len(), 3, "one answer names everything");
}

#[test]
fn d4_versions_are_told_apart_by_column_1() {
    let old = read(&with(&[(1, "1.1"), (106, "1200000001")]));
    let [row] = &old.opinions[..] else {
        panic!("{:?}", old.faults)
    };
    assert_eq!(row.version, CsvVersion::V1_1);
    assert!(
        !row.opinion
            .living
            .med_mgmt
            .contains_key(&MedicalService::NurseConsultation)
    );
    assert!(row.opinion.living.med_mgmt[&MedicalService::VisitingNursing]);
    for (version, code, part) in [
        ("1.1", "csv_flags", "10桁"),
        ("I1.2", "csv_disability_form", "障害支援区分"),
        ("1.3", "csv_version", "「1.3」"),
        ("", "csv_version", "「」"),
        ("2", "csv_version", "「2」"),
    ] {
        let file = read(&with(&[(1, version)]));
        assert!(file.opinions.is_empty());
        assert_eq!(file.faults[0].kind.code(), code, "{version}");
        assert!(
            file.faults[0].reason.contains(part),
            "{}",
            file.faults[0].reason
        );
    }
}

#[test]
fn d4_unset_items_may_be_empty_or_zero() {
    let zero = read(&with(&[
        (19, "0"),
        (33, "0000000000000"),
        (63, "0"),
        (34, ""),
        (64, ""),
    ]));
    let empty = read(&with(&[(19, ""), (33, ""), (63, ""), (34, ""), (64, "")]));
    assert_eq!(zero.opinions[0].opinion, empty.opinions[0].opinion);
    assert!(!zero.opinions[0].opinion.has(ItemId::Sex));
}

#[test]
fn d4_lines_and_quotes_that_are_broken_are_named() {
    let file = read(b"\"1.2\",\"a\"b\"\r\n\r\n\"1.2\",\"b\"\r\n\"1.2\",\"never closed\r\n");
    let found: Vec<_> = file
        .faults
        .iter()
        .map(|it| (it.line, it.column, it.kind.code()))
        .collect();
    assert_eq!(
        found,
        [
            (1, Some(2), "csv_stray_quote"),
            (3, None, "csv_columns"),
            (4, Some(2), "csv_stray_quote")
        ]
    );
    let mut bytes = with(&[(121, "x")]);
    let end = bytes.len() - 2;
    bytes[end] = 0x81;
    let file = read(&bytes);
    assert!(
        matches!(&file.faults[..], [it] if it.kind.code() == "csv_stray_quote" || it.kind.code() == "csv_not_ms932")
    );
    bytes.truncate(end);
    bytes.extend(b"\xfd\"");
    let file = read(&bytes);
    assert_eq!(
        (file.faults[0].column, file.faults[0].kind.code()),
        (Some(121), "csv_not_ms932")
    );
}

#[test]
fn d4_files_that_are_something_else_are_refused() {
    for (bytes, code) in [
        (&b""[..], "csv_empty"),
        (b"\r\n\n", "csv_empty"),
        (b"\xEF\xBB\xBF\"1.2\"", "csv_file_not_ms932"),
        ("\"1.2\",\"医見書\"".as_bytes(), "csv_file_not_ms932"),
        (b"\xFF\xFE1\0", "csv_file_not_ms932"),
    ] {
        let error = read_csv(bytes).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.message().ends_with('。'));
    }
    let many = b"\"1.2\"\n".repeat(1_001);
    assert_eq!(read_csv(&many).unwrap_err().code(), "csv_too_many_rows");
    let large = vec![b'a'; (16 << 20) + 1];
    assert_eq!(read_csv(&large).unwrap_err().code(), "csv_too_large");
}

#[test]
fn d4_what_the_layout_cannot_carry_is_named_and_nothing_is_written() {
    let mut rare = full(FULL_2018);
    rare.header.applicant_name = text("𠮷田 花子");
    rare.illness.medicines[0].name = text("〜錠");
    assert_eq!(
        write(&[full(FULL_2018), rare.clone()]),
        Err(vec![
            (1, "csv_characters", "applicant_name"),
            (1, "csv_characters", "medicine[1].name")
        ])
    );
    let unwritten = write_csv(&[rare], "", datetime(2026, 1, 1, 0, 0, 0, 0)).unwrap_err();
    assert!(unwritten[0].reason.contains("「𠮷」（1文字目）"));
    let later = write(&[full(FULL_2021)]).unwrap_err();
    let items: Vec<_> = later.iter().map(|it| it.2).collect();
    assert!(later.iter().all(|it| it.1 == "csv_no_column"));
    assert_eq!(items[..2], ["med_mgmt", "med_mgmt_other"]);
    assert_eq!(items.len(), 2 + 3 * 2 + 2);
    let mut long = full(FULL_2018);
    long.illness.course = text(&"あ".repeat(3_999));
    long.illness.medicines[0].name = text("見本錠");
    assert_eq!(write(&[long]), Err(vec![(0, "csv_too_long", "course")]));
}

/// What a file can hold of an opinion: the edition of the columns, and medicines as lines of the course.
fn held(opinion: &Opinion) -> Opinion {
    let mut held = opinion.clone();
    held.edition = edition("2018").code();
    held.illness.course = Text::new(&opinion.course_with_medicines()).unwrap();
    held.illness.medicines = <[_; 8]>::default();
    held
}

/// What the later editions have no columns for.
fn without_later(mut opinion: Opinion) -> Opinion {
    opinion.living.med_mgmt.clear();
    opinion.living.med_mgmt_other = Text::default();
    opinion.living.cautions = Cautions::default();
    opinion
}

proptest! {
    #[test]
    fn d4_any_opinion_comes_back_from_a_file(
        old in any_in_ms932("2018"),
        later in any_in_ms932("2021").prop_map(without_later),
    ) {
        let opinions = [old, later];
        let bytes = write(&opinions);
        prop_assert!(bytes.is_ok(), "{bytes:?}");
        let file = read_csv(&bytes.unwrap()).unwrap();
        prop_assert!(file.faults.is_empty(), "{:?}", file.faults);
        let back: Vec<_> = file.opinions.into_iter().map(|it| it.opinion).collect();
        let sent: Vec<_> = opinions.iter().map(held).collect();
        for (back, sent) in back.iter().zip(&sent) {
            prop_assert_eq!(String::from_utf8(canonical_json(back)).unwrap(), String::from_utf8(canonical_json(sent)).unwrap());
        }
        prop_assert_eq!(back.len(), 2);
    }

    #[test]
    fn d4_no_bytes_make_the_file_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_csv(&bytes);
    }

    #[test]
    fn d4_no_changed_byte_makes_the_file_reader_panic(at in 0..FULL_CSV.len(), byte in any::<u8>()) {
        let mut bytes = FULL_CSV.to_vec();
        bytes[at] = byte;
        if let Ok(file) = read_csv(&bytes) {
            let lines = bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty() && *it != b"\r").count();
            prop_assert!(file.opinions.len() <= lines);
            prop_assert!(!file.opinions.is_empty() || !file.faults.is_empty());
        }
    }
}
