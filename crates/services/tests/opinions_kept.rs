//! What an institution finds of its opinions again, who read them, files of other software, and its settings (D06, D07, D10, W-8).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{
    opinion::{Consent, ItemId},
    opinion_case::{CaseState, OpinionRoute, SubmissionState},
};
use kiban_services::{
    audit_trail,
    opinions::{
        self, CaseError, DepartmentRow, DoctorRow, LineOutcome, NewSetting, OpinionLook, PhraseRow,
        SentFilter, SettingError, SettingFault, SettingField, SettingKind, UseGround,
    },
    staff::StaffRole,
};
use support::{
    ENGINES, TestPlatform, care_office, municipality,
    opinions::{
        CLINIC, FULL, FULL_CSV, OTHER_CLINIC, PATIENT, PDF, changed, clinic, clinic_of, full,
        request_line,
    },
    person,
};

/// How many entries of the insurer's lane have this purpose.
async fn entries(test: &TestPlatform, purpose: &str) -> usize {
    let mut work = test.platform.audit.read().await.unwrap();
    let first = uuid::Uuid::nil();
    let all =
        kiban_store::repo::audit::list_entries(&mut work, support::INSURER, first, 10_000).await;
    let word = format!("\"{purpose}\"");
    let all = all.unwrap();
    all.iter().filter(|it| it.body.contains(&word)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_one_opinion_that_is_opened_is_one_entry_and_a_withheld_one_is_not_there() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let receipt = test.send_document(id, full()).await.unwrap().receipt;
        test.serve(PATIENT, "43").await;
        let open = |no: String, look| {
            let platform = test.platform.clone();
            async move {
                opinions::open_past(&platform, &care_office(), &person(PATIENT), &no, look).await
            }
        };
        let no = || receipt.receipt_no.clone();
        assert!(
            open(no(), OpinionLook::Page).await.is_err(),
            "{engine:?}: no consent"
        );
        test.agree(PATIENT, "opinion").await;
        let early = open(no(), OpinionLook::Page).await.unwrap();
        assert!(early.is_none(), "{engine:?}: nobody has received it");
        test.acknowledge(&receipt).await.unwrap();
        let before = entries(&test, "opinion_view").await;
        let opened = open(no(), OpinionLook::Page).await.unwrap().unwrap();
        assert!(
            opened.past.opinion == full() && opened.scan.is_none(),
            "{engine:?}"
        );
        assert_eq!(
            entries(&test, "opinion_view").await,
            before + 1,
            "{engine:?}"
        );
        open(no(), OpinionLook::Pdf).await.unwrap().unwrap();
        assert_eq!(entries(&test, "opinion_pdf").await, 1, "{engine:?}");
        for strange in ["131128-00000099", "131121-00000001", "x", ""] {
            let found = open(strange.to_owned(), OpinionLook::Page).await.unwrap();
            assert!(found.is_none(), "{engine:?} {strange}");
        }

        let town = municipality();
        opinions::return_with_reason(&test.platform, &town, &receipt.receipt_no, "同意欄")
            .await
            .unwrap();
        let mut unwilling = full();
        unwilling.header.consent = Some(Consent::Disagrees);
        let second = test.send_document(id, unwilling).await.unwrap().receipt;
        test.acknowledge(&second).await.unwrap();
        let kept_back = open(second.receipt_no.clone(), OpinionLook::Pdf)
            .await
            .unwrap();
        assert!(
            kept_back.is_none(),
            "{engine:?}: the physician does not agree"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_a_paper_goes_out_as_it_was_read_in() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let paper = opinions::PaperOpinion {
            document: full(),
            scan: PDF.to_vec(),
            received_on: "2026-02-25".parse().unwrap(),
        };
        let receipt = opinions::record_paper(&test.platform, &municipality(), id, paper)
            .await
            .unwrap();
        test.serve(PATIENT, "43").await;
        test.agree(PATIENT, "opinion").await;
        let (care, who) = (care_office(), person(PATIENT));
        let open =
            |look| opinions::open_past(&test.platform, &care, &who, &receipt.receipt_no, look);
        let shown = open(OpinionLook::Page).await.unwrap().unwrap();
        assert!(shown.scan.is_none(), "{engine:?}");
        let scan = open(OpinionLook::Pdf).await.unwrap().unwrap().scan;
        assert_eq!(scan.as_deref(), Some(PDF), "{engine:?}");
        let own = opinions::open_sent(
            &test.platform,
            &clinic(),
            &receipt.receipt_no,
            OpinionLook::Pdf,
        )
        .await
        .unwrap();
        assert_eq!(own.scan.as_deref(), Some(PDF), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_an_institution_finds_what_it_sent_and_nothing_of_others() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let id = test.asked().await;
        let first = test.send_document(id, full()).await.unwrap().receipt;
        test.acknowledge(&first).await.unwrap();
        let no = &first.receipt_no;
        opinions::return_with_reason(&test.platform, &municipality(), no, "読めません")
            .await
            .unwrap();
        let second = test
            .send_document(id, changed("直した"))
            .await
            .unwrap()
            .receipt;
        let find = |filter: SentFilter| {
            let (platform, doctor) = (test.platform.clone(), doctor.clone());
            async move {
                let list = opinions::sent(&platform, &doctor, &filter, (0, 20))
                    .await
                    .unwrap();
                let seqs: Vec<_> = list.rows.iter().map(|it| it.submission.seq).collect();
                assert_eq!(list.total, seqs.len());
                seqs
            }
        };
        let by = |person: &str| SentFilter {
            person: person.to_owned(),
            ..SentFilter::default()
        };
        assert_eq!(find(SentFilter::default()).await, [2, 1], "{engine:?}");
        for found in [PATIENT, "見本花", "見本　花子", "みほん", "ミホン ハナ"] {
            assert_eq!(find(by(found)).await, [2, 1], "{engine:?} {found}");
        }
        for nobody in ["0000099999", "見本太郎", "%", "_", "100%"] {
            let expected: &[i64] = if nobody == "%" || nobody == "_" {
                &[2, 1]
            } else {
                &[]
            };
            assert_eq!(find(by(nobody)).await, expected, "{engine:?} {nobody}");
        }
        let today = test.platform.today();
        let narrowed = |month, state| SentFilter {
            month,
            state,
            ..SentFilter::default()
        };
        assert_eq!(find(narrowed(Some(today), None)).await, [2, 1]);
        let last_year = Some("2025-11-30".parse().unwrap());
        assert!(
            find(narrowed(last_year, None)).await.is_empty(),
            "{engine:?}"
        );
        let returned = Some(SubmissionState::Returned);
        assert_eq!(find(narrowed(None, returned)).await, [1], "{engine:?}");
        let part = opinions::sent(&test.platform, &doctor, &SentFilter::default(), (1, 1))
            .await
            .unwrap();
        assert_eq!((part.rows.len(), part.total), (1, 2), "{engine:?}");
        assert_eq!(
            part.rows[0].name.as_deref(),
            Some("見本　花子"),
            "{engine:?}"
        );

        let opened = opinions::open_sent(
            &test.platform,
            &doctor,
            &second.receipt_no,
            OpinionLook::Page,
        )
        .await
        .unwrap();
        let before = opened.before.unwrap();
        assert_eq!(before.0.seq, 1, "{engine:?}");
        assert!(before.1 == full() && opened.opinion == changed("直した"));
        assert_eq!(opened.case.unwrap().state, CaseState::Sent, "{engine:?}");
        let other = clinic_of(OTHER_CLINIC);
        let strange = opinions::open_sent(
            &test.platform,
            &other,
            &second.receipt_no,
            OpinionLook::Page,
        );
        assert!(
            matches!(strange.await, Err(CaseError::NotFound)),
            "{engine:?}"
        );
        let strange = opinions::uses(&test.platform, &other, &second.receipt_no).await;
        assert!(matches!(strange, Err(CaseError::NotFound)), "{engine:?}");
        let filter = SentFilter::default();
        let care = opinions::sent(&test.platform, &care_office(), &filter, (0, 20)).await;
        assert!(matches!(care, Err(CaseError::Refused(_))), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_the_writer_is_told_who_read_its_opinion_and_why() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let receipt = test.send_document(id, full()).await.unwrap().receipt;
        let no = &receipt.receipt_no;
        let uses = || async {
            audit_trail::seal_all(&test.platform).await.unwrap();
            let told = opinions::uses(&test.platform, &clinic(), no).await.unwrap();
            assert!(!told.1, "{engine:?}");
            told.0
        };
        assert!(uses().await.is_empty(), "{engine:?}");
        opinions::pull(&test.platform, &municipality(), 0, 10)
            .await
            .unwrap();
        test.acknowledge(&receipt).await.unwrap();
        test.serve(PATIENT, "43").await;
        test.agree(PATIENT, "opinion").await;
        let care = care_office();
        opinions::open_past(
            &test.platform,
            &care,
            &person(PATIENT),
            no,
            OpinionLook::Page,
        )
        .await
        .unwrap()
        .unwrap();
        test.ask(2, &[request_line("U", PATIENT, "R-0002", OTHER_CLINIC, "")])
            .await;
        let asked = clinic_of(OTHER_CLINIC);
        opinions::past(&test.platform, &asked, &person(PATIENT))
            .await
            .unwrap();
        // The writer's own look is not among them.
        opinions::open_sent(&test.platform, &clinic(), no, OpinionLook::Page)
            .await
            .unwrap();
        let told = uses().await;
        let words: Vec<_> = told
            .iter()
            .map(|it| (it.ground, it.purpose.as_str()))
            .collect();
        assert!(
            words.contains(&(UseGround::Consents, "opinion_view")),
            "{engine:?} {words:?}"
        );
        assert!(
            words.contains(&(UseGround::Insurer, "opinion_pull")),
            "{engine:?} {words:?}"
        );
        assert_eq!(told.len(), 3, "{engine:?} {words:?}");
        assert!(
            told.iter().all(|it| it.organisation != CLINIC),
            "{engine:?}"
        );
        assert_eq!(entries(&test, "opinion_uses").await, 2, "{engine:?}");

        // Another content of the same request has its own viewings.
        opinions::return_with_reason(&test.platform, &municipality(), no, "直してください")
            .await
            .unwrap();
        let second = test
            .send_document(id, changed("直した"))
            .await
            .unwrap()
            .receipt;
        audit_trail::seal_all(&test.platform).await.unwrap();
        let none = opinions::uses(&test.platform, &clinic(), &second.receipt_no).await;
        assert!(none.unwrap().0.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_a_file_is_looked_at_first_and_the_same_file_gets_the_same_receipts() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let id = test.asked().await;
        let look = |bytes: Vec<u8>| {
            let (platform, doctor) = (test.platform.clone(), doctor.clone());
            async move {
                opinions::look_at_file(&platform, &doctor, &bytes)
                    .await
                    .unwrap()
            }
        };
        let csv = look(FULL_CSV.to_vec())
            .await
            .unwrap_or_else(|_| panic!("{engine:?}"));
        assert_eq!((csv.route, csv.lines.len()), (OpinionRoute::Csv, 1));
        let Ok(line) = &csv.lines[0].content else {
            panic!("{engine:?}: it can be read");
        };
        let found = line.found.as_ref().unwrap();
        assert_eq!((found.row.case_id, found.draft), (id.1, 0), "{engine:?}");
        assert!(
            found.is_sound(),
            "{engine:?}: the 2018 form is a caution only"
        );
        assert_eq!(
            test.state_of(id).await,
            CaseState::Requested,
            "nothing is kept"
        );

        let document = || line.document.clone();
        let saved = opinions::save_line(&test.platform, &doctor, &document(), 0)
            .await
            .unwrap();
        assert!(
            matches!(saved, LineOutcome::Saved(it) if it == id),
            "{engine:?} {saved:?}"
        );
        let again = opinions::save_line(&test.platform, &doctor, &document(), 0)
            .await
            .unwrap();
        assert!(
            matches!(again, LineOutcome::Saved(_)),
            "{engine:?}: the same is no change"
        );
        let other = opinions::save_line(&test.platform, &doctor, &changed("ほか"), 0).await;
        assert!(
            matches!(other.unwrap(), LineOutcome::NotTaken(_)),
            "{engine:?}: moved on"
        );

        let mut receipts = Vec::new();
        for _ in 0..2 {
            let sent = opinions::send_line(&test.platform, &doctor, csv.route, document()).await;
            let LineOutcome::Sent(sent) = sent.unwrap() else {
                panic!("{engine:?}");
            };
            receipts.push((sent.receipt.receipt_no, sent.receipt.already));
        }
        assert_eq!(receipts[0].0, receipts[1].0, "{engine:?}");
        assert_eq!((receipts[0].1, receipts[1].1), (false, true), "{engine:?}");

        let json = look(FULL.to_vec())
            .await
            .unwrap_or_else(|_| panic!("{engine:?}"));
        assert_eq!((json.route, json.lines.len()), (OpinionRoute::Api, 1));
        let other = opinions::look_at_file(&test.platform, &clinic_of(OTHER_CLINIC), FULL).await;
        let other = other.unwrap().unwrap_or_else(|_| panic!("{engine:?}"));
        let Ok(line) = &other.lines[0].content else {
            panic!("{engine:?}");
        };
        let code = line.found.as_ref().err().unwrap().code();
        assert_eq!(code, Some("opinion_request_not_found"), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_files_that_are_none_are_refused_by_name() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let doctor = clinic();
    test.asked().await;
    let columns = |version: &str, count: usize| {
        let mut cells = vec![format!("\"{version}\"")];
        cells.resize(count, "\"\"".to_owned());
        format!("{}\r\n", cells.join(",")).into_bytes()
    };
    let cases: [(Vec<u8>, &str); 3] = [
        (columns("I1.2", 121), "障害支援区分の医師意見書のデータです"),
        (columns("1.2", 104), "項目の数が104です"),
        (
            columns("2.0", 121),
            "フォーマットバージョン「2.0」は読めません",
        ),
    ];
    for (bytes, words) in cases {
        let read = opinions::look_at_file(&test.platform, &doctor, &bytes)
            .await
            .unwrap();
        let Ok(reading) = read else { panic!("{words}") };
        let Err(faults) = &reading.lines[0].content else {
            panic!("{words}");
        };
        assert!(faults[0].reason.contains(words), "{}", faults[0].reason);
    }
    let whole: [(Vec<u8>, &str, &str); 5] = [
        (
            vec![b'a'; opinions::FILE_MOST + 1],
            "file_too_large",
            "1MBまで",
        ),
        ("\u{feff}\"1.2\"".into(), "csv_file_not_ms932", "シフトJIS"),
        (Vec::new(), "csv_empty", "意見書の行がありません"),
        (
            b"{\"edition\":".to_vec(),
            "opinion_not_json",
            "JSONとして読めません",
        ),
        (b"{}".to_vec(), "opinion_no_edition", "様式の版"),
    ];
    for (bytes, code, words) in whole {
        let read = opinions::look_at_file(&test.platform, &doctor, &bytes)
            .await
            .unwrap();
        let Err(why) = read else { panic!("{code}") };
        assert_eq!(why.code(), code);
        let messages = why.messages().join("");
        assert!(messages.contains(words), "{messages}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d10_administrators_and_clerks_keep_doctors_departments_and_phrases() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (doctor, other) = (clinic(), clinic_of(OTHER_CLINIC));
        let id = || test.platform.id();
        let named = |name: &str, id| {
            NewSetting::Doctor(DoctorRow {
                id,
                name: name.to_owned(),
                printed_name: String::new(),
                doctor_no: "D-1".to_owned(),
            })
        };
        let save = |new: NewSetting, role| {
            let (platform, doctor) = (test.platform.clone(), doctor.clone());
            async move { opinions::save_setting(&platform, &doctor, role, new).await }
        };
        let clerk = StaffRole::Clerk;
        let first = id();
        for _ in 0..2 {
            save(named("見本 一郎", first), clerk).await.unwrap();
        }
        let taken = save(named("見本 一郎", id()), StaffRole::Administrator).await;
        let Err(SettingError::Fields(faults)) = taken else {
            panic!("{engine:?}: the name is taken");
        };
        assert_eq!(faults, [(SettingField::Name, SettingFault::Taken)]);
        for role in [
            StaffRole::Staff,
            StaffRole::CareManager,
            StaffRole::Contractor,
        ] {
            let refused = save(named("例示 次郎", id()), role).await;
            assert!(
                matches!(refused, Err(SettingError::Refused(_))),
                "{engine:?} {role:?}"
            );
        }
        let department = DepartmentRow {
            id: id(),
            name: "内科".to_owned(),
        };
        save(NewSetting::Department(department), clerk)
            .await
            .unwrap();
        let phrase = |item, title: &str, body: &str| {
            NewSetting::Phrase(PhraseRow {
                id: test.platform.id(),
                item,
                title: title.to_owned(),
                body: body.to_owned(),
            })
        };
        save(
            phrase(ItemId::Remarks, "独居", "独居である。\n見守りを要する。"),
            clerk,
        )
        .await
        .unwrap();
        let wrong = [
            (
                phrase(ItemId::Remarks, "", "文"),
                SettingField::Name,
                SettingFault::Missing,
            ),
            (
                phrase(ItemId::Remarks, "空", " "),
                SettingField::Body,
                SettingFault::Missing,
            ),
            (
                phrase(ItemId::Remarks, "長い", &"あ".repeat(401)),
                SettingField::Body,
                SettingFault::TooLong(400),
            ),
            (
                phrase(ItemId::NutritionNote, "二行", "一\n二"),
                SettingField::Body,
                SettingFault::Lines,
            ),
            (
                phrase(ItemId::Remarks, "字", "a\tb"),
                SettingField::Body,
                SettingFault::Characters,
            ),
            (
                phrase(ItemId::ApplicantName, "氏名", "a"),
                SettingField::Item,
                SettingFault::Item,
            ),
        ];
        for (new, field, fault) in wrong {
            let Err(SettingError::Fields(faults)) = save(new, clerk).await else {
                panic!("{engine:?} {fault:?}");
            };
            assert_eq!(faults, [(field, fault)], "{engine:?}");
        }
        let kept = opinions::settings(&test.platform, &doctor).await.unwrap();
        assert_eq!(kept.doctors[0].printed_name, "見本 一郎", "{engine:?}");
        assert_eq!(
            (kept.doctors.len(), kept.departments.len()),
            (1, 1),
            "{engine:?}"
        );
        assert_eq!(kept.phrases_for(ItemId::Remarks).count(), 1, "{engine:?}");
        assert_eq!(kept.phrases_for(ItemId::Course).count(), 0, "{engine:?}");
        let others = opinions::settings(&test.platform, &other).await.unwrap();
        assert_eq!(others, opinions::Settings::default(), "{engine:?}");
        let care = opinions::settings(&test.platform, &care_office()).await;
        assert!(matches!(care, Err(SettingError::Refused(_))), "{engine:?}");

        let remove = |who, role| {
            opinions::remove_setting(&test.platform, who, role, SettingKind::Doctor, first)
        };
        let strange = remove(&other, clerk).await;
        assert!(matches!(strange, Err(SettingError::NotFound)), "{engine:?}");
        let refused = remove(&doctor, StaffRole::Staff).await;
        assert!(
            matches!(refused, Err(SettingError::Refused(_))),
            "{engine:?}"
        );
        remove(&doctor, clerk).await.unwrap();
        let again = remove(&doctor, clerk).await;
        assert!(matches!(again, Err(SettingError::NotFound)), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}
