//! The committed table of every role × relation × consent × stage × part.
//!
//! `docs/reference/access-table.txt` is what a reviewer reads; this test makes it anew and compares. After a wanted
//! change of the rules write it with `KIBAN_BLESS=1 cargo test -p kiban-access`.

#![expect(
    clippy::unwrap_used,
    reason = "test values are written beside their use"
)]

use kiban_access::{
    Caller, ConsentAct, Consents, DocumentAct, DocumentRefusal, EmergencyFacts, EmergencyLook,
    EmergencyMatrix, EmergencyRefusal, EmergencyWindow, Facts, Matrix, OpinionFacts, Part,
    PersonKey, Refusal, Relation, Withheld, asked_institution, asking_insurer, keep_documents,
    may_be_shown, read_emergency, read_opinion, read_person, record_consent, search_emergency,
    share_documents,
};
use kiban_domain::{ConsentScope, Date, MunicipalityStage, Timestamp};
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
                render_documents(&mut out, name, &caller, state, stage, &relations);
            }
        }
    }
    render_emergency(&mut out);
    render_opinions(&mut out);
    out
}

/// An office's own files, and those that offices pass to each other.
fn render_documents(
    out: &mut String,
    name: &str,
    caller: &Caller,
    state: &str,
    stage: MunicipalityStage,
    relations: &[Relation],
) {
    let facts = |consents| Facts {
        person: person(),
        stage,
        relations: relations.to_vec(),
        consents,
        today: TODAY,
    };
    for act in DocumentAct::ALL {
        let answer = match keep_documents(caller, &facts(Consents::default()), act) {
            Ok(permit) => format!("yes as {}", permit.role().as_str()),
            Err(refusal) => refusal.code().to_owned(),
        };
        let act = act.as_str();
        let _ = writeln!(
            out,
            "\n{name} | {state} | {stage:?} | {act} documents\n  {answer}"
        );
    }
    for (consent, consents) in [
        ("none", Consents::default()),
        ("survey", Consents::of(ConsentScope::Survey)),
        ("all", Consents::of(ConsentScope::All)),
    ] {
        let answer = match share_documents(caller, &facts(consents), Matrix::standard()) {
            Ok(permit) => format!("yes as {}", permit.role().as_str()),
            Err(refusal) => refusal.code().to_owned(),
        };
        let _ = writeln!(
            out,
            "\n{name} | {state} | {stage:?} | share documents, consent {consent}\n  {answer}"
        );
    }
}

/// Every caller × stage × window × way in, searching and looking; reasons and ends of views with a window that is open.
fn render_emergency(out: &mut String) {
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let now = at("2026-11-01T01:00:00Z");
    let window = |area: &str, from: &str, until: &str| EmergencyWindow {
        id: "window".into(),
        area: area.parse().unwrap(),
        from: at(from),
        until: at(until),
    };
    let (begin, end) = ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z");
    let windows = [
        ("none", None),
        ("open", Some(window("131128", begin, end))),
        ("prefecture", Some(window("13", begin, end))),
        ("elsewhere", Some(window("01", begin, end))),
        ("to come", Some(window("13", "2026-11-01T01:00:01Z", end))),
        ("closed", Some(window("13", begin, "2026-11-01T01:00:00Z"))),
    ];
    let look = |office: &str, ends_at: &str| EmergencyLook {
        id: "look".into(),
        office_no: office.parse().unwrap(),
        opened_at: now,
        ends_at: at(ends_at),
    };
    out.push_str("\n# emergency | role | stage | window | way in -> search and look\n");
    for (name, caller, _) in callers() {
        let own = match &caller {
            Caller::Medical { .. } => "1310270751",
            _ => "1371600303",
        };
        let looks = [
            ("look with a reason", Some(look(own, end))),
            ("look without a reason", None),
            ("look of another office", Some(look("1379900015", end))),
            (
                "look that has ended",
                Some(look(own, "2026-11-01T01:00:00Z")),
            ),
        ];
        for &stage in MunicipalityStage::ALL {
            for (state, window) in &windows {
                let ways: &[bool] = if *state == "open" {
                    &[true, false]
                } else {
                    &[true]
                };
                for &at_terminal in ways {
                    let facts = EmergencyFacts {
                        stage,
                        windows: window.as_slice(),
                        at_terminal,
                        now,
                    };
                    let way = if at_terminal { "terminal" } else { "software" };
                    let _ = writeln!(out, "\nemergency | {name} | {stage:?} | {state} | {way}");
                    let search = search_emergency(&caller, &person().insurer_no, &facts);
                    let search = search.map_or_else(EmergencyRefusal::code, |_| "yes");
                    let _ = writeln!(out, "  search: {search}");
                    let last = if *state == "open" { looks.len() } else { 1 };
                    for (what, look) in &looks[..last] {
                        let answer = read_emergency(
                            &caller,
                            &person(),
                            look.as_ref(),
                            &facts,
                            EmergencyMatrix::standard(),
                        );
                        let answer = match answer {
                            Ok(permit) => {
                                let shown: Vec<_> =
                                    permit.shown().iter().map(Part::as_str).collect();
                                format!("yes: {}", shown.join(" "))
                            }
                            Err(refusal) => refusal.code().to_owned(),
                        };
                        let _ = writeln!(out, "  {what}: {answer}");
                    }
                }
            }
        }
    }
}

