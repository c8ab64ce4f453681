//! From an application to admission (P-2, O-1), on both engines.

mod support;

use kiban_domain::{
    RegistrationError, RegistrationKind, RegistrationStage, RegistrationStep, UnfitNumber,
};
use kiban_services::{
    office_data,
    portal_users::links::LinkError,
    registrations::{
        self, ApplyError, CorrectError, Corrections, Decision, Filter, LookUpError, Review,
        ReviewError, ReviewerUser, SignUpError, StageFilter, Typed,
    },
};
use support::{
    ENGINES, TestPlatform,
    invited::letters,
    operator,
    registering::{
        NUMBER, PORTAL, applicant_id, apply, import, number, review, reviewer, sign_up, stage,
        token, typed,
    },
};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_number_is_looked_up_in_any_width_and_told_apart() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let look_up = |kind, typed| registrations::look_up(&test.platform, kind, typed);
        let care = RegistrationKind::CareOffice;
        let unknown = look_up(care, "１３７９９−０００２８").await.unwrap();
        assert!(unknown.entry.is_none() && unknown.office_no == number());
        import(&test, "").await;
        let known = look_up(care, " 1379900028 ").await.unwrap();
        assert_eq!(
            known.entry.unwrap().name,
            "見本デイサービス光",
            "{engine:?}"
        );
        for (kind, typed, expected) in [
            (care, "137990002", "no office number"),
            (care, "1379900029", "the number does not fit"),
            (RegistrationKind::Medical, NUMBER, "the number does not fit"),
        ] {
            let error = look_up(kind, typed).await.unwrap_err();
            assert_eq!(error.to_string(), expected, "{engine:?} {typed}");
        }
        let mistyped = look_up(care, "1379900029").await;
        assert!(matches!(
            mistyped,
            Err(LookUpError::Unfit(UnfitNumber::CheckDigit))
        ));
        import(&test, "2026-10-31").await;
        let closed = look_up(care, NUMBER).await;
        assert!(matches!(closed, Err(LookUpError::Closed(_))), "{engine:?}");
        import(&test, "2026-11-01").await;
        assert!(
            look_up(care, NUMBER).await.is_ok(),
            "{engine:?}: its last day"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_link_is_looked_at_as_often_as_one_likes_and_ends_after_a_day() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        sign_up(&test, "form", "tantou@hikari.example")
            .await
            .unwrap();
        sign_up(&test, "form", "tantou@hikari.example")
            .await
            .unwrap();
        let token = token(&test).await;
        for _ in 0..3 {
            let open = registrations::open(&test.platform, &token).await.unwrap();
            assert_eq!(
                open.office.name, "見本デイサービス光",
                "{engine:?}: the register's"
            );
        }
        let unknown = registrations::open(&test.platform, "0".repeat(64).as_str()).await;
        assert!(matches!(unknown, Err(LinkError::Unknown)));
        test.clock.pass(3_600 * 24);
        let ended = registrations::open(&test.platform, &token).await;
        assert!(matches!(ended, Err(LinkError::Ended)), "{engine:?}");
        test.clock.pass(3_600 * 24 * 7);
        assert_eq!(registrations::forget(&test.platform).await.unwrap(), 1);
        let forgotten = registrations::open(&test.platform, &token).await;
        assert!(matches!(forgotten, Err(LinkError::Unknown)), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_nobodys_mailbox_is_filled() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        for at in 0..5 {
            sign_up(&test, &format!("form {at}"), "tantou@hikari.example")
                .await
                .unwrap();
        }
        let sixth = sign_up(&test, "form 6", "TANTOU@hikari.example").await;
        assert!(matches!(sixth, Err(SignUpError::TooMany(_))), "{engine:?}");
        sign_up(&test, "form 7", "other@hikari.example")
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_two_persons_admit_an_office_and_nobody_an_own_one() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        let receipt = apply(&test).await.unwrap();
        let received = letters(&test.platform).await;
        assert!(received[0].subject.contains("受け付けました"));
        let run = |seen, decision, by| review(&test, &receipt, seen, decision, by);

        let early = run(1, Decision::Approve, reviewer(1)).await;
        assert!(matches!(
            early,
            Err(ReviewError::Stage(RegistrationError::NotChecked))
        ));
        for own in [
            ReviewerUser {
                user_id: applicant_id(),
                ..reviewer(1)
            },
            ReviewerUser {
                mail: "TANTOU@hikari.example".into(),
                ..reviewer(1)
            },
        ] {
            let own = run(1, Decision::Check, own).await;
            let expected = RegistrationError::OwnApplication;
            assert!(
                matches!(own, Err(ReviewError::Stage(it)) if it == expected),
                "{engine:?}"
            );
        }
        run(1, Decision::Check, reviewer(1)).await.unwrap();
        assert!(
            letters(&test.platform).await.is_empty(),
            "a first check is not told"
        );
        let same = run(2, Decision::Approve, reviewer(1)).await;
        assert!(matches!(
            same,
            Err(ReviewError::Stage(RegistrationError::SamePerson))
        ));
        assert!(
            office_data::load(&test.platform, &number())
                .await
                .unwrap()
                .is_none()
        );

        run(2, Decision::Approve, reviewer(2)).await.unwrap();
        let told = letters(&test.platform).await;
        assert!(told[0].subject.contains("承認されました"), "{engine:?}");
        let data = office_data::load(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (&*data.office.name, data.office.service_kinds.len()),
            ("見本デイサービス光", 1)
        );
        assert_eq!(data.profile.unwrap().beds, Some(20));
        let own = registrations::latest_of_office(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        let steps: Vec<_> = own.steps.iter().map(|it| (it.step, &*it.note)).collect();
        let expected = [
            (RegistrationStep::Apply, ""),
            (RegistrationStep::Approve, ""),
        ];
        assert_eq!(
            steps, expected,
            "{engine:?}: reviewers' notes are not the applicant's"
        );
        let read = registrations::read(&test.platform, &operator(), &receipt)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((read.steps.len(), read.row.version), (3, 3));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_of_two_reviewers_at_once_one_is_told_that_it_has_moved_on() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        let receipt = apply(&test).await.unwrap();
        let run = |seen, decision, by| review(&test, &receipt, seen, decision, reviewer(by));
        let (one, two) = tokio::join!(run(1, Decision::Check, 1), run(1, Decision::Check, 2));
        let moved = [&one, &two].into_iter().filter(|it| it.is_ok()).count();
        assert_eq!(moved, 1, "{engine:?}");
        let late = one.err().or(two.err()).unwrap();
        assert!(matches!(late, ReviewError::Stale), "{engine:?}: {late}");
        let (yes, no) = tokio::join!(run(2, Decision::Approve, 3), run(2, Decision::Refuse, 4));
        assert!(yes.is_ok() != no.is_ok(), "{engine:?}");
        let admitted = matches!(stage(&test).await, RegistrationStage::Approved { .. });
        let office = office_data::load(&test.platform, &number()).await.unwrap();
        assert_eq!(office.is_some(), admitted, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_approval_and_withdrawal_at_once_leave_one_truth() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        let receipt = apply(&test).await.unwrap();
        review(&test, &receipt, 1, Decision::Check, reviewer(1))
            .await
            .unwrap();
        let context = operator();
        let withdraw =
            registrations::withdraw(&test.platform, &context, applicant_id(), (&receipt, 2));
        let approve = review(&test, &receipt, 2, Decision::Approve, reviewer(2));
        let (approved, withdrawn) = tokio::join!(approve, withdraw);
        let office = office_data::load(&test.platform, &number()).await.unwrap();
        match (approved, withdrawn) {
            (Ok(_), Err(CorrectError::Stale | CorrectError::Stage(_))) => {
                assert!(
                    office.is_some()
                        && matches!(stage(&test).await, RegistrationStage::Approved { .. })
                );
            }
            (Err(ReviewError::Stale | ReviewError::Stage(_)), Ok(())) => {
                assert!(office.is_none() && stage(&test).await == RegistrationStage::Withdrawn);
            }
            (approved, withdrawn) => panic!("{engine:?}: {approved:?} {withdrawn:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_number_has_one_application_until_it_is_free_again() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        import(&test, "").await;
        let (one, two) = tokio::join!(apply(&test), apply(&test));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}");
        let ((Ok(receipt), Err(late)) | (Err(late), Ok(receipt))) = (one, two) else {
            panic!("{engine:?}: one of them, and only one")
        };
        assert!(
            matches!(late, ApplyError::Office(LookUpError::Taken)),
            "{engine:?}: {late:?}"
        );
        let taken = sign_up(&test, "form", "other@hikari.example").await;
        assert!(matches!(
            taken,
            Err(SignUpError::Office(LookUpError::Taken))
        ));
        let context = operator();
        let another =
            registrations::withdraw(&test.platform, &context, Uuid::from_u128(7), (&receipt, 1));
        assert!(
            matches!(another.await, Err(CorrectError::NotFound)),
            "{engine:?}"
        );
        let own = registrations::withdraw(&test.platform, &context, applicant_id(), (&receipt, 1));
        own.await.unwrap();
        apply(&test).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_office_outside_the_register_needs_a_word_and_a_returned_one_is_corrected() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let receipt = apply(&test).await.unwrap();
        letters(&test.platform).await;
        let silent = |decision, seen| {
            let review = Review {
                receipt: receipt.clone(),
                seen,
                decision,
                note: " ".into(),
                by: reviewer(1),
            };
            let (platform, context) = (test.platform.clone(), operator());
            async move { registrations::review(&platform, &context, PORTAL, review).await }
        };
        for decision in [Decision::Check, Decision::Return] {
            let refused = silent(decision, 1).await;
            assert!(
                matches!(refused, Err(ReviewError::NoteMissing)),
                "{engine:?} {decision:?}"
            );
        }
        review(&test, &receipt, 1, Decision::Return, reviewer(1))
            .await
            .unwrap();
        let told = letters(&test.platform).await;
        assert!(
            told[0].body.contains("確認しました"),
            "{engine:?}: the reason"
        );
        let corrections = Corrections {
            typed: Typed {
                name: "見本デイサービス新".into(),
                ..typed()
            },
            phone: "03-1111-1111".into(),
            note: "名称を直しました".into(),
        };
        let context = operator();
        let again = |seen| {
            let corrections = corrections.clone();
            registrations::resubmit(
                &test.platform,
                &context,
                applicant_id(),
                (&receipt, seen),
                corrections,
            )
        };
        assert!(
            matches!(again(1).await, Err(CorrectError::Stale)),
            "{engine:?}"
        );
        again(2).await.unwrap();
        let own = registrations::latest_of_office(&test.platform, &number())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (own.row.stage, &*own.row.office.name),
            (RegistrationStage::Applied, "見本デイサービス新")
        );
        // The register knows it by now: nobody has to explain, and its data count.
        import(&test, "").await;
        silent(Decision::Check, 3).await.unwrap();
        let filter = |stage| Filter {
            stage: Some(stage),
            ..Filter::default()
        };
        for (stage, expected) in [
            (StageFilter::Open, 1),
            (StageFilter::Applied, 0),
            (StageFilter::Checked, 1),
        ] {
            let listed = registrations::list(&test.platform, &context, &filter(stage), (0, 20))
                .await
                .unwrap();
            assert_eq!(
                (listed.rows.len(), listed.count),
                (expected, i64::try_from(expected).unwrap()),
                "{engine:?} {stage:?}"
            );
        }
        let none = Filter {
            office_no: Some("14".into()),
            in_register: Some(false),
            kind: Some(RegistrationKind::CareOffice),
            ..Filter::default()
        };
        assert_eq!(
            registrations::list(&test.platform, &context, &none, (0, 20))
                .await
                .unwrap()
                .count,
            0
        );
        let some = Filter {
            office_no: Some("13799".into()),
            ..none
        };
        assert_eq!(
            registrations::list(&test.platform, &context, &some, (0, 20))
                .await
                .unwrap()
                .count,
            1
        );
    }
}
