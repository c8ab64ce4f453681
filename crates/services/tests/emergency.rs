//! Looking in an emergency (X-4), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Caller, EmergencyRefusal, Part, Refusal};
use kiban_audit::{Action, Actor, Door, Event, NO_INSURER, Outcome};
use kiban_domain::{
    EmergencyArea, EmergencyReason, InsurerNumber, LookFinding, MunicipalityStage, Sex, Timestamp,
};
use kiban_services::{
    CallContext,
    emergency::{
        self, Asked, Hit, LookError, LookId, NewWindow, OpenError, Review, ReviewError,
        SearchError, Wanted, WindowError,
    },
    insurers,
    person_notices::{self, NamedOffice, NoticeFacts},
    persons::{self, Question, ReadError},
};
use kiban_store::repo::{audit, emergency::WindowRow, insurers::InsurerRow};
use support::{
    ENGINES, Engine, INSURED_HEADER, INSURER, OFFICE, TestPlatform, care_office, file_of,
    insured_row, office, operator, person,
};

const HANAKO: &str = "0000000017";
const TWINS: [&str; 6] = [
    "0000000025",
    "0000000033",
    "0000000041",
    "0000000058",
    "0000000066",
    "0000000074",
];
const STATEMENT: &str = "避難所で服薬の相談を受けたため";

async fn loaded(engine: Engine) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let mut rows = vec![insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", "")];
    for number in TWINS {
        rows.push(insured_row(number, 1, "見本 京子", "ミホン キョウコ", ""));
    }
    // One of the six is a man, so that the sex narrows a search.
    let last = rows.last_mut().unwrap();
    *last = last.replace(",1940-05-03,2,", ",1940-05-03,1,");
    let file = file_of(INSURED_HEADER, &rows);
    test.load("131128_insured_F_20261101_0001.csv", &file).await;
    test
}

/// A member at a terminal.
fn desk(login: &str) -> CallContext {
    let mut context = care_office();
    context.actor = context.actor.staff(login);
    context
}

fn other_desk() -> CallContext {
    let mut context = desk("suzuki");
    context.caller = Caller::Office("1379900023".parse().unwrap());
    "1379900023".clone_into(&mut context.actor.organisation);
    context
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn opened(test: &TestPlatform, area: &str, until: &str) -> WindowRow {
    let new = NewWindow {
        area: area.parse().unwrap(),
        from: None,
        until: at(until),
        reason: "地震による停電".into(),
    };
    emergency::open_window(&test.platform, &operator(), new)
        .await
        .unwrap()
}

fn wanted(kana: &str, sex: Option<Sex>) -> Wanted {
    Wanted {
        name_kana: kana.parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex,
    }
}

fn hanako() -> Wanted {
    wanted("カクウ ハナコ", None)
}

async fn search(test: &TestPlatform, wanted: &Wanted) -> Result<Vec<Hit>, SearchError> {
    emergency::search(&test.platform, &desk("sato"), wanted).await
}

/// How a search ends: the numbers of those found, or why not.
async fn found(test: &TestPlatform, wanted: &Wanted) -> Result<Vec<String>, &'static str> {
    match search(test, wanted).await {
        Ok(hits) => Ok(hits
            .iter()
            .map(|it| it.person.insured_no.as_str().to_owned())
            .collect()),
        Err(error) => Err(error.code().unwrap()),
    }
}

fn asked(statement: &str) -> Asked {
    Asked {
        person: person(HANAKO),
        wanted: hanako(),
        reason: EmergencyReason::Shelter,
        statement: statement.into(),
    }
}

async fn look(test: &TestPlatform, context: &CallContext) -> Result<LookId, &'static str> {
    let opened = emergency::open(&test.platform, context, asked(STATEMENT)).await;
    opened.map_err(|error| error.code().unwrap())
}

/// Why a view is not shown; `None` when it is.
async fn refusal(
    test: &TestPlatform,
    context: &CallContext,
    id: LookId,
) -> Option<EmergencyRefusal> {
    match emergency::read(&test.platform, context, id).await {
        Ok(_) => None,
        Err(LookError::Refused(refusal)) => Some(refusal),
        Err(LookError::Storage(error)) => panic!("{error}"),
    }
}

