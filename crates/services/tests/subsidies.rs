//! Applications for subsidies from the draft to the decision, on both engines (G-1 to G-4).

mod support;

use kiban_domain::{Programme, SubsidyFault, SubsidyStage, SubsidyStageError, SubsidyStep, Yen};
use kiban_services::registrations::Decision;
use kiban_services::subsidies::{
    self, AcceptedLine, BeginError, EvidenceError, Proposal, ReviewAct, SaveError, SchemeError,
    SubmitError, SubsidyReviewError,
};
use support::{
    ENGINES, TestPlatform,
    invited::letters,
    operator,
    registering::{self, PORTAL},
    subsidising::{
        AMOUNT, PDF, SCHEME, accepted, applicant, attach, begin, granted, open, review, reviewer,
        submit, submitted, values,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn g4_an_application_is_written_submitted_granted_and_told() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = begin(&test, Vec::new()).await;
        let drafted = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let drafted = drafted.unwrap().unwrap();
        assert_eq!(
            drafted.form.get("kinds"),
            "43 11",
            "{engine:?}: of the office"
        );
        let key = (&*receipt, 1);
        let version = subsidies::save(&test.platform, &applicant(), key, values()).await;
        assert_eq!(version.unwrap(), 2);
        let late = subsidies::save(&test.platform, &applicant(), key, values()).await;
        assert!(matches!(late, Err(SaveError::Stale)), "{engine:?}");

        let missing = submit(&test, &receipt, 2).await;
        let Err(SubmitError::Faults(faults)) = missing else {
            panic!("{engine:?}: no evidence yet")
        };
        assert!(faults.iter().all(|it| it.fault == SubsidyFault::NoFile));
        assert_eq!(faults.len(), 2);
        for line in [1, 2] {
            attach(&test, &receipt, line, PDF).await.unwrap();
            attach(&test, &receipt, line, PDF).await.unwrap();
        }
        let told = submit(&test, &receipt, 2).await.unwrap();
        assert_eq!(told.amount, Yen::new(AMOUNT), "{engine:?}");
        let again = submit(&test, &receipt, 3).await;
        let expected = SubsidyStageError::OperatorsTurn;
        assert!(matches!(again, Err(SubmitError::Stage(it)) if it == expected));

        review(&test, &receipt, 3, ReviewAct::Take, 1)
            .await
            .unwrap();
        let stage = review(&test, &receipt, 4, ReviewAct::Check(accepted()), 1).await;
        assert!(matches!(
            stage,
            Ok(SubsidyStage::Granted { second: None, .. })
        ));
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        let decision = own.decision.unwrap();
        assert_eq!((decision.decision_no, decision.amount_yen), (1, 60_000));
        assert_eq!(own.files.len(), 2, "{engine:?}: the same file once a line");
        let steps: Vec<_> = own.steps.iter().map(|it| it.step).collect();
        assert_eq!(
            steps,
            [
                SubsidyStep::Begin,
                SubsidyStep::Submit,
                SubsidyStep::Take,
                SubsidyStep::Grant
            ]
        );
        assert!(own.steps.iter().all(|it| it.inner_note.is_empty()));
        let told = letters(&test.platform).await;
        let subjects: Vec<_> = told.iter().map(|it| &*it.subject).collect();
        for word in ["受け付けました", "決定しました"] {
            assert!(subjects.iter().any(|it| it.contains(word)), "{engine:?}");
        }
        assert!(told.iter().all(|it| !it.body.contains("1234567")));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_the_first_and_the_last_instant_of_the_period_count() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = begin(&test, values()).await;
        for line in [1, 2] {
            attach(&test, &receipt, line, PDF).await.unwrap();
        }
        test.clock.set("2025-10-16T23:59:59.999+09:00");
        let early = submit(&test, &receipt, 1).await;
        assert!(matches!(early, Err(SubmitError::NotYet)), "{engine:?}");
        test.clock.set("2026-03-14T00:00:00+09:00");
        let late = submit(&test, &receipt, 1).await;
        assert!(matches!(late, Err(SubmitError::Over)), "{engine:?}");
        test.clock.set("2026-03-13T23:59:59.999+09:00");
        submit(&test, &receipt, 1).await.unwrap();
        test.clock.set("2026-03-14T00:00:00+09:00");
        let other = kiban_services::subsidies::SubsidyApplicant {
            office_no: registering::number(),
            ..applicant()
        };
        let key = (SCHEME, Programme::Care);
        let closed = subsidies::begin(&test.platform, &operator(), &other, key, Vec::new()).await;
        assert!(matches!(closed, Err(BeginError::Closed)), "{engine:?}");
        // What was returned in time is corrected after the period.
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let back = ReviewAct::Return {
            remarks: vec![("line.1.serials".into(), "製造番号をご確認ください".into())],
            note: "ご確認ください".into(),
        };
        review(&test, &receipt, 3, back, 1).await.unwrap();
        submit(&test, &receipt, 4).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_one_application_of_an_office_stands_and_a_withdrawn_one_frees_the_way() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let key = (SCHEME, Programme::Care);
        let (context, who) = (operator(), applicant());
        let begin_once = || subsidies::begin(&test.platform, &context, &who, key, values());
        let (one, two) = tokio::join!(begin_once(), begin_once());
        assert!(one.is_ok() != two.is_ok(), "{engine:?}");
        let receipt = one.or(two).unwrap();
        let stands = begin_once().await;
        assert!(matches!(stands, Err(BeginError::Stands(it)) if it == receipt));
        for line in [1, 2] {
            attach(&test, &receipt, line, PDF).await.unwrap();
        }
        let (one, two) = tokio::join!(submit(&test, &receipt, 1), submit(&test, &receipt, 1));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: submitted once");
        let key = (&*receipt, 2);
        subsidies::withdraw(&test.platform, &operator(), &applicant(), key)
            .await
            .unwrap();
        begin_once().await.unwrap();
        let opinion = (SCHEME, Programme::Opinion);
        subsidies::begin(
            &test.platform,
            &operator(),
            &applicant(),
            opinion,
            Vec::new(),
        )
        .await
        .unwrap();
        let stranger = kiban_services::subsidies::SubsidyApplicant {
            office_no: registering::number(),
            ..applicant()
        };
        let foreign = subsidies::read_own(&test.platform, &stranger, &receipt).await;
        assert!(foreign.unwrap().is_none(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_what_goes_back_says_which_fields_and_what_comes_again_says_what_changed() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = submitted(&test).await;
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let back = |field: &str, note: &str| ReviewAct::Return {
            remarks: vec![(field.into(), "型番が請求書と違います".into())],
            note: note.into(),
        };
        let wrong = review(&test, &receipt, 3, back("line.1.color", "x"), 1).await;
        assert!(matches!(wrong, Err(SubsidyReviewError::Field)));
        let silent = review(&test, &receipt, 3, back("line.1.model", " "), 1).await;
        assert!(matches!(silent, Err(SubsidyReviewError::NoteMissing)));
        let other = review(&test, &receipt, 3, back("line.1.model", "x"), 2).await;
        let expected = SubsidyStageError::AnothersReview;
        assert!(matches!(other, Err(SubsidyReviewError::Stage(it)) if it == expected));
        review(
            &test,
            &receipt,
            3,
            back("line.1.model", "ご確認ください"),
            1,
        )
        .await
        .unwrap();
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        assert_eq!(own.unwrap().unwrap().remarks[0].field, "line.1.model");
        let fixed = vec![("line.1.model".to_owned(), "MR-2".to_owned())];
        let key = (&*receipt, 4);
        subsidies::save(&test.platform, &applicant(), key, fixed)
            .await
            .unwrap();
        submit(&test, &receipt, 5).await.unwrap();
        let case = subsidies::read_for_review(&test.platform, &operator(), &receipt).await;
        let case = case.unwrap().unwrap().case;
        let changed: Vec<_> = case
            .changes
            .iter()
            .map(|it| (&*it.field, &*it.before, &*it.after))
            .collect();
        assert_eq!(changed, [("line.1.model", "MR-1", "MR-2")], "{engine:?}");
        assert_eq!(case.row.stage.label(case.row.submissions > 1), "再提出");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_of_two_reviewers_at_once_one_is_told_and_a_large_grant_wants_two() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let mut dear = values();
        dear.push(("line.2.amount".into(), "90000".into()));
        let receipt = begin(&test, dear).await;
        for line in [1, 2] {
            attach(&test, &receipt, line, PDF).await.unwrap();
        }
        // 16,000 + 99,000 above the ceilings of 106,000.
        let told = submit(&test, &receipt, 1).await.unwrap();
        assert_eq!(told.amount, Yen::new(106_000));
        let take = |by| review(&test, &receipt, 2, ReviewAct::Take, by);
        let (one, two) = tokio::join!(take(1), take(2));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}");
        let first = if one.is_ok() { 1 } else { 2 };
        let second = 3 - first;
        let mut proposal = accepted();
        proposal.lines[1].yen = 99_000;
        let checked = review(&test, &receipt, 3, ReviewAct::Check(proposal), first).await;
        assert!(matches!(checked, Ok(SubsidyStage::Checked { .. })));
        let same = review(&test, &receipt, 4, ReviewAct::Decide, first).await;
        let expected = SubsidyStageError::SamePerson;
        assert!(matches!(same, Err(SubsidyReviewError::Stage(it)) if it == expected));
        assert!(subsidies::payable(&test.platform).await.unwrap().is_empty());
        let hidden = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        assert!(
            hidden.unwrap().unwrap().proposal.is_none(),
            "not decided yet"
        );
        let decide = |by| review(&test, &receipt, 4, ReviewAct::Decide, by);
        let (one, two) = tokio::join!(decide(second), decide(9));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: decided once");
        assert_eq!(subsidies::payable(&test.platform).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_line_may_count_in_part_with_a_reason_and_never_for_more() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = submitted(&test).await;
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let with = |change: fn(&mut Vec<AcceptedLine>)| {
            let mut proposal = accepted();
            change(&mut proposal.lines);
            ReviewAct::Check(proposal)
        };
        for wrong in [
            with(|it| it[0].yen = 16_001),
            with(|it| it[0].yen = 15_999),
            with(|it| it[0].quantity = 3),
            // One reader of two is worth half of them, not all.
            with(|it| (it[0].quantity, it[0].reason) = (1, "1台だけ".into())),
            with(|it| {
                (it[0].quantity, it[0].yen, it[0].reason) = (1, 8_001, "1台だけ".into());
            }),
            with(|it| it[1].number = 1),
            with(|it| it.truncate(1)),
        ] {
            let refused = review(&test, &receipt, 3, wrong, 1).await;
            assert!(
                matches!(refused, Err(SubsidyReviewError::Lines)),
                "{engine:?}: {refused:?}"
            );
        }
        let nothing = with(|it| {
            for line in it {
                (line.yen, line.quantity, line.reason) = (0, 0, "対象外".into());
            }
        });
        let refused = review(&test, &receipt, 3, nothing, 1).await;
        assert!(matches!(refused, Err(SubsidyReviewError::Nothing)));
        let part = with(|it| {
            (it[1].yen, it[1].reason) = (33_000, "端末の購入費は対象外です".into());
        });
        review(&test, &receipt, 3, part, 1).await.unwrap();
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        assert_eq!(own.decision.unwrap().amount_yen, 49_000, "{engine:?}");
        assert_eq!(
            own.proposal.unwrap().lines[1].reason,
            "端末の購入費は対象外です"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_refusal_wants_two_and_a_reason_and_frees_the_way() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = submitted(&test).await;
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let refuse = |reason: &str| {
            ReviewAct::Check(Proposal {
                refuse: true,
                reason: reason.into(),
                ..accepted()
            })
        };
        let silent = review(&test, &receipt, 3, refuse(" "), 1).await;
        assert!(matches!(silent, Err(SubsidyReviewError::NoteMissing)));
        let checked = review(&test, &receipt, 3, refuse("対象の事業所ではありません"), 1).await;
        assert!(matches!(checked, Ok(SubsidyStage::Checked { .. })));
        review(&test, &receipt, 4, ReviewAct::Decide, 2)
            .await
            .unwrap();
        letters(&test.platform).await;
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let decision = own.unwrap().unwrap().decision.unwrap();
        assert_eq!((&*decision.kind, decision.amount_yen), ("refuse", 0));
        submitted(&test).await;
        let balances = subsidies::balances(&test.platform).await.unwrap();
        assert!(balances.is_empty(), "{engine:?}: nothing was granted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_an_office_that_is_not_registered_or_closed_submits_nothing() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let who = kiban_services::subsidies::SubsidyApplicant {
            office_no: registering::number(),
            ..applicant()
        };
        let key = (SCHEME, Programme::Care);
        let receipt = subsidies::begin(&test.platform, &operator(), &who, key, values())
            .await
            .unwrap();
        let send = |seen| {
            let (platform, who, receipt) = (test.platform.clone(), who.clone(), receipt.clone());
            async move {
                subsidies::submit(&platform, &operator(), &who, (&receipt, seen), PORTAL).await
            }
        };
        let early = send(1).await;
        assert!(
            matches!(early, Err(SubmitError::NotRegistered)),
            "{engine:?}"
        );
        registering::import(&test, "").await;
        let registration = registering::apply(&test).await.unwrap();
        for (seen, decision, by) in [(1, Decision::Check, 1), (2, Decision::Approve, 2)] {
            let by = registering::reviewer(by);
            registering::review(&test, &registration, seen, decision, by)
                .await
                .unwrap();
        }
        assert!(matches!(send(1).await, Err(SubmitError::Faults(_))));
        registering::import(&test, "2025-11-30").await;
        let closed = send(1).await;
        assert!(
            matches!(closed, Err(SubmitError::OfficeClosed)),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_evidence_is_judged_by_its_content_and_counted() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = begin(&test, values()).await;
        let program = attach(&test, &receipt, 1, b"MZ\x90\x00 this is a program").await;
        assert!(
            matches!(program, Err(EvidenceError::Unfit(_))),
            "{engine:?}"
        );
        for number in 0..5 {
            let mut bytes = PDF.to_vec();
            bytes.splice(9..9, format!("% {number}\n").into_bytes());
            attach(&test, &receipt, 1, &bytes).await.unwrap();
        }
        let sixth = attach(&test, &receipt, 1, PDF).await;
        assert!(matches!(sixth, Err(EvidenceError::TooMany)), "{engine:?}");
        let key = (&*receipt, 1);
        subsidies::remove_line(&test.platform, &applicant(), key, 1)
            .await
            .unwrap();
        let own = subsidies::read_own(&test.platform, &applicant(), &receipt).await;
        let own = own.unwrap().unwrap();
        assert!(own.files.is_empty() && own.form.line_numbers() == [2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_numbers_that_stand_in_two_applications_are_shown_to_the_reviewer() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let first = submitted(&test).await;
        let key = (&*first, 2);
        subsidies::withdraw(&test.platform, &operator(), &applicant(), key)
            .await
            .unwrap();
        let second = granted(&test).await;
        let opinion = (SCHEME, Programme::Opinion);
        let mut same = values();
        for (name, value) in [
            ("institution", "hospital"),
            ("beds", "200"),
            ("vendor", "見本"),
            ("product", "見本カルテ"),
        ] {
            same.push((name.into(), value.into()));
        }
        let third = subsidies::begin(&test.platform, &operator(), &applicant(), opinion, same)
            .await
            .unwrap();
        for line in [1, 2] {
            attach(&test, &third, line, PDF).await.unwrap();
        }
        submit(&test, &third, 1).await.unwrap();
        let case = subsidies::read_for_review(&test.platform, &operator(), &third).await;
        let case = case.unwrap().unwrap();
        let kinds: std::collections::BTreeSet<_> = case.shared.iter().map(|it| &*it.kind).collect();
        assert!(
            kinds.contains("invoice") && kinds.contains("file"),
            "{engine:?}: {kinds:?}"
        );
        assert!(
            case.shared.iter().all(|it| it.receipt == second),
            "the withdrawn one is none"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o11_a_scheme_is_changed_by_two_persons_and_a_budget_ends_grants() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        subsidies::take_in_shipped(&test.platform).await.unwrap();
        let shipped = subsidies::revisions(&test.platform).await.unwrap();
        assert_eq!(shipped.len(), 1, "{engine:?}: taken in once");
        let text = shipped[0].content.replace(
            "alone_yen = 100000",
            "alone_yen = 50000\ncare_budget_yen = 59999",
        );
        let propose = |text: &str| {
            let (platform, text) = (test.platform.clone(), text.to_owned());
            async move {
                let reason = "予算の決定による";
                subsidies::propose(&platform, &operator(), text, reason, reviewer(1)).await
            }
        };
        assert!(matches!(
            propose("code = 1").await,
            Err(SchemeError::Faults(_))
        ));
        assert!(matches!(
            propose(&shipped[0].content).await,
            Err(SchemeError::Same)
        ));
        assert_eq!(propose(&text).await.unwrap(), (SCHEME.to_owned(), 2));
        assert!(matches!(propose(&text).await, Err(SchemeError::Waiting)));
        let decide = |by| {
            let platform = test.platform.clone();
            async move {
                let key = (SCHEME, 2);
                subsidies::decide_scheme(&platform, &operator(), key, true, reviewer(by)).await
            }
        };
        assert!(matches!(decide(1).await, Err(SchemeError::SamePerson)));
        let (one, two) = tokio::join!(decide(2), decide(3));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}");
        let receipt = submitted(&test).await;
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        review(&test, &receipt, 3, ReviewAct::Check(accepted()), 1)
            .await
            .unwrap();
        let over = review(&test, &receipt, 4, ReviewAct::Decide, 2).await;
        let left = Yen::new(59_999);
        assert!(
            matches!(over, Err(SubsidyReviewError::Budget(it)) if it == left),
            "{engine:?}: {over:?}"
        );
        let case = subsidies::read_for_review(&test.platform, &operator(), &receipt).await;
        let case = case.unwrap().unwrap();
        assert!(case.case.decision.is_none() && case.granted_so_far == 0);
    }
}
