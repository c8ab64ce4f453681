//! The committed table of every role × relation × consent × stage × part.
//!
//! `docs/reference/access-table.txt` is what a reviewer reads; this test makes it anew and compares. After a wanted
//! change of the rules write it with `KIBAN_BLESS=1 cargo test -p kiban-access`.

#![expect(
    clippy::unwrap_used,
    reason = "test values are written beside their use"
)]

use kiban_access::{
    Caller, ConsentAct, Consents, Facts, Matrix, Part, PersonKey, Relation, read_person,
    record_consent,
};
use kiban_domain::{ConsentScope, Date, MunicipalityStage};
use std::fmt::Write as _;

const TODAY: Date = Date::constant(2026, 11, 1);

fn person() -> PersonKey {
    PersonKey {
        insurer_no: "131128".parse().unwrap(),
        insured_no: "0000123456".parse().unwrap(),
    }
}

fn relation(kind: &str, to: Date) -> Relation {
    Relation {
        service_kind: kind.parse().unwrap(),
        valid_from: Date::constant(2026, 4, 1),
        valid_to: to,
        ground: "relation".into(),
    }
}

fn callers() -> Vec<(&'static str, Caller, Option<&'static str>)> {
    let office: kiban_domain::OfficeNumber = "1371600303".parse().unwrap();
    let clinic: kiban_domain::OfficeNumber = "1310270751".parse().unwrap();
    vec![
        ("person", Caller::Person(person()), None),
        ("insurer", Caller::Insurer(person().insurer_no), None),
        (
            "other insurer",
            Caller::Insurer("011007".parse().unwrap()),
            None,
        ),
        ("care management", Caller::Office(office), Some("43")),
        ("other office", Caller::Office(office), Some("11")),
        (
            "medical",
            Caller::Medical {
                office_no: clinic,
                gives_care: false,
            },
            Some("13"),
        ),
        (
            "medical+care",
            Caller::Medical {
                office_no: clinic,
                gives_care: true,
            },
            Some("13"),
        ),
        ("operator", Caller::Operator, None),
    ]
}

fn render() -> String {
    let forever = Date::constant(9999, 12, 31);
    let ended = Date::constant(2026, 10, 31);
    let mut out = String::from("# role | relation | stage | consents -> part: yes or why not\n");
    for (name, caller, kind) in callers() {
        let relations: Vec<(&str, Vec<Relation>)> = match kind {
            None => vec![("-", vec![])],
            Some(kind) => vec![
                ("none", vec![]),
                ("active", vec![relation(kind, forever)]),
                ("ended", vec![relation(kind, ended)]),
            ],
        };
        for (state, relations) in relations {
            for &stage in MunicipalityStage::ALL {
                for (consent, consents) in [
                    ("none", Consents::default()),
                    ("all", Consents::of(ConsentScope::All)),
                    ("survey", Consents::of(ConsentScope::Survey)),
                    ("card", Consents::of(ConsentScope::InsuredCard)),
                    (
                        "all+physician",
                        Consents::of(ConsentScope::All).and(Consents::PHYSICIAN),
                    ),
                ] {
                    let facts = Facts {
                        person: person(),
                        stage,
                        relations: relations.clone(),
                        consents,
                        today: TODAY,
                    };
                    let _ = writeln!(out, "\n{name} | {state} | {stage:?} | {consent}");
                    match read_person(&caller, &facts, Matrix::standard()) {
                        Err(refusal) => {
                            let _ = writeln!(out, "  all: {}", refusal.code());
                        }
                        Ok(permit) => {
                            let shown: Vec<_> = permit.shown().iter().map(Part::as_str).collect();
                            let _ = writeln!(out, "  yes: {}", shown.join(" "));
                            for withheld in permit.withheld() {
                                let _ = writeln!(
                                    out,
                                    "  {}: {}",
                                    withheld.part.as_str(),
                                    withheld.reason.code()
                                );
                            }
                        }
                    }
                }
                for act in ConsentAct::ALL {
                    let facts = Facts {
                        person: person(),
                        stage,
                        relations: relations.clone(),
                        consents: Consents::default(),
                        today: TODAY,
                    };
                    let answer = match record_consent(&caller, &facts, act) {
                        Ok(permit) => format!("yes as {}", permit.role().as_str()),
                        Err(refusal) => refusal.code().to_owned(),
                    };
                    let _ = writeln!(
                        out,
                        "\n{name} | {state} | {stage:?} | {} a consent\n  {answer}",
                        act.as_str()
                    );
                }
            }
        }
    }
    out
}

#[test]
fn s2_the_table_of_every_role_is_the_committed_one() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/access-table.txt"
    );
    let table = render();
    #[expect(clippy::disallowed_methods, reason = "a switch of this test only")]
    if std::env::var("KIBAN_BLESS").is_ok() {
        std::fs::write(path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        table == committed,
        "docs/reference/access-table.txt differs from what the rules give"
    );
}

#[test]
fn s2_the_operator_sees_nothing_and_a_foreign_insurer_finds_nobody() {
    let table = render();
    for block in table.split("\n\n") {
        if block.starts_with("operator") || block.starts_with("other insurer") {
            assert!(!block.contains("yes:"), "{block}");
        }
    }
}

#[test]
fn s4_nothing_is_shared_before_the_stage_allows_it() {
    for block in render().split("\n\n").skip(1) {
        let shared_role = !block.starts_with("person") && !block.starts_with("insurer");
        if shared_role && !block.contains("| Sharing |") {
            assert!(!block.contains("yes:"), "{block}");
        }
    }
}

#[test]
fn s5_only_offices_that_serve_the_person_record_consents_and_nobody_is_kept_from_withdrawing() {
    for block in render()
        .split("\n\n")
        .filter(|it| it.contains(" a consent\n"))
    {
        let serves = block.contains("| active |") && !block.starts_with("medical |");
        let open = block.contains("withdraw a consent") || block.contains("| Sharing |");
        assert_eq!(block.contains("yes as"), serves && open, "{block}");
    }
}