async fn events(test: &TestPlatform, lane: &str, action: &Action) -> Vec<Event> {
    kiban_services::audit_trail::seal_all(&test.platform)
        .await
        .unwrap();
    let mut work = test.platform.audit.read().await.unwrap();
    let entries = audit::list_entries(&mut work, lane, uuid::Uuid::nil(), 10_000).await;
    let events = entries.unwrap().into_iter();
    events
        .map(|entry| entry.parse().unwrap())
        .filter(|event: &Event| event.action == *action)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_only_the_operator_opens_windows_and_only_sound_ones() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let now = test.platform.now();
        let days = |days: i64| now + jiff::SignedDuration::from_hours(24 * days);
        let new = |area: &str, from: Option<Timestamp>, until, reason: &str| NewWindow {
            area: area.parse::<EmergencyArea>().unwrap(),
            from,
            until,
            reason: reason.into(),
        };
        let second = jiff::SignedDuration::from_secs(1);
        let long = "長".repeat(201);
        for (wrong, expected) in [
            (new("131128", None, days(14) + second, "地震"), "TooLong"),
            (new("131128", None, now, "地震"), "OutOfOrder"),
            (
                new("131128", Some(now - second), days(1), "地震"),
                "OutOfOrder",
            ),
            (new("131128", None, days(1), " "), "Reason"),
            (new("131128", None, days(1), &long), "Reason"),
            (new("011007", None, days(1), "地震"), "UnknownArea"),
            (new("011007 131128", None, days(1), "地震"), "UnknownArea"),
            (new("01", None, days(1), "地震"), "UnknownArea"),
        ] {
            let refused = emergency::open_window(&test.platform, &operator(), wrong).await;
            let refused = format!("{:?}", refused.unwrap_err());
            assert_eq!(refused, expected, "{engine:?}");
        }
        for stranger in [desk("sato"), support::municipality()] {
            let wish = new("131128", None, days(1), "地震");
            let refused = emergency::open_window(&test.platform, &stranger, wish).await;
            assert!(
                matches!(
                    refused,
                    Err(WindowError::Refused(EmergencyRefusal::NotEntitled))
                ),
                "{engine:?}"
            );
        }
        let longest = new("131128", None, days(14), "地震");
        let row = emergency::open_window(&test.platform, &operator(), longest)
            .await
            .unwrap();
        test.clock.pass(1);
        emergency::close_window(&test.platform, &operator(), row.window_id)
            .await
            .unwrap();
        let again = emergency::close_window(&test.platform, &operator(), row.window_id).await;
        assert!(matches!(again, Err(WindowError::NotFound)), "{engine:?}");
        let listed = emergency::list_windows(&test.platform, &operator()).await;
        assert_eq!(
            listed.unwrap()[0].closed_at,
            Some(now + second),
            "{engine:?}"
        );
        let recorded = events(&test, INSURER, &Action::EmergencyWindow).await;
        let purposes: Vec<_> = recorded.iter().map(|it| it.purpose.as_deref()).collect();
        assert_eq!(purposes, [Some("emergency_on"), Some("emergency_off")]);
        assert!(recorded.iter().all(|it| it.actor.door == Door::Operator));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_window_opens_and_closes_at_its_instants_and_off_at_once() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let here = Ok(vec![HANAKO.to_owned()]);
        let closed = Err("emergency_not_open");
        assert_eq!(found(&test, &hanako()).await, closed, "{engine:?}");
        assert_eq!(look(&test, &desk("sato")).await.err(), closed.clone().err());
        let new = NewWindow {
            area: "13".parse().unwrap(),
            from: Some(at("2026-11-01T01:00:10Z")),
            until: at("2026-11-01T01:00:20Z"),
            reason: "地震による停電".into(),
        };
        emergency::open_window(&test.platform, &operator(), new)
            .await
            .unwrap();
        for (seconds, expected) in [(9, &closed), (1, &here), (9, &here), (1, &closed)] {
            test.clock.pass(seconds);
            assert_eq!(found(&test, &hanako()).await, *expected, "{engine:?}");
        }
        let row = opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let id = look(&test, &desk("sato")).await.unwrap();
        assert_eq!(refusal(&test, &desk("sato"), id).await, None);
        emergency::close_window(&test.platform, &operator(), row.window_id)
            .await
            .unwrap();
        assert_eq!(found(&test, &hanako()).await, closed, "{engine:?}");
        assert_eq!(
            refusal(&test, &desk("sato"), id).await,
            Some(EmergencyRefusal::NotOpen)
        );
        let running = emergency::running(&test.platform, &desk("sato")).await;
        assert_eq!(running.unwrap(), [], "{engine:?}");
        // A new window is a new decision: what rested on the old one stays closed.
        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        assert_eq!(found(&test, &hanako()).await, here, "{engine:?}");
        assert_eq!(
            refusal(&test, &desk("sato"), id).await,
            Some(EmergencyRefusal::NotOpen)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_another_area_stays_closed_and_the_stage_is_not_lifted() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let sapporo: InsurerNumber = "011007".parse().unwrap();
        let row = InsurerRow {
            insurer_no: sapporo,
            name: "見本市".into(),
            prefecture: "北海道".into(),
            phone: String::new(),
            stage: MunicipalityStage::Unknown,
            stage_since: test.platform.today(),
        };
        insurers::save(&test.platform, row).await.unwrap();
        opened(&test, "01", "2026-11-02T00:00:00Z").await;
        let not_sharing = "insurer_not_sharing";
        assert_eq!(
            found(&test, &hanako()).await,
            Err(not_sharing),
            "{engine:?}"
        );
        let since = test.platform.today();
        let sharing = MunicipalityStage::Sharing;
        insurers::set_stage(&test.platform, &operator(), sapporo, sharing, since)
            .await
            .unwrap();
        assert_eq!(
            found(&test, &hanako()).await,
            Ok(vec![]),
            "{engine:?}: elsewhere"
        );
        assert_eq!(look(&test, &desk("sato")).await, Err("emergency_not_open"));

        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let id = look(&test, &desk("sato")).await.unwrap();
        test.stage(MunicipalityStage::Migrating).await;
        assert_eq!(found(&test, &hanako()).await, Ok(vec![]), "{engine:?}");
        assert_eq!(look(&test, &desk("sato")).await, Err(not_sharing));
        assert_eq!(
            refusal(&test, &desk("sato"), id).await,
            Some(EmergencyRefusal::InsurerNotSharing),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_view_ends_after_a_day_and_with_its_window_and_is_this_offices_only() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        opened(&test, INSURER, "2026-11-02T13:00:00Z").await;
        let id = look(&test, &desk("sato")).await.unwrap();
        test.clock.pass(86_399);
        assert_eq!(refusal(&test, &desk("sato"), id).await, None, "{engine:?}");
        assert_eq!(
            refusal(&test, &desk("tanaka"), id).await,
            None,
            "a colleague"
        );
        let running = emergency::running(&test.platform, &desk("tanaka")).await;
        assert_eq!(running.unwrap()[0].account, "sato", "{engine:?}");
        assert_eq!(
            refusal(&test, &other_desk(), id).await,
            Some(EmergencyRefusal::NotFound)
        );
        let mut software = desk("sato");
        software.actor.door = Door::Connect;
        assert_eq!(
            refusal(&test, &software, id).await,
            Some(EmergencyRefusal::NotAtTerminal)
        );
        assert_eq!(
            refusal(&test, &operator(), id).await,
            Some(EmergencyRefusal::NotEntitled)
        );
        test.clock.pass(1);
        assert_eq!(
            refusal(&test, &desk("sato"), id).await,
            Some(EmergencyRefusal::ViewEnded),
            "{engine:?}"
        );
        // Asked again, with twelve hours left: it ends with the window.
        let id = look(&test, &desk("sato")).await.unwrap();
        test.clock.pass(12 * 3_600 - 1);
        assert_eq!(refusal(&test, &desk("sato"), id).await, None, "{engine:?}");
        test.clock.pass(1);
        assert_eq!(
            refusal(&test, &desk("sato"), id).await,
            Some(EmergencyRefusal::NotOpen),
            "{engine:?}"
        );
        let (context, question) = (desk("sato"), Question::default());
        let relation = persons::read(&test.platform, &context, &person(HANAKO), &question).await;
        assert!(
            matches!(relation, Err(ReadError::Refused(Refusal::NotFound))),
            "{engine:?}: no relation came of it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_search_finds_one_name_and_never_lists_people() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        opened(&test, "13", "2026-11-02T00:00:00Z").await;
        for typed in ["カクウ　ハナコ", "ｶｸｳ ﾊﾅｺ", "かくうはなこ", "カクウハナコ"]
        {
            let hits = found(&test, &wanted(typed, None)).await;
            assert_eq!(hits, Ok(vec![HANAKO.to_owned()]), "{engine:?} {typed}");
        }
        let hit = search(&test, &hanako()).await.unwrap().remove(0);
        assert_eq!(
            (hit.name.as_str(), hit.insurer_name.as_str()),
            ("架空 花子", "見本区")
        );
        assert_eq!(hit.sex, Sex::Female);
        for nobody in [
            wanted("カクウ", None),
            wanted("ハナコ", None),
            wanted("カクウ ハナコ", Some(Sex::Male)),
            Wanted {
                birth_date: "1940-05-04".parse().unwrap(),
                ..hanako()
            },
        ] {
            assert_eq!(found(&test, &nobody).await, Ok(vec![]), "{engine:?}");
        }
        let many = Err("emergency_too_many_hits");
        assert_eq!(found(&test, &wanted("ミホン キヨウコ", None)).await, many);
        let women = found(&test, &wanted("ミホン キョウコ", Some(Sex::Female))).await;
        assert_eq!(women.unwrap(), TWINS[..5], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_searches_are_counted_for_the_account_and_for_the_terminal() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let many = Err("emergency_too_many_searches");
        for _ in 0..30 {
            assert_eq!(found(&test, &wanted("ダレモ", None)).await, Ok(vec![]));
        }
        assert_eq!(
            found(&test, &hanako()).await,
            many,
            "{engine:?}: the account"
        );
        assert_eq!(
            look(&test, &desk("sato")).await,
            Err("emergency_too_many_searches")
        );
        let by = |login: &'static str, terminal: &'static str| {
            let mut context = desk(login);
            context.actor.certificate = Some(terminal.into());
            let platform = test.platform.clone();
            async move {
                let searched = emergency::search(&platform, &context, &hanako()).await;
                searched
                    .map(|hits| hits.len())
                    .map_err(|it| it.code().unwrap())
            }
        };
        assert_eq!(by("sato", "0b").await, Err("emergency_too_many_searches"));
        for _ in 0..30 {
            assert_eq!(by("tanaka", "0a").await, Ok(1), "{engine:?}");
        }
        assert_eq!(
            by("yamada", "0a").await,
            Err("emergency_too_many_searches"),
            "{engine:?}: the terminal"
        );
        assert_eq!(by("yamada", "0b").await, Ok(1), "{engine:?}");
        test.clock.pass(600);
        assert_eq!(found(&test, &hanako()).await, Ok(vec![HANAKO.to_owned()]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_every_search_and_view_is_on_the_trail_and_the_person_is_told() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let closed = found(&test, &hanako()).await;
        assert_eq!(closed, Err("emergency_not_open"));
        let window = opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        test.clock.pass(1);
        assert_eq!(found(&test, &wanted("ダレモ", None)).await, Ok(vec![]));
        test.clock.pass(1);
        assert_eq!(found(&test, &hanako()).await.unwrap().len(), 1);
        let ground = format!("emergency_window:{}", window.window_id);
        let searches = events(&test, NO_INSURER, &Action::EmergencySearch).await;
        assert_eq!(searches.len(), 3, "{engine:?}");
        assert!(matches!(searches[0].outcome, Outcome::Refused { .. }));
        assert_eq!((searches[1].parts.len(), searches[2].parts.len()), (0, 1));
        assert_eq!(searches[2].ground.as_deref(), Some(ground.as_str()));
        let shown = events(&test, INSURER, &Action::EmergencySearch).await;
        assert_eq!(shown.len(), 1, "{engine:?}");
        assert_eq!(shown[0].insured_no.as_deref(), Some(HANAKO));

        let context = desk("sato");
        let short = emergency::open(&test.platform, &context, asked("短い理由です。")).await;
        assert!(matches!(short, Err(OpenError::Statement)), "{engine:?}");
        let long = "長".repeat(301);
        let long = emergency::open(&test.platform, &context, asked(&long)).await;
        assert!(matches!(long, Err(OpenError::Statement)), "{engine:?}");
        test.clock.pass(1);
        let mut guess = asked(STATEMENT);
        guess.person = person(TWINS[0]);
        let guess = emergency::open(&test.platform, &context, guess).await;
        assert!(
            matches!(guess, Err(OpenError::Refused(EmergencyRefusal::NotFound))),
            "{engine:?}: a number without its name"
        );
        test.clock.pass(1);
        let id = look(&test, &context).await.unwrap();
        assert_eq!(look(&test, &context).await, Ok(id), "a second press");
        let view = emergency::read(&test.platform, &context, id).await.unwrap();
        assert_eq!(view.look.statement, STATEMENT);
        assert_eq!(view.parts.insured.unwrap().name, "架空 花子");
        assert!(view.hidden.contains(&Part::Opinion) && view.hidden.contains(&Part::Progress));
        test.clock.pass(1);
        refusal(&test, &other_desk(), id).await;

        let ground = format!("emergency:{}", id.id);
        let begun = events(&test, INSURER, &Action::EmergencyOpened).await;
        let codes: Vec<_> = begun.iter().map(|it| it.outcome.clone()).collect();
        let refused = |reason: &'static str| Outcome::Refused {
            reason: reason.into(),
        };
        assert_eq!(
            codes,
            [
                refused("emergency_statement_length"),
                refused("emergency_statement_length"),
                refused("emergency_view_not_found"),
                Outcome::Allowed,
            ],
            "{engine:?}"
        );
        assert_eq!(begun[3].ground.as_deref(), Some(ground.as_str()));
        assert_eq!(begun[3].purpose.as_deref(), Some("shelter"));
        let views = events(&test, INSURER, &Action::EmergencyView).await;
        assert_eq!(views.len(), 2, "{engine:?}");
        assert_eq!(views[0].parts, ["insured"]);
        assert_eq!(views[0].ground.as_deref(), Some(ground.as_str()));
        assert_eq!(views[0].actor.staff.as_deref(), Some("sato"));
        assert_eq!((&views[1].ground, &views[1].insured_no), (&None, &None));

        let told = told(&test).await;
        let office = NamedOffice {
            number: OFFICE.into(),
            name: "見本ケアプランセンター".into(),
        };
        let expected = NoticeFacts::EmergencyView {
            office,
            reason: "shelter".into(),
            until: at("2026-11-02T00:00:00Z"),
        };
        assert_eq!(told, [Some(expected)], "{engine:?}");
        assert!(test.verify().await.is_empty(), "{engine:?}");
    }
}

async fn told(test: &TestPlatform) -> Vec<Option<NoticeFacts>> {
    let citizen = CallContext {
        caller: Caller::Person(person(HANAKO)),
        actor: Actor::new(Door::Portal, "person"),
        request_id: "r".into(),
    };
    let notices = person_notices::list(&test.platform, &citizen, None, 100).await;
    notices.unwrap().into_iter().map(|it| it.facts).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_two_members_at_the_same_moment_have_a_view_each_and_two_presses_one() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let (sato, tanaka) = (desk("sato"), desk("tanaka"));
        let (one, two, three) =
            tokio::join!(look(&test, &sato), look(&test, &tanaka), look(&test, &sato));
        assert_eq!(one, three, "{engine:?}");
        assert_ne!(one.unwrap(), two.unwrap(), "{engine:?}");
        assert_eq!(told(&test).await.len(), 2, "{engine:?}");
        let begun = events(&test, INSURER, &Action::EmergencyOpened).await;
        assert_eq!(begun.len(), 2, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_an_emergency_view_shows_its_parts_and_no_item_more() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let options = support::population(300);
        for set in support::SYNTH_SETS {
            test.load_synth(&options, set, 1).await;
        }
        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let mut seen = [0; 5];
        let persons = (0..300).map(|at| kiban_synth::person(&options, at));
        for someone in persons.filter(|it| !it.cards.is_empty()).take(40) {
            let wanted = Wanted {
                name_kana: someone.name_kana.parse().unwrap(),
                birth_date: someone.birth_date,
                sex: None,
            };
            let asked = Asked {
                person: person(someone.insured_no.as_str()),
                wanted,
                ..asked(STATEMENT)
            };
            let id = emergency::open(&test.platform, &desk("sato"), asked).await;
            let id = id.unwrap();
            let view = emergency::read(&test.platform, &desk("sato"), id).await;
            let parts = view.unwrap().parts;
            assert_eq!(
                parts.insured.unwrap().birth_date,
                someone.birth_date.to_string()
            );
            let there = [
                parts
                    .insured_card
                    .is_some_and(|it| it.benefit_limit_units.is_some()),
                parts.certification.is_some(),
                parts.care_manager_notice.is_some(),
                parts.cost_share.is_some_and(|it| !it.ratios.is_empty()),
                parts.burden_limit.is_some(),
            ];
            for (count, there) in seen.iter_mut().zip(there) {
                *count += usize::from(there);
            }
        }
        assert!(seen.iter().all(|count| *count > 0), "{engine:?} {seen:?}");
        let allowed = [
            "insured",
            "insured_card",
            "care_manager_notice",
            "cost_share",
            "burden_limit",
            "certification",
        ];
        for event in events(&test, INSURER, &Action::EmergencyView).await {
            let other = event
                .parts
                .iter()
                .find(|it| !allowed.contains(&it.as_ref()));
            assert_eq!(other, None, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_view_is_reviewed_once_by_the_operator() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        opened(&test, INSURER, "2026-11-02T00:00:00Z").await;
        let id = look(&test, &desk("sato")).await.unwrap();
        let context = operator();
        let waiting = emergency::unreviewed(&test.platform, &context)
            .await
            .unwrap();
        assert_eq!(waiting.len(), 1, "{engine:?}");
        assert_eq!((waiting[0].id, waiting[0].look.office_no), (id, office()));
        assert_eq!(waiting[0].office, "見本ケアプランセンター");
        let refused = emergency::unreviewed(&test.platform, &desk("sato")).await;
        assert!(
            matches!(refused, Err(ReviewError::Refused(_))),
            "{engine:?}"
        );

        let with = |finding, remark: &str, by: &str| Review {
            id,
            finding,
            remark: remark.into(),
            by: by.into(),
        };
        let review = |it: Review| emergency::review(&test.platform, &context, it);
        let silent = review(with(LookFinding::Improper, " ", "運営 太郎")).await;
        assert!(matches!(silent, Err(ReviewError::Remark)), "{engine:?}");
        let nobody = review(with(LookFinding::Ok, "", "")).await;
        assert!(matches!(nobody, Err(ReviewError::By)), "{engine:?}");
        review(with(LookFinding::Improper, "本人確認ができた", "運営 太郎"))
            .await
            .unwrap();
        let again = review(with(LookFinding::Ok, "", "運営 次郎")).await;
        let Err(ReviewError::Reviewed(standing)) = again else {
            panic!("{engine:?} {again:?}");
        };
        assert_eq!(
            (standing.by.as_str(), standing.finding),
            ("運営 太郎", LookFinding::Improper),
            "{engine:?}: the first stands"
        );
        let mut missing = with(LookFinding::Ok, "", "運営 次郎");
        missing.id.id = uuid::Uuid::nil();
        assert!(matches!(review(missing).await, Err(ReviewError::NotFound)));
        let waiting = emergency::unreviewed(&test.platform, &context)
            .await
            .unwrap();
        assert!(waiting.is_empty(), "{engine:?}");
        let reviewed = events(&test, INSURER, &Action::EmergencyReviewed).await;
        assert_eq!(reviewed.len(), 1, "{engine:?}");
        assert_eq!(reviewed[0].purpose.as_deref(), Some("improper"));
        let listed = events(&test, NO_INSURER, &Action::AuditRead).await;
        assert_eq!(listed.len(), 2, "{engine:?}");
    }
}
