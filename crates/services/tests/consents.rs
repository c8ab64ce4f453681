//! The consent ledger (S-5) on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Caller, Consents, PersonKey, Refusal};
use kiban_domain::{ConsentBasis, ConsentScope, Date, FiveItems};
use kiban_services::{
    CallContext,
    consents::{self, ConsentError, ConsentRef, NewConsent, Source, Withdrawal},
    identity, intake, maintenance,
    relations::{self, Registration},
};
use kiban_store::repo::consents::ConsentEntry;
use support::{
    ENGINES, Engine, INSURED_HEADER, INSURER, TestPlatform, care_office, file_of, insured_row,
    insurer, municipality, operator, person,
};

const HANAKO: &str = "0000000017";
const CONSENT_HEADER: &str = "op,insurer_no,insured_no,history_no,updated_at,seq,scope,taker,taker_office_no,given_on,withdrawn_on";

async fn loaded(engine: Engine) -> TestPlatform {
    let test = TestPlatform::new(engine).await;
    let rows = [insured_row(HANAKO, 1, "架空 花子", "カクウ ハナコ", "")];
    test.load(
        "131128_insured_F_20261101_0001.csv",
        &file_of(INSURED_HEADER, &rows),
    )
    .await;
    test
}

async fn registered(test: &TestPlatform) {
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: HANAKO.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, &care_office(), items).await;
    let registration = Registration {
        check: check.unwrap().id,
        service_kind: "43".parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover: false,
    };
    relations::register(&test.platform, &care_office(), registration)
        .await
        .unwrap();
}

fn survey(from: Date) -> NewConsent {
    NewConsent {
        scope: ConsentScope::Survey,
        basis: ConsentBasis::AdultGuardian,
        ground: "登記事項証明書を確認".into(),
        evidence: "事務所の契約書類の棚".into(),
        from,
    }
}

fn taken_back(consent: ConsentRef, from: Date) -> Withdrawal {
    Withdrawal {
        consent,
        basis: ConsentBasis::Own,
        ground: String::new(),
        evidence: "電話で申し出、記録票に記載".into(),
        from,
    }
}

async fn give(test: &TestPlatform, new: NewConsent) -> Result<ConsentEntry, ConsentError> {
    consents::give(&test.platform, &care_office(), &person(HANAKO), new).await
}

async fn withdraw(test: &TestPlatform, it: Withdrawal) -> Result<ConsentEntry, ConsentError> {
    consents::withdraw(&test.platform, &care_office(), &person(HANAKO), it).await
}

/// What every read goes by.
async fn in_force(test: &TestPlatform, scope: ConsentScope) -> bool {
    let row = test.rows().await.remove(0);
    Consents::from_bits(row.consents).includes(Consents::of(scope))
}

fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_consent_counts_from_its_day_to_the_day_before_its_withdrawal() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        registered(&test).await;
        let given = give(&test, survey(day(11, 1))).await.unwrap();
        assert!(
            in_force(&test, ConsentScope::Survey).await,
            "{engine:?}: at once"
        );
        let again = give(&test, survey(day(11, 1))).await;
        assert!(
            matches!(again, Err(ConsentError::AlreadyGiven)),
            "{again:?}"
        );

        let mut later = survey(day(11, 5));
        later.scope = ConsentScope::Life;
        let life = give(&test, later).await.unwrap();
        assert!(
            !in_force(&test, ConsentScope::Life).await,
            "{engine:?}: not yet"
        );
        test.clock.pass(4 * 86_400);
        maintenance::refresh_stale(&test.platform).await.unwrap();
        assert!(
            in_force(&test, ConsentScope::Life).await,
            "{engine:?}: from its day"
        );

        let own = ConsentRef::Office(given.consent_id);
        for from in [day(10, 31), Date::constant(2027, 6, 1)] {
            let refused = withdraw(&test, taken_back(own.clone(), from)).await;
            assert!(
                matches!(refused, Err(ConsentError::DayOutOfRange { .. })),
                "{refused:?}"
            );
        }
        withdraw(&test, taken_back(own.clone(), day(11, 5)))
            .await
            .unwrap();
        assert!(
            !in_force(&test, ConsentScope::Survey).await,
            "{engine:?}: withdrawn at once"
        );
        let twice = withdraw(&test, taken_back(own, day(11, 5))).await;
        assert!(matches!(twice, Err(ConsentError::NotFound)), "{twice:?}");
        let ahead = taken_back(ConsentRef::Office(life.consent_id), day(11, 7));
        withdraw(&test, ahead).await.unwrap();
        assert!(
            in_force(&test, ConsentScope::Life).await,
            "{engine:?}: until its day"
        );
        test.clock.pass(2 * 86_400);
        maintenance::refresh_stale(&test.platform).await.unwrap();
        assert!(!in_force(&test, ConsentScope::Life).await, "{engine:?}");

        let anew = give(&test, survey(day(11, 7))).await.unwrap();
        let ledger = consents::ledger(&test.platform, &care_office(), &person(HANAKO))
            .await
            .unwrap();
        let lines: Vec<_> = ledger
            .items
            .iter()
            .map(|it| (it.scope.unwrap().code(), it.given_on, it.withdrawn_on))
            .collect();
        assert_eq!(
            lines,
            [
                ("survey", day(11, 7), None),
                ("life", day(11, 5), Some(day(11, 7))),
                ("survey", day(11, 1), Some(day(11, 5))),
            ],
            "{engine:?}: nothing is overwritten"
        );
        let note = ledger.items[2].taken.as_ref().unwrap();
        assert_eq!(note.basis, ConsentBasis::AdultGuardian);
        assert_eq!(
            ledger.items[2].withdrawn.as_ref().unwrap().basis,
            ConsentBasis::Own
        );
        assert_eq!(ledger.items[0].id, ConsentRef::Office(anew.consent_id));
        let kept = test.rows().await;
        test.rebuild().await;
        assert!(
            kept == test.rows().await,
            "{engine:?}: a function of what is kept"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_an_insurers_consent_can_be_withdrawn_at_the_office_and_the_same_file_does_not_undo_it()
{
    for engine in ENGINES {
        let test = loaded(engine).await;
        registered(&test).await;
        let row = |history: u32, given: &str| {
            vec![format!(
                "U,131128,{HANAKO},{history},2026-10-01T09:00:00+09:00,1,all,municipality,,{given},"
            )]
        };
        let file = file_of(CONSENT_HEADER, &row(1, "2026-10-01"));
        test.load("131128_consent_F_20261101_0001.csv", &file).await;
        assert!(in_force(&test, ConsentScope::All).await, "{engine:?}");
        let ledger = consents::ledger(&test.platform, &care_office(), &person(HANAKO))
            .await
            .unwrap();
        assert_eq!(ledger.items[0].source, Source::Insurer);
        let it = taken_back(ledger.items[0].id.clone(), day(11, 1));
        withdraw(&test, it).await.unwrap();
        assert!(!in_force(&test, ConsentScope::All).await, "{engine:?}");
        let file = file_of(CONSENT_HEADER, &row(2, "2026-10-01"));
        test.load("131128_consent_F_20261101_0002.csv", &file).await;
        assert!(
            !in_force(&test, ConsentScope::All).await,
            "{engine:?}: the old consent again"
        );
        test.clock.pass(86_400);
        let file = file_of(CONSENT_HEADER, &row(3, "2026-11-02"));
        test.load("131128_consent_F_20261102_0003.csv", &file).await;
        assert!(
            in_force(&test, ConsentScope::All).await,
            "{engine:?}: a new one"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_who_does_not_serve_the_person_records_nothing() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        let refusal = |outcome| match outcome {
            Err(ConsentError::Refused(refusal)) => Some(refusal),
            Ok(ConsentEntry { .. }) | Err(_) => None,
        };
        assert_eq!(
            refusal(give(&test, survey(day(11, 1))).await),
            Some(Refusal::NotFound)
        );
        let key: PersonKey = person(HANAKO);
        for context in [municipality(), operator()] {
            let outcome = consents::give(&test.platform, &context, &key, survey(day(11, 1))).await;
            assert_eq!(
                refusal(outcome),
                Some(Refusal::RoleNotEntitled),
                "{engine:?}"
            );
        }
        let stranger = CallContext {
            caller: Caller::Person(person("0000000025")),
            ..care_office()
        };
        let outcome = consents::give(&test.platform, &stranger, &key, survey(day(11, 1))).await;
        assert_eq!(refusal(outcome), Some(Refusal::NotFound));
        registered(&test).await;
        for (ground, evidence) in [("", "棚"), ("登記", " "), ("登\u{7}記", "棚")] {
            let new = NewConsent {
                ground: ground.into(),
                evidence: evidence.into(),
                ..survey(day(11, 1))
            };
            let refused = give(&test, new).await;
            assert!(
                matches!(refused, Err(ConsentError::Ground | ConsentError::Evidence)),
                "{refused:?}"
            );
        }
        assert!(!in_force(&test, ConsentScope::Survey).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_consents_recorded_at_the_same_time_all_count() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        registered(&test).await;
        let mut tasks = tokio::task::JoinSet::new();
        for scope in ConsentScope::ALL {
            let platform = test.platform.clone();
            let new = NewConsent {
                scope: *scope,
                ..survey(day(11, 1))
            };
            tasks.spawn(async move {
                consents::give(&platform, &care_office(), &person(HANAKO), new).await
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap().unwrap();
        }
        let kept = test.rows().await;
        let today = test.platform.today();
        test.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(
                    async move { intake::rebuild_persons(work, INSURER, &[HANAKO], today).await },
                )
            })
            .await
            .unwrap();
        assert!(kept == test.rows().await, "{engine:?}");
    }
}
