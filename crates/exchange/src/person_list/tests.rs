use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn list(text: &str) -> PersonList {
    read(text.as_bytes()).unwrap()
}

/// `line:insurer:insured:name` of each person.
fn entries(list: &PersonList) -> Vec<String> {
    let entry = |it: &Entry| {
        format!(
            "{}:{}:{}:{}",
            it.line,
            it.insurer_no.as_str(),
            it.insured_no.as_str(),
            it.name
        )
    };
    list.entries.iter().map(entry).collect()
}

#[test]
fn w5_a_list_is_read_with_and_without_mark_and_header_in_either_encoding() {
    let plain = "131128,0000012345,架空 花子\r\n131128,H000054321,見本 太郎\r\n";
    let expected = |from: u64| {
        [
            format!("{from}:131128:0000012345:架空 花子"),
            format!("{}:131128:H000054321:見本 太郎", from + 1),
        ]
    };
    assert_eq!(entries(&list(plain)), expected(1));
    assert_eq!(entries(&list(&format!("\u{feff}{plain}"))), expected(1));
    let headed = format!("保険者番号,被保険者番号,氏名\r\n{plain}");
    assert_eq!(entries(&list(&headed)), expected(2));
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&headed);
    assert!(!lost);
    let read = read(&bytes).unwrap();
    assert_eq!(entries(&read), expected(2));
    assert_eq!(read.encoding, Encoding::Ms932);
}

#[test]
fn w5_columns_are_found_by_their_names_and_other_headers_are_passed_over() {
    let named = list("利用者名,被保険者番号,備考,証記載保険者番号\n架空,12345,x,131128\n");
    assert_eq!(entries(&named), ["2:131128:0000012345:架空"]);
    let other = list("市町村,番号\n131128,12345\n");
    assert_eq!(entries(&other), ["2:131128:0000012345:"]);
    assert_eq!(
        read("保険者番号,氏名\n131128,x\n".as_bytes()),
        Err(Unreadable::NoColumn(Item::InsuredNumber))
    );
    assert_eq!(
        read("被保険者番号\n12345\n".as_bytes()),
        Err(Unreadable::NoColumn(Item::InsurerNumber))
    );
}

#[test]
fn w5_numbers_are_taken_in_any_width_and_without_their_zeros() {
    let list = list(
        "'１３１１２８,００００－０１２３４５, \"a\"\"b\" \n\n,,\n11002,\"12345\",\"改\n行\"\n",
    );
    // A space before a quote makes it a stray one; the cell is a name only, but the row cannot be trusted.
    assert_eq!(list.bad.len(), 1);
    assert_eq!(
        (list.bad[0].line, list.bad[0].fault),
        (1, Fault::StrayQuote)
    );
    assert_eq!(entries(&list), ["4:011002:0000012345:改行"]);
}

#[test]
fn w5_every_bad_row_is_named_and_the_good_ones_are_kept() {
    let list = list(
        "131128,12345\n13112x,12345\n131128\n131128,12345678901\n,1\n131128,12345\n131128,2\n",
    );
    let bad: Vec<_> = list
        .bad
        .iter()
        .map(|it| (it.line, it.item, it.fault.code()))
        .collect();
    let (insurer, insured) = (Some(Item::InsurerNumber), Some(Item::InsuredNumber));
    assert_eq!(
        bad,
        [
            (2, insurer, "insurer_no"),
            (3, insured, "missing"),
            (4, insured, "insured_no"),
            (5, insurer, "missing"),
        ]
    );
    assert_eq!(list.repeated, [Repeated { line: 6, first: 1 }]);
    assert_eq!(
        entries(&list),
        ["1:131128:0000012345:", "7:131128:0000000002:"]
    );
}

