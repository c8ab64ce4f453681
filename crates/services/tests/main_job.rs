//! The main job on both engines: a file becomes what an office may see.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;

use kiban_access::{Part, PersonKey, Refusal};
use kiban_domain::{FiveItems, Item, MunicipalityStage};
use kiban_services::{
    identity::{self, IdentityError},
    intake,
    persons::{self, Question, ReadError},
    relations::{self, RegisterError, Registration},
};
use kiban_store::repo::transfers::TransferState;
use support::{ENGINES, TestPlatform, care_office, insurer, municipality};

const INSURED: &str = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n";

fn insured(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut file = INSURED.to_owned();
    for (number, name, kana) in rows {
        let _ = writeln!(
            file,
            "U,131128,{number},1,2026-10-01T09:00:00+09:00,{name},{kana},1940-05-03,2,1,2005-05-02,,見本区一丁目,,,,,,"
        );
    }
    file.into_bytes()
}

fn person(number: &str) -> PersonKey {
    PersonKey {
        insurer_no: insurer(),
        insured_no: number.parse().unwrap(),
    }
}

fn items(number: &str, kana: &str, birth: &str) -> FiveItems {
    FiveItems {
        insurer_no: insurer(),
        insured_no: number.parse().unwrap(),
        name_kana: kana.parse().unwrap(),
        birth_date: birth.parse().unwrap(),
        sex: "2".parse().unwrap(),
    }
}

