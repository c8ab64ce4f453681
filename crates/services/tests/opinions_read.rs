//! Opinions that were sent, read again: one key names one act, and who may see what (D-1, W-8).

mod support;

use kiban_domain::opinion::Consent;
use kiban_services::opinions::{self, CsvLineError, PastError, SendError};
use support::{
    ENGINES, TestPlatform, care_office, municipality,
    opinions::{
        CLINIC, FULL_CSV, OTHER_CLINIC, PATIENT, by_api, clinic, clinic_of, full, full_about,
        request_line,
    },
    person,
};

#[tokio::test(flavor = "multi_thread")]
async fn d1_one_key_names_one_act_even_for_two_requests_at_once() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        test.patients(&[PATIENT]).await;
        let lines = ["R-0001", "R-0002"].map(|it| request_line("U", PATIENT, it, CLINIC, ""));
        test.ask(1, &lines).await;
        let all = opinions::inbox(&test.platform, &doctor, &[], None)
            .await
            .unwrap();
        let ids: Vec<_> = all
            .cases
            .iter()
            .map(|it| (it.row.key.insurer_no, it.row.case_id))
            .collect();
        let document = |at: usize| full_about(PATIENT, all.cases[at].row.key.request_no.as_str());
        let send = |at| {
            opinions::send(
                &test.platform,
                &doctor,
                ids[at],
                by_api(document(at), Some("a")),
            )
        };
        let (one, two) = tokio::join!(send(0), send(1));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}");
        let refused = one.err().or(two.err());
        assert!(matches!(refused, Some(SendError::KeyReused)), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_a_care_manager_reads_what_person_and_physician_agreed_to() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let receipt = test.send_document(id, full()).await.unwrap().receipt;
        let past = || async {
            let read = opinions::past(&test.platform, &care_office(), &person(PATIENT)).await;
            read.map(|(shown, withheld)| (shown.len(), withheld))
        };
        test.serve(PATIENT, "43").await;
        let refused = past().await;
        let Err(PastError::Refused(refusal)) = &refused else {
            panic!("{engine:?}: the person has not agreed");
        };
        assert_eq!(refusal.code(), "consent_missing", "{engine:?}");
        test.agree(PATIENT, "opinion").await;
        assert_eq!(
            past().await.unwrap(),
            (0, 0),
            "{engine:?}: nobody has received it"
        );
        test.acknowledge(&receipt).await.unwrap();
        assert_eq!(past().await.unwrap(), (1, 0), "{engine:?}");

        let town = municipality();
        let no = &receipt.receipt_no;
        opinions::return_with_reason(&test.platform, &town, no, "同意欄を確認してください")
            .await
            .unwrap();
        let mut unwilling = full();
        unwilling.header.consent = Some(Consent::Disagrees);
        let receipt = test.send_document(id, unwilling).await.unwrap().receipt;
        test.acknowledge(&receipt).await.unwrap();
        assert_eq!(
            past().await.unwrap(),
            (0, 1),
            "{engine:?}: the physician does not agree"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_past_opinions_are_shown_to_who_may_see_them() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let id = test.asked().await;
        let receipt = test.send_document(id, full()).await.unwrap().receipt;
        test.acknowledge(&receipt).await.unwrap();
        let past = |who: kiban_services::CallContext| {
            let platform = test.platform.clone();
            async move { opinions::past(&platform, &who, &person(PATIENT)).await }
        };
        let (own, _) = past(clinic()).await.unwrap();
        assert!(
            own.len() == 1 && own[0].is_own && own[0].opinion == full(),
            "{engine:?}"
        );
        assert_eq!(past(municipality()).await.unwrap().0.len(), 1);
        assert!(
            past(clinic_of(OTHER_CLINIC)).await.is_err(),
            "{engine:?}: never asked"
        );
        assert!(
            past(care_office()).await.is_err(),
            "{engine:?}: no registration"
        );
        test.ask(2, &[request_line("U", PATIENT, "R-0002", OTHER_CLINIC, "")])
            .await;
        let (others, withheld) = past(clinic_of(OTHER_CLINIC)).await.unwrap();
        assert!(
            others.len() == 1 && !others[0].is_own && withheld == 0,
            "{engine:?}: asked now"
        );
        test.stage(kiban_domain::MunicipalityStage::Preparing).await;
        assert!(
            past(clinic_of(OTHER_CLINIC)).await.is_err()
                || past(clinic_of(OTHER_CLINIC)).await.unwrap().0.is_empty(),
            "{engine:?}: not shared"
        );
        assert_eq!(
            past(clinic()).await.unwrap().0.len(),
            1,
            "{engine:?}: its own stays"
        );
        let mut csv = FULL_CSV.to_vec();
        let file = opinions::send_csv(&test.platform, &clinic_of(OTHER_CLINIC), &csv)
            .await
            .unwrap()
            .unwrap();
        assert!(
            matches!(file.lines[0].outcome, Err(CsvLineError::NoRequest)),
            "{engine:?}"
        );
        csv.truncate(10);
        let file = opinions::send_csv(&test.platform, &doctor, &csv)
            .await
            .unwrap();
        assert!(file.is_err() || !file.unwrap().faults.is_empty());
    }
}