#[test]
fn w5_what_is_no_list_is_told_apart() {
    for (bytes, expected) in [
        (&b""[..], Unreadable::Empty),
        (b"\xEF\xBB\xBF\r\n\r\n", Unreadable::Empty),
        ("保険者番号,被保険者番号\n".as_bytes(), Unreadable::Empty),
        (b"%PDF-1.7\n131128,1", Unreadable::NotText),
        (b"PK\x03\x04workbook", Unreadable::NotText),
        (b"\xFF\xFE1\x003\x00", Unreadable::NotText),
        (
            b"131128,1\n131128,\"2\n131128,3\n",
            Unreadable::UnclosedQuote(2),
        ),
    ] {
        assert_eq!(read(bytes), Err(expected), "{bytes:?}");
    }
    let row = b"131128,1\n";
    assert!(read(&row.repeat(MAX_ROWS)).is_ok());
    assert_eq!(
        read(&row.repeat(MAX_ROWS + 1)),
        Err(Unreadable::TooManyRows)
    );
    assert_eq!(read(&vec![b'1'; MAX_BYTES + 1]), Err(Unreadable::TooLarge));
    // Half-width kana take one byte in MS932 and three in UTF-8.
    assert_eq!(read(&vec![0xB1; MAX_BYTES / 2]), Err(Unreadable::TooLarge));
    let endless = [b"\"".to_vec(), vec![b'x'; 300_000]].concat();
    assert_eq!(read(&endless), Err(Unreadable::UnclosedQuote(1)));
}

#[test]
fn a_name_is_one_line_of_sixty_characters() {
    let name = |cell: &str| list(&format!("131128,1,{cell}\n")).entries[0].name.clone();
    assert_eq!(name(&"字".repeat(60)), "字".repeat(60));
    assert_eq!(name(&"字".repeat(61)), format!("{}…", "字".repeat(59)));
    assert_eq!(name("\"\t 架空\r\n花子 \""), "架空花子");
}

#[test]
fn debug_shows_nobody() {
    let shown = format!("{:?}", list("131128,12345,架空\n"));
    assert!(
        !shown.contains("12345") && !shown.contains("架空"),
        "{shown}"
    );
}

fn person() -> impl Strategy<Value = (u32, u64, String)> {
    (
        10_000..1_000_000_u32,
        0..10_000_000_000_u64,
        "[ぁ-んァ-ヶa-z,\" ]{0,12}",
    )
}

proptest! {
    #[test]
    fn w5_whatever_comes_each_row_is_answered_once(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        answered_once(&bytes);
    }

    #[test]
    fn w5_whatever_looks_like_a_list_is_answered_once(text in "([0-9０-９H'\",\r\n]|131128,|[0-9]{10}|保険者番号|被保険者番号){0,40}") {
        answered_once(text.as_bytes());
    }

    #[test]
    fn w5_what_is_written_is_read(people in prop::collection::vec(person(), 1..40), header: bool, mark: bool, ms932: bool) {
        let mut text = String::new();
        if mark && !ms932 {
            text.push('\u{feff}');
        }
        if header {
            text.push_str("保険者番号,被保険者番号,氏名\r\n");
        }
        let mut expected = Vec::new();
        for (insurer, insured, name) in people {
            write!(text, "{insurer:06},{insured:010},\"{}\"\r\n", name.replace('"', "\"\"")).unwrap();
            let key = (format!("{insurer:06}"), format!("{insured:010}"));
            if !expected.iter().any(|(known, _)| *known == key) {
                expected.push((key, name.trim().to_owned()));
            }
        }
        let bytes = if ms932 { encoding_rs::SHIFT_JIS.encode(&text).0.into_owned() } else { text.into_bytes() };
        let list = read(&bytes).unwrap();
        prop_assert!(list.bad.is_empty());
        let found: Vec<_> = list
            .entries
            .iter()
            .map(|it| ((it.insurer_no.to_string(), it.insured_no.to_string()), it.name.clone()))
            .collect();
        prop_assert_eq!(found, expected);
    }
}

/// The promises of every list, whatever is in it.
fn answered_once(bytes: &[u8]) {
    let Ok(list) = read(bytes) else { return };
    let mut lines: Vec<u64> = list.entries.iter().map(|it| it.line).collect();
    lines.extend(list.bad.iter().map(|it| it.line));
    lines.extend(list.repeated.iter().map(|it| it.line));
    let count = lines.len();
    lines.sort_unstable();
    lines.dedup();
    assert!((1..=MAX_ROWS).contains(&count) && lines.len() == count && lines[0] >= 1);
    for it in &list.repeated {
        assert!(it.first < it.line && list.entries.iter().any(|entry| entry.line == it.first));
    }
    // The text goes through a page and comes back: it says the same.
    let (text, _) = decode(bytes).unwrap();
    let again = read(text.as_bytes()).unwrap();
    assert_eq!(
        (&again.entries, &again.bad, &again.repeated),
        (&list.entries, &list.bad, &list.repeated)
    );
}
