use proptest::prelude::*;

use super::*;

const HEADER: &str = "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日";

fn register(rows: &str) -> OfficeRegister {
    read(format!("{HEADER}\n{rows}").as_bytes()).unwrap()
}

fn findings(found: &[Finding]) -> Vec<(u64, Option<Column>, &'static str)> {
    found
        .iter()
        .map(|it| (it.line, it.column, it.fault.code()))
        .collect()
}

#[test]
fn p2_a_register_is_read_in_either_encoding_with_and_without_its_mark() {
    let text = format!(
        "{HEADER}\r\n'１３７９９０００１０,見本ケアプランセンター,ﾐﾎﾝ,〒100-0000,\"東京都見本区1,2\",03-0000-0000,430・110,１０,,開設,R2.4.1,\r\n"
    );
    let plain = read(text.as_bytes()).unwrap();
    assert!(plain.mistakes.is_empty(), "{:?}", plain.mistakes);
    let entry = &plain.entries[0];
    assert_eq!(entry.office_no.as_str(), "1379900010");
    assert_eq!((&*entry.kana, &*entry.postal_code), ("ミホン", "1000000"));
    assert_eq!(
        (&*entry.address, &*entry.phone),
        ("東京都見本区1,2", "03-0000-0000")
    );
    let kinds: Vec<_> = entry
        .service_kinds
        .iter()
        .map(|it| it.as_str().to_owned())
        .collect();
    assert_eq!(
        (kinds, entry.beds),
        (vec!["11".to_owned(), "43".to_owned()], Some(10))
    );
    assert_eq!(entry.opened_on.unwrap().to_string(), "2020-04-01");

    let marked = read(format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(marked.entries, plain.entries);
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lost);
    assert_eq!(read(&bytes).unwrap().entries, plain.entries);
}

#[test]
fn p2_every_mistake_is_named_with_line_and_item() {
    let found = register(
        "137990001,,,10,,03,XYZ,many,123,x,2026-02-30,\n\
         1379900010,見本,,,,,,,,廃止,,\n\
         1379900010,見本,,,,,,,,開設,2026-04-01,2026-03-31\n\
         ,見本,,,,,,,,開設,,\n",
    );
    assert_eq!(
        findings(&found.mistakes),
        [
            (2, Some(Column::Name), "missing"),
            (2, Some(Column::PostalCode), "postal_code"),
            (2, Some(Column::Phone), "phone"),
            (2, Some(Column::ServiceKinds), "service_kind"),
            (2, Some(Column::Beds), "beds"),
            (2, Some(Column::CorporateNumber), "corporate_no"),
            (2, Some(Column::State), "state"),
            (2, Some(Column::OpenedOn), "day"),
            (3, Some(Column::ClosedOn), "no_closing_day"),
            (4, Some(Column::ClosedOn), "closed_before_opened"),
            (4, Some(Column::Number), "repeated"),
            (5, Some(Column::Number), "missing"),
        ]
    );
    assert!(found.entries.is_empty());
    assert_eq!(
        found.mistakes[10].message(),
        "4行目「事業所番号」：同じ番号が3行目にもあります"
    );
}

#[test]
fn p2_a_number_the_registry_mistyped_is_kept_and_told() {
    let found = register("1379900011,見本,,,,,,,,開設,,\n");
    assert_eq!(
        findings(&found.warnings),
        [(2, Some(Column::Number), "check_digit")]
    );
    assert_eq!((found.entries.len(), found.mistakes.len()), (1, 0));
}

#[test]
fn p2_what_is_no_register_is_told_apart() {
    for (bytes, expected) in [
        (Vec::new(), Unreadable::Empty),
        (format!("{HEADER}\n").into_bytes(), Unreadable::Empty),
        (b"%PDF-1.7".to_vec(), Unreadable::NotText),
        (b"PK\x03\x04".to_vec(), Unreadable::NotText),
        (
            format!("{HEADER}\n\"1379900010").into_bytes(),
            Unreadable::UnclosedQuote(2),
        ),
        (
            "1379900010,見本\n".into(),
            Unreadable::NoColumn(Column::Number),
        ),
        (
            HEADER.replace("状態,", "").into_bytes(),
            Unreadable::NoColumn(Column::State),
        ),
    ] {
        assert_eq!(read(&bytes), Err(expected));
    }
}

proptest! {
    #[test]
    fn p2_whatever_comes_a_row_is_taken_or_named(rows in prop::collection::vec("[0-9０-９A-Z,\"\r・\\-見本開設廃止 ]{0,60}", 1..20)) {
        let Ok(found) = read(format!("{HEADER}\n{}", rows.join("\n")).as_bytes()) else { return Ok(()) };
        for finding in found.mistakes.iter().chain(&found.warnings) {
            prop_assert!(finding.line >= 2 && !finding.message().is_empty());
        }
        let mut numbers: Vec<_> = found.entries.iter().map(|it| it.office_no).collect();
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), found.entries.len());
    }
}