/// Requests for opinions, and reading opinions later: every caller × stage × what an institution has to do with the person × consents.
fn render_opinions(out: &mut String) {
    let forever = Date::constant(9999, 12, 31);
    let code = |answer: Result<(), &'static str>| answer.map_or_else(|code| code, |()| "yes");
    out.push_str("\n# opinions | role | stage | asked, wrote | consents -> requests made to it, made by it; opinions of its own and of others, by what the physician agreed to\n");
    for (name, caller, kind) in callers() {
        let own = code(
            asked_institution(&caller)
                .map(|_| ())
                .map_err(Refusal::code),
        );
        let asks = code(asking_insurer(&caller).map(|_| ()).map_err(Refusal::code));
        let _ = writeln!(out, "\nopinions | {name}\n  asked: {own}\n  asks: {asks}");
        for &stage in MunicipalityStage::ALL {
            for (is_asked, has_written) in [(false, false), (true, false), (false, true)] {
                for (consent, consents) in [
                    ("none", Consents::default()),
                    ("survey", Consents::of(ConsentScope::Survey)),
                    ("opinion", Consents::of(ConsentScope::Opinion)),
                    ("all", Consents::of(ConsentScope::All)),
                ] {
                    let facts = Facts {
                        person: person(),
                        stage,
                        relations: kind.map(|it| relation(it, forever)).into_iter().collect(),
                        consents,
                        today: TODAY,
                    };
                    let of_opinion = OpinionFacts {
                        is_asked,
                        has_written,
                    };
                    let read = read_opinion(&caller, &facts, of_opinion, Matrix::standard());
                    let _ = writeln!(
                        out,
                        "\nopinions | {name} | {stage:?} | asked {is_asked}, wrote {has_written} | {consent}"
                    );
                    let permit = match read {
                        Ok(permit) => permit,
                        Err(refusal) => {
                            let _ = writeln!(out, "  all: {}", refusal.code());
                            continue;
                        }
                    };
                    for (whose, writer) in [("its own", "1310270751"), ("another's", "1319900013")]
                    {
                        for agrees in [true, false] {
                            let writer = writer.parse().unwrap();
                            let shown = may_be_shown(&permit, &writer, agrees);
                            let shown = code(shown.map_err(Withheld::code));
                            let _ = writeln!(out, "  {whose}, physician {agrees}: {shown}");
                        }
                    }
                }
            }
        }
    }
}

