//! What an applicant may type, fault by fault (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kiban_domain::{
    CareProgramme, Category, CategoryCount, Certainty, CostLine, FormFacts, InstitutionClass,
    KindInCategory, OpinionProgramme, Period, Programme, Rate, ReviewRules, Rounding, Scheme,
    SchemeParts, SubsidyFault, SubsidyForm, Yen, field_label,
};
use proptest::prelude::*;

fn scheme() -> Scheme {
    let period = |first: &str, last: &str| Period {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    Scheme::new(SchemeParts {
        code: "test".into(),
        title: "試験".into(),
        applications: period("2025-10-17", "2026-03-13"),
        planned: false,
        costs: period("2025-04-01", "2026-03-13"),
        tax_percent: 10,
        care: CareProgramme {
            categories: vec![Category {
                code: "visiting".into(),
                label: "訪問".into(),
                readers: 3,
                limit: Yen::new(64_000),
            }],
            kinds: vec![KindInCategory {
                kind: "11".parse().unwrap(),
                category: "visiting".into(),
                certainty: Certainty::High,
            }],
            count: CategoryCount::OncePerCategory,
            rounding: Rounding::Yen,
        },
        opinion: OpinionProgramme {
            classes: vec![InstitutionClass {
                code: "all".into(),
                label: "すべて".into(),
                beds_from: 0,
                beds_to: None,
                rate: Rate { above: 1, below: 2 },
                limit: Yen::new(550_000),
            }],
            rounding: Rounding::Yen,
            beds_on: None,
        },
        review: ReviewRules {
            alone: Yen::new(0),
            care_budget: None,
            opinion_budget: None,
            warn_percent: 90,
        },
        source: "試験".into(),
    })
    .unwrap()
}

const GOOD: [(&str, &str); 25] = [
    ("kinds", "11"),
    ("institution", "hospital"),
    ("beds", "２００床"),
    ("vendor", "見本システム"),
    ("product", "見本カルテ"),
    ("line.1.kind", "reader"),
    ("line.1.on", "令和7年11月4日"),
    ("line.1.maker", "見本電器"),
    ("line.1.model", "MR-1"),
    ("line.1.serials", "Ａ００−１、a0-01"),
    ("line.1.invoice", "INV-1"),
    ("line.1.quantity", "２台"),
    ("line.1.amount", "16,000円"),
    ("line.1.tax", "included"),
    ("account.bank", "９９９９"),
    ("account.bank_name", "見本銀行"),
    ("account.branch", "001"),
    ("account.branch_name", "本店"),
    ("account.kind", "1"),
    ("account.number", "123"),
    ("account.holder", "ミホンケア"),
    ("declare.truth", "1"),
    ("declare.once", "1"),
    ("declare.keep", "1"),
    ("declare.back", "1"),
];

fn form(changes: &[(&str, &str)]) -> SubsidyForm {
    let all = GOOD.iter().chain(changes);
    let mut form = SubsidyForm::default();
    for (name, value) in all {
        assert!(form.set(name, value), "{name}");
    }
    form
}

fn faults(programme: Programme, form: &SubsidyForm) -> Vec<(String, SubsidyFault)> {
    let scheme = scheme();
    let facts = FormFacts {
        scheme: &scheme,
        programme,
        today: "2025-12-01".parse().unwrap(),
        with_files: None,
    };
    let faults = form.read(&facts).err().unwrap_or_default();
    for it in &faults {
        let message = it.message();
        assert!(!message.ends_with('。') && !message.is_empty(), "{message}");
        assert!(field_label(&it.field).is_some(), "{}", it.field);
    }
    faults.into_iter().map(|it| (it.field, it.fault)).collect()
}

#[test]
fn g4_what_people_type_is_read_as_they_mean_it() {
    let scheme = scheme();
    let facts = FormFacts {
        scheme: &scheme,
        programme: Programme::Care,
        today: "2025-12-01".parse().unwrap(),
        with_files: None,
    };
    let filled = form(&[]).read(&facts).unwrap();
    let line = &filled.lines[0];
    assert_eq!((line.cost.quantity, line.cost.amount.get()), (2, 16_000));
    assert_eq!(line.cost.on.unwrap().to_string(), "2025-11-04");
    // Hyphens are the maker's: these are two readers.
    assert_eq!(line.serials, ["A00-1", "A0-01"]);
    let account = &filled.account.account;
    assert_eq!(account.number.as_str(), "0000123");
    assert_eq!(account.masked_number(), "＊＊＊＊123");
    assert_eq!(format!("{account:?}"), "BankAccount(…)");
    assert!(!format!("{:?}", form(&[])).contains("ミホン"));
}

#[test]
fn g4_each_fault_is_told_with_its_field() {
    use SubsidyFault as F;
    let care: [(&str, &str, F); 24] = [
        ("kinds", "", F::NotChosen),
        ("kinds", "1", F::Unknown),
        ("kinds", "42", F::NoCategory),
        ("line.1.kind", "", F::NotChosen),
        ("line.1.kind", "sending", F::Unknown),
        ("line.1.on", "", F::Missing),
        ("line.1.on", "2025-12-02", F::Future),
        ("line.1.maker", "", F::Missing),
        ("line.1.model", "あ\u{7}い", F::ControlCharacter),
        ("line.1.invoice", &"1".repeat(41), F::TooLong(40)),
        ("line.1.quantity", "0", F::Quantity { most: 999 }),
        ("line.1.quantity", "1000", F::Quantity { most: 999 }),
        ("line.1.serials", "A001", F::Serials { wanted: 2 }),
        (
            "line.1.serials",
            "A001 A001",
            F::RepeatedSerial("A001".into()),
        ),
        ("line.1.amount", "0", F::TooLittle),
        ("line.1.amount", "-1", F::TooLittle),
        ("line.1.amount", "9,999,999,999", F::TooMuch),
        ("line.1.amount", "1.5", F::Amount),
        ("line.1.tax", "", F::NotChosen),
        ("account.bank", "123", F::Digits(4)),
        ("account.branch", "1234", F::Digits(3)),
        ("account.number", "12345678", F::AccountNumber),
        ("account.holder", "見本介護", F::HolderCharacter('見')),
        ("declare.once", "", F::NotDeclared),
    ];
    for (field, value, fault) in care {
        let mut all = form(&[]);
        all.set(field, value);
        let expected = vec![(field.to_owned(), fault)];
        assert_eq!(faults(Programme::Care, &all), expected, "{field} {value}");
    }
    for (value, fault) in [
        ("19", F::BedsOfInstitution),
        ("", F::Missing),
        ("たくさん", F::Beds),
    ] {
        let mut all = form(&[]);
        all.set("beds", value);
        let found = faults(Programme::Opinion, &all);
        assert_eq!(found, [("beds".to_owned(), fault)], "{value}");
    }
}

#[test]
fn g4_what_else_can_be_wrong_is_told_as_well() {
    use SubsidyFault as F;
    let serial = "1".repeat(41);
    for (programme, field, value, fault) in [
        (
            Programme::Care,
            "line.1.serials",
            "A\u{7}1 A2",
            F::ControlCharacter,
        ),
        (
            Programme::Care,
            "line.1.serials",
            &format!("{serial} A2"),
            F::TooLong(40),
        ),
        (Programme::Care, "line.1.serials", "", F::Missing),
        (Programme::Care, "line.1.tax", "none", F::Unknown),
        (Programme::Care, "line.1.quantity", "", F::Missing),
        (Programme::Care, "line.1.amount", "", F::Missing),
        (Programme::Care, "line.1.amount", "100,000,000", F::TooMuch),
        (Programme::Care, "line.1.on", "2025-02-30", F::Day("")),
        (Programme::Care, "account.bank", "", F::Missing),
        (Programme::Care, "account.branch", "", F::Missing),
        (Programme::Care, "account.kind", "", F::NotChosen),
        (Programme::Care, "account.kind", "3", F::Unknown),
        (Programme::Care, "account.number", "", F::Missing),
        (Programme::Care, "account.holder", "", F::Missing),
        (
            Programme::Care,
            "account.holder",
            &"ガ".repeat(16),
            F::HolderTooLong,
        ),
        (Programme::Care, "account.bank_name", "", F::Missing),
        (
            Programme::Care,
            "account.branch_name",
            &"あ".repeat(101),
            F::TooLong(100),
        ),
        (Programme::Care, "declare.truth", "yes", F::NotDeclared),
        (Programme::Opinion, "institution", "", F::NotChosen),
        (Programme::Opinion, "institution", "temple", F::Unknown),
        (Programme::Opinion, "vendor", "", F::Missing),
        (
            Programme::Opinion,
            "product",
            &"あ".repeat(101),
            F::TooLong(100),
        ),
        (Programme::Opinion, "beds", "10000", F::Beds),
        (Programme::Opinion, "line.1.amount", "1円50銭", F::Amount),
    ] {
        let mut all = form(&[]);
        assert!(all.set(field, value));
        let found = faults(programme, &all);
        // Of a day the words are the calendar's own.
        let found: Vec<_> = found
            .into_iter()
            .map(|(field, fault)| match fault {
                F::Day(_) => (field, F::Day("")),
                other => (field, other),
            })
            .collect();
        assert_eq!(found, [(field.to_owned(), fault)], "{field} {value}");
    }
    let pasted = form(&[("line.1.serials", "A001\tA002\r\n")]);
    assert!(
        faults(Programme::Care, &pasted).is_empty(),
        "as copied from a spreadsheet"
    );
}

#[test]
fn g4_a_line_without_a_file_is_told_beside_its_invoice() {
    let scheme = scheme();
    let facts = FormFacts {
        scheme: &scheme,
        programme: Programme::Care,
        today: "2025-12-01".parse().unwrap(),
        with_files: Some([2].into()),
    };
    let found = form(&[]).read(&facts).unwrap_err();
    let expected = ("line.1.invoice", SubsidyFault::NoFile);
    let found: Vec<_> = found
        .iter()
        .map(|it| (&*it.field, it.fault.clone()))
        .collect();
    assert_eq!(found, [expected]);
}

#[test]
fn g4_days_lines_and_names_have_their_limits() {
    let early = form(&[("line.1.on", "2025-03-31")]);
    let found = faults(Programme::Care, &early);
    assert!(matches!(found[0].1, SubsidyFault::OutsidePeriod { .. }));
    let odd = form(&[("line.1.on", "11月の終わり")]);
    assert!(matches!(
        faults(Programme::Care, &odd)[0].1,
        SubsidyFault::Day(_)
    ));
    let mut none = form(&[]);
    none.remove_line(1);
    assert_eq!(
        faults(Programme::Care, &none),
        [("line.1.kind".to_owned(), SubsidyFault::NoLine)]
    );
    assert_eq!(none.next_line(), Some(1));
    let mut full = form(&[]);
    for number in 2..=CostLine::MOST_LINES {
        full.set(&format!("line.{number}.maker"), "見本");
    }
    assert_eq!(full.next_line(), None);
    full.set("line.31.maker", "見本");
    let found = faults(Programme::Care, &full);
    assert_eq!(found[0].1, SubsidyFault::TooManyLines);
    for name in [
        "total",
        "line.0.kind",
        "line.01.kind",
        "line.100.kind",
        "line.1.total",
        "declare.all",
        "account",
        "",
    ] {
        assert!(!full.set(name, "1"), "{name}");
    }
    assert!(!full.set("vendor", &"あ".repeat(401)));
}

#[test]
fn g4_what_changed_between_two_submissions_is_named() {
    let (before, after) = (form(&[]), form(&[("line.1.model", "MR-2")]));
    let changes = before.changes_to(&after);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].label, "経費1の型番・内容");
    assert_eq!((&*changes[0].before, &*changes[0].after), ("MR-1", "MR-2"));
    assert!(before.changes_to(&before).is_empty());
}