fn registration(check: identity::CheckId) -> Registration {
    Registration {
        check,
        service_kind: "43".parse().unwrap(),
        purpose: "ケアプラン作成".into(),
        from: None,
        accepts_handover: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_a_file_becomes_what_a_registered_office_sees() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let transfer = test
            .load(
                "131128_insured_F_20261101_0001.csv",
                &insured(&[("0000000017", "架空 花子", "カクウ ハナコ")]),
            )
            .await;
        assert_eq!(
            (transfer.state, transfer.counts.inserted),
            (TransferState::Applied, 1),
            "{engine:?} {transfer:?}"
        );

        let platform = &test.platform;
        let key = person("0000000017");
        let before = persons::read(platform, &care_office(), &key, &Question::default()).await;
        assert!(
            matches!(before, Err(ReadError::Refused(Refusal::NotFound))),
            "{engine:?}"
        );

        let wrong = identity::check(
            platform,
            &care_office(),
            items("0000000017", "カクウハナヨ", "1940-05-03"),
        )
        .await;
        assert!(
            matches!(wrong, Err(IdentityError::ReadAgain(Item::NameKana))),
            "{engine:?} {wrong:?}"
        );
        let nobody = identity::check(
            platform,
            &care_office(),
            items("0000000099", "カクウ ハナコ", "1940-05-03"),
        )
        .await;
        assert!(
            matches!(nobody, Err(IdentityError::ReadAgain(Item::InsuredNo))),
            "{engine:?}"
        );

        let check = identity::check(
            platform,
            &care_office(),
            items("0000000017", "ｶｸｳ ﾊﾅｺ", "1940-05-03"),
        )
        .await
        .unwrap();
        let relation = relations::register(platform, &care_office(), registration(check.id))
            .await
            .unwrap();
        assert_eq!(relation.person, key);
        let again = relations::register(platform, &care_office(), registration(check.id)).await;
        assert!(matches!(again, Err(RegisterError::CheckSpent)), "{again:?}");

        let view = persons::read(platform, &care_office(), &key, &Question::default())
            .await
            .unwrap();
        assert_eq!(view.members.shown(), [Part::Insured]);
        assert!(
            view.members.to_json().contains("架空 花子"),
            "{}",
            view.members.to_json()
        );

        test.stage(MunicipalityStage::Migrating).await;
        let stopped = persons::read(platform, &care_office(), &key, &Question::default()).await;
        assert!(matches!(
            stopped,
            Err(ReadError::Refused(Refusal::InsurerNotSharing))
        ));
        test.stage(MunicipalityStage::Sharing).await;

        let listed = relations::list(platform, &care_office()).await.unwrap();
        assert_eq!(listed.len(), 1);
        let end = relations::End {
            person: key.clone(),
            relation_id: relation.relation_id,
            last_day: None,
            reason: kiban_domain::EndReason::Mistake,
            note: String::new(),
        };
        relations::end(platform, &care_office(), end).await.unwrap();
        let ended = persons::read(platform, &care_office(), &key, &Question::default()).await;
        assert!(matches!(
            ended,
            Err(ReadError::Refused(Refusal::RelationEnded))
        ));

        let own = persons::read(platform, &municipality(), &key, &Question::default())
            .await
            .unwrap();
        assert!(own.members.shown().contains(&Part::Insured));

        let sealed = kiban_services::audit_trail::seal_all(platform)
            .await
            .unwrap();
        assert!(sealed >= 10, "{sealed}");
        let verified = kiban_services::audit_trail::verify(
            &platform.audit,
            vec![platform.audit_key.verifying_key().clone()],
            Vec::new(),
            platform.now(),
        )
        .await
        .unwrap();
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_numbers_repeats_and_gaps() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let file = insured(&[("0000000017", "架空 花子", "カクウ ハナコ")]);
        let first = test.load("131128_insured_F_20261101_0001.csv", &file).await;
        let again = test
            .send("131128_insured_F_20261101_0001.csv", &file)
            .await
            .unwrap();
        assert!(again.already && again.transfer.transfer_id == first.transfer_id);
        let other = insured(&[("0000000017", "架空 花代", "カクウ ハナヨ")]);
        let conflict = test
            .send("131128_insured_F_20261101_0001.csv", &other)
            .await;
        assert!(matches!(
            conflict,
            Err(intake::ReceiveError::SerialConflict { .. })
        ));
        let gap = test
            .send("131128_insured_D_20261101_0003.csv", &other)
            .await;
        assert!(
            matches!(gap, Err(intake::ReceiveError::Gap { expected: 2 })),
            "{gap:?}"
        );
        let next = test
            .load("131128_insured_D_20261101_0002.csv", &other)
            .await;
        assert_eq!((next.counts.updated, next.counts.inserted), (1, 0));
        let future = test
            .send("131128_insured_D_20270101_0003.csv", &other)
            .await;
        assert!(matches!(future, Err(intake::ReceiveError::FutureBaseDate)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_a_row_waits_for_its_person() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let notice = "op,insurer_no,insured_no,history_no,updated_at,seq,office_no,office_name,notified_on,applies_from,applies_to,self_made\nU,131128,0000000017,1,2026-10-01T09:00:00+09:00,1,,自分,2026-09-01,2026-09-01,,1\n";
        let waiting = test
            .load(
                "131128_care_manager_notice_D_20261101_0001.csv",
                notice.as_bytes(),
            )
            .await;
        assert_eq!(
            (waiting.state, waiting.counts.waiting),
            (TransferState::Applied, 1),
            "{waiting:?}"
        );
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &insured(&[("0000000017", "架空 花子", "カクウ ハナコ")]),
        )
        .await;
        let settled = test.transfer(&waiting).await;
        assert_eq!((settled.counts.waiting, settled.counts.inserted), (0, 1));
        let own = persons::read(
            &test.platform,
            &municipality(),
            &person("0000000017"),
            &Question::default(),
        )
        .await
        .unwrap();
        assert!(own.members.shown().contains(&Part::CareManagerNotice));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_a_full_file_closes_what_it_does_not_name_and_a_mass_change_is_held() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let numbers: Vec<String> = (1..=200).map(|n| format!("{n:010}")).collect();
        let all: Vec<_> = numbers
            .iter()
            .map(|number| (number.as_str(), "架空 花子", "カクウ ハナコ"))
            .collect();
        test.load("131128_insured_F_20261030_0001.csv", &insured(&all))
            .await;
        let few = test
            .load("131128_insured_F_20261101_0002.csv", &insured(&all[..190]))
            .await;
        assert_eq!(
            (few.state, few.counts.ended, few.counts.unchanged),
            (TransferState::Applied, 10, 190)
        );
        let held = test
            .load("131128_insured_F_20261101_0003.csv", &insured(&all[..100]))
            .await;
        assert_eq!(
            (held.state, held.code.as_str()),
            (TransferState::Held, "mass_change")
        );
        let confirmed = intake::confirm(
            &test.platform,
            &municipality(),
            insurer(),
            held.transfer_id,
            true,
        )
        .await
        .unwrap();
        test.work_off().await;
        let done = test.transfer(&confirmed).await;
        assert_eq!(
            (done.state, done.counts.ended),
            (TransferState::Applied, 90)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_too_many_bad_rows_reject_the_file_as_a_whole() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mut file = insured(&[("0000000017", "架空 花子", "カクウ ハナコ")]);
        file.extend_from_slice(b"U,131128,0000000018,1,2026-10-01T09:00:00+09:00,A,\xe3\x82\xab,1940-02-30,2,1,2005-05-02,,,,,,,,\n");
        let transfer = test.load("131128_insured_F_20261101_0001.csv", &file).await;
        assert_eq!(
            (transfer.state, transfer.code.as_str()),
            (TransferState::Rejected, "too_many_rejected")
        );
        let findings = intake::read_findings(&test.platform, &transfer, 10).unwrap();
        assert_eq!(
            (findings[0].line, findings[0].code.as_ref()),
            (3, "not_a_date"),
            "{findings:?}"
        );
        let nobody = persons::read(
            &test.platform,
            &municipality(),
            &person("0000000017"),
            &Question::default(),
        )
        .await;
        assert!(matches!(nobody, Err(ReadError::Refused(Refusal::NotFound))));
    }
}