/// The blocks of the table about reading opinions, with what each says of others' opinions.
#[test]
fn w8_nobody_reads_an_opinion_without_what_the_rules_ask_for() {
    let table = render();
    let blocks = table
        .split("\n\n")
        .filter(|it| it.starts_with("opinions |"));
    let blocks: Vec<&str> = blocks
        .filter(|it| it.lines().next().unwrap().contains(" | asked "))
        .collect();
    assert_eq!(
        blocks.len(),
        callers().len() * MunicipalityStage::ALL.len() * 12
    );
    for block in blocks {
        let head = block.lines().next().unwrap();
        let shares = head.contains("| Sharing |");
        let consented = head.ends_with("| opinion") || head.ends_with("| all");
        let agreed = block.contains("another's, physician true: yes");
        let refused = block.contains("another's, physician false: yes");
        let insurer = head.starts_with("opinions | insurer |");
        let manager = head.starts_with("opinions | care management |") && shares && consented;
        let clinic =
            head.starts_with("opinions | medical") && shares && head.contains("asked true");
        assert_eq!(agreed, insurer || manager || clinic, "{block}");
        assert_eq!(refused, insurer || clinic, "{block}");
    }
}

#[test]
fn x4_only_offices_at_terminals_look_in_an_open_window_with_a_reason_and_see_little() {
    let table = render();
    let blocks: Vec<&str> = table
        .split("\n\n")
        .filter(|it| it.starts_with("emergency |"))
        .collect();
    assert_eq!(
        blocks.len(),
        callers().len() * MunicipalityStage::ALL.len() * 7
    );
    for block in blocks {
        let head = block.lines().next().unwrap();
        let office = ["care management", "other office", "medical", "medical+care"]
            .iter()
            .any(|role| head.starts_with(&format!("emergency | {role} |")));
        let open = head.contains("| open |") || head.contains("| prefecture |");
        let may = office && open && head.contains("| Sharing |") && head.ends_with("terminal");
        assert_eq!(block.contains("search: yes"), may, "{block}");
        assert_eq!(block.contains("look with a reason: yes"), may, "{block}");
        for never in [
            "without a reason: yes",
            "another office: yes",
            "has ended: yes",
        ] {
            assert!(!block.contains(never), "{block}");
        }
        for kept in [
            "opinion",
            "survey",
            "life",
            "care_plan",
            "restriction",
            "consent",
            "progress",
        ] {
            assert!(!block.contains(&format!(" {kept}")), "{block}");
        }
    }
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

#[test]
fn s2_s4_s5_files_are_kept_by_who_serves_the_person_and_shared_with_consent_to_everything() {
    let table = render();
    let mut seen = 0;
    for block in table.split("\n\n").skip(1) {
        let (head, answer) = block.trim().split_once('\n').unwrap_or_default();
        let office = [
            "care management |",
            "other office |",
            "medical |",
            "medical+care |",
        ]
        .iter()
        .any(|role| head.starts_with(role));
        let serves = office && head.contains("| active |");
        let shares = head.contains("| Sharing |");
        let may = if head.ends_with("| add documents") {
            serves && shares
        } else if head.ends_with("| keep documents") {
            serves
        } else if head.contains("| share documents,") {
            serves && shares && head.ends_with("consent all")
        } else {
            continue;
        };
        seen += 1;
        assert_eq!(answer.contains("yes as"), may, "{block}");
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn s2_the_row_of_files_is_dated_data() {
    let share = |table: &str, today| {
        let facts = Facts {
            person: person(),
            stage: MunicipalityStage::Sharing,
            relations: vec![relation("11", Date::constant(9999, 12, 31))],
            consents: Consents::of(ConsentScope::All),
            today,
        };
        let caller = Caller::Office("1371600303".parse().unwrap());
        share_documents(&caller, &facts, &Matrix::parse(table).unwrap()).map(|_| ())
    };
    let not = |code: &str| format!("2026-04-01,document,no,no,no,{code},no\n");
    let later = format!("{}2026-11-01,document,no,no,no,yes,no\n", not("no"));
    assert_eq!(share(&later, TODAY), Ok(()));
    for (table, day, reason) in [
        (&later, Date::constant(2026, 10, 31), "not_for_this_role"),
        (&not("own"), TODAY, "only_writer_or_addressee"),
        (&String::new(), TODAY, "not_for_this_role"),
    ] {
        let refused = share(table, day);
        let code = refused.map_err(DocumentRefusal::code).unwrap_err();
        assert_eq!(code, reason);
    }
}