proptest! {
    #[test]
    fn g4_nothing_that_is_typed_breaks_a_form(
        at in prop::collection::vec(0_usize..GOOD.len(), 0..6),
        values in prop::collection::vec("\\PC{0,30}|[0-9０-９,.円]{0,14}", 6),
        care in any::<bool>(),
    ) {
        let mut all = form(&[]);
        for (at, value) in at.iter().zip(&values) {
            all.set(GOOD[*at].0, value);
        }
        let programme = if care { Programme::Care } else { Programme::Opinion };
        let scheme = scheme();
        let facts = FormFacts { scheme: &scheme, programme, today: "2025-12-01".parse().unwrap(), with_files: None };
        match all.read(&facts) {
            Ok(filled) => {
                let so_far: Vec<_> = all.costs_so_far(programme).into_iter().map(|it| it.1).collect();
                prop_assert_eq!(filled.costs(), so_far);
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                prop_assert!(found.iter().all(|it| field_label(&it.field).is_some() && !it.message().is_empty()));
            }
        }
        let again = SubsidyForm::of(all.values().map(|(name, value)| (name.to_owned(), value.to_owned())));
        prop_assert_eq!(again, all);
    }

    /// A form without a fault always works out: no kind, day or amount that was taken is refused by the rules, and nothing in it is above its limit.
    #[test]
    fn g4_a_form_without_a_fault_works_out(
        readers in 1_u32..=60,
        amounts in prop::collection::vec(1_u64..=CostLine::MOST_YEN, 1..6),
        included in any::<bool>(),
        beds in 0_u32..10_000,
        care in any::<bool>(),
    ) {
        let programme = if care { Programme::Care } else { Programme::Opinion };
        let mut all = form(&[]);
        all.remove_line(1);
        for (number, amount) in (1..).zip(&amounts) {
            for (name, value) in GOOD.iter().filter_map(|(name, value)| Some((name.strip_prefix("line.1.")?, *value))) {
                all.set(&format!("line.{number}.{name}"), value);
            }
            let kind = if number == 1 { "reader" } else { "connection" };
            all.set(&format!("line.{number}.kind"), kind);
            all.set(&format!("line.{number}.amount"), &amount.to_string());
            all.set(&format!("line.{number}.tax"), if included { "included" } else { "excluded" });
        }
        let serials: Vec<_> = (0..readers).map(|at| format!("S{at}")).collect();
        all.set("line.1.quantity", &readers.to_string());
        all.set("line.1.serials", &serials.join(" "));
        all.set("beds", &beds.to_string());
        all.set("institution", if beds >= 20 { "hospital" } else { "clinic" });
        let scheme = scheme();
        let facts = FormFacts { scheme: &scheme, programme, today: "2025-12-01".parse().unwrap(), with_files: None };
        let filled = all.read(&facts).map_err(|found| TestCaseError::fail(format!("{found:?}")))?;
        prop_assert_eq!(filled.lines.len(), amounts.len());
        let costs = filled.costs();
        prop_assert!(costs.iter().all(|it| it.check().is_ok()));
        let amount = match programme {
            Programme::Care => scheme.work_out_care(&filled.kinds, &costs).amount,
            Programme::Opinion => scheme.work_out_opinion(filled.beds, &costs).unwrap().amount,
        };
        prop_assert!(amount <= Yen::new(550_000));
    }
}
