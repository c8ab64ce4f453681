//! Opinions from the request to the receipt: sent once, whichever way, received once, given back with a reason (D-1 to D-6).

mod support;

use kiban_domain::{
    PrivateText,
    opinion_case::{
        CaseAct, CaseState, DeclineReason, NotNow, OpinionRequest, OpinionRoute, RequestKey,
        SubmissionState,
    },
};
use kiban_services::opinions::{
    self, CaseError, DraftError, Mismatch, NewOpinion, PaperOpinion, Receipt, RequestFault,
    SendError, Taken,
};
use support::{
    ENGINES, TestPlatform, care_office, municipality,
    opinions::{
        CLINIC, FULL_CSV, OTHER_CLINIC, PATIENT, PDF, by_api, changed, clinic, clinic_of, full,
        request_line, typed,
    },
};

fn not_now<T>(of: &Result<T, CaseError>) -> Option<NotNow> {
    match of {
        Err(CaseError::NotNow(reason)) => Some(*reason),
        _ => None,
    }
}

fn not_sent_now<T>(of: &Result<T, SendError>) -> Option<NotNow> {
    match of {
        Err(SendError::Case(CaseError::NotNow(reason))) => Some(*reason),
        _ => None,
    }
}

/// The steps of a request that was given back once.
const CORRECTED: [CaseAct; 7] = [
    CaseAct::Ask,
    CaseAct::Save,
    CaseAct::Send,
    CaseAct::Acknowledge,
    CaseAct::Return,
    CaseAct::Send,
    CaseAct::Acknowledge,
];

#[tokio::test(flavor = "multi_thread")]
async fn d1_an_opinion_goes_from_the_request_to_its_receipt_and_back_for_correction() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let town = municipality();
        let id = test.asked().await;
        let listed = opinions::inbox(&test.platform, &doctor, &[], None)
            .await
            .unwrap();
        let case = &listed.cases[0];
        assert_eq!(case.row.state, CaseState::Requested, "{engine:?}");
        assert_eq!(case.row.due_on.to_string(), "2026-02-19", "{engine:?}");
        assert_eq!(case.row.person.as_ref().unwrap().name, "見本　花子");
        assert_eq!(listed.counts, [(CaseState::Requested, 1)]);
        assert_eq!(
            test.rows().await[0].progress,
            "opinion_requested",
            "{engine:?}"
        );

        let sent = test.send_typed(id, &full()).await.unwrap();
        assert_eq!(
            (sent.receipt.number, sent.receipt.route),
            (1, OpinionRoute::Screen)
        );
        assert_eq!(sent.receipt.receipt_no, "131128-00000001");
        assert!(
            !sent.cautions.is_empty(),
            "an edition that is over is cautioned about"
        );
        let again = test.send_document(id, full()).await.unwrap().receipt;
        assert!(
            again.already && again.receipt_no == sent.receipt.receipt_no,
            "{engine:?}"
        );

        let pulled = opinions::pull(&test.platform, &town, 0, 10).await.unwrap();
        assert_eq!((pulled.opinions.len(), pulled.next), (1, 1), "{engine:?}");
        let row = &pulled.opinions[0].row;
        assert_eq!(
            row.document.as_bytes(),
            support::opinions::FULL.trim_ascii_end()
        );
        let got = test.acknowledge(&sent.receipt).await.unwrap();
        assert_eq!(
            (got.state, got.already),
            (SubmissionState::Acknowledged, false)
        );
        assert!(
            test.acknowledge(&sent.receipt).await.unwrap().already,
            "{engine:?}"
        );
        assert_eq!(
            test.rows().await[0].progress,
            "opinion_received",
            "{engine:?}"
        );
        let rest = opinions::unacknowledged(&test.platform, &town, 10)
            .await
            .unwrap();
        assert!(rest.is_empty(), "{engine:?}");
        let late = test.send_document(id, changed("後から")).await;
        assert_eq!(not_sent_now(&late), Some(NotNow::Received), "{engine:?}");
        let late = opinions::withdraw(&test.platform, &doctor, id).await;
        assert_eq!(not_now(&late), Some(NotNow::Received), "{engine:?}");

        let no = &sent.receipt.receipt_no;
        let empty = opinions::return_with_reason(&test.platform, &town, no, " ").await;
        assert!(matches!(empty, Err(CaseError::Note)), "{engine:?}");
        for already in [false, true] {
            let back =
                opinions::return_with_reason(&test.platform, &town, no, "診断名が読めません");
            let back = back.await.unwrap();
            assert_eq!(
                (back.state, back.already),
                (SubmissionState::Returned, already)
            );
        }
        assert_eq!(
            test.rows().await[0].progress,
            "opinion_requested",
            "{engine:?}"
        );
        let same = test.send_document(id, full()).await;
        assert!(matches!(same, Err(SendError::Unchanged)), "{engine:?}");
        let second = test
            .send_typed(id, &changed("書き直した"))
            .await
            .unwrap()
            .receipt;
        assert_eq!(
            (second.number, second.receipt_no.as_str()),
            (2, "131128-00000002")
        );
        test.acknowledge(&second).await.unwrap();

        let view = opinions::open_asked(&test.platform, &town, id)
            .await
            .unwrap();
        assert!(view.draft.is_none(), "an insurer sees no draft");
        let acts: Vec<_> = view.events.iter().map(|it| it.act).collect();
        assert_eq!(acts, CORRECTED);
        let states: Vec<_> = view.submissions.iter().map(|it| it.state).collect();
        assert_eq!(
            states,
            [SubmissionState::Returned, SubmissionState::Acknowledged]
        );

        let month = test.platform.today();
        let fees = opinions::fees(&test.platform, &doctor, month)
            .await
            .unwrap();
        assert_eq!(
            (fees.lines.len(), fees.total.get()),
            (1, 5_000),
            "{engine:?}"
        );
        let csv = opinions::fees_csv(&fees);
        assert!(
            csv.contains("131128,131128-00000002,2026-11-01,在宅,新規,5000\r\n"),
            "{csv}"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_the_same_content_is_the_same_document_whichever_way_it_comes() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let town = municipality();
        let id = test.asked().await;
        let take_back = || opinions::withdraw(&test.platform, &doctor, id);
        let mut digests = Vec::new();
        let screen = test.send_typed(id, &full()).await.unwrap().receipt;
        digests.push((screen.route, screen.sha256));
        take_back().await.unwrap();

        // What a record system leaves out, the request says.
        let mut bare = full();
        let own = &mut bare.administrative;
        (own.insurer_no, own.institution_no, own.application_date) = (None, None, None);
        (own.request_date, own.setting) = (None, None);
        (own.insured_no, own.request_no) = Default::default();
        let api = test.send_document(id, bare).await.unwrap().receipt;
        assert_eq!(
            api.number, 2,
            "{engine:?}: what was taken back is sent anew"
        );
        digests.push((api.route, api.sha256));
        take_back().await.unwrap();

        let file = opinions::send_csv(&test.platform, &doctor, FULL_CSV).await;
        let file = file.unwrap().unwrap();
        assert!(
            file.faults.is_empty() && file.lines.len() == 1,
            "{engine:?}"
        );
        let csv = file.lines[0].outcome.as_ref().unwrap().receipt.clone();
        digests.push((csv.route, csv.sha256.clone()));
        let again = opinions::send_csv(&test.platform, &doctor, FULL_CSV).await;
        let again = again.unwrap().unwrap();
        let again = &again.lines[0].outcome.as_ref().unwrap().receipt;
        assert!(
            again.already && again.receipt_no == csv.receipt_no,
            "{engine:?}"
        );
        take_back().await.unwrap();

        let paper = || PaperOpinion {
            document: full(),
            scan: PDF.to_vec(),
            received_on: "2026-02-25".parse().unwrap(),
        };
        let record = |paper| opinions::record_paper(&test.platform, &town, id, paper);
        let receipt = record(paper()).await.unwrap();
        assert!(record(paper()).await.unwrap().already, "{engine:?}");
        digests.push((receipt.route, receipt.sha256.clone()));
        let (kept, pdf) = opinions::find_opinion(&test.platform, &town, &receipt.receipt_no)
            .await
            .unwrap();
        assert_eq!(pdf.unwrap(), PDF);
        assert_eq!(kept.receipt.state, SubmissionState::Acknowledged);

        let routes: Vec<_> = digests.iter().map(|it| it.0).collect();
        assert_eq!(routes, OpinionRoute::ALL, "{engine:?}");
        assert!(
            digests.iter().all(|it| it.1 == digests[0].1),
            "{engine:?}: {digests:?}"
        );
        let row = &test.rows().await[0];
        assert_eq!(row.progress, "opinion_received", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_what_is_not_right_is_refused_by_name_and_leaves_nothing() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let town = municipality();
        let id = test.asked().await;
        let mut wrong = full();
        wrong.administrative.insurer_no = Some("011007".parse().unwrap());
        wrong.administrative.institution_no = Some(OTHER_CLINIC.parse().unwrap());
        wrong.administrative.insured_no = kiban_domain::opinion::Text::new("0000099999").unwrap();
        wrong.administrative.request_no = kiban_domain::opinion::Text::new("R-9").unwrap();
        wrong.administrative.application_date = Some("2020-01-01".parse().unwrap());
        wrong.header.birth_date = Some("1941-05-06".parse().unwrap());
        let all = [
            Mismatch::Insurer,
            Mismatch::Person,
            Mismatch::Institution,
            Mismatch::RequestNo,
            Mismatch::ApplicationDate,
            Mismatch::BirthDate,
        ];
        match test.send_document(id, wrong.clone()).await {
            Err(SendError::Mismatch(found)) => assert_eq!(found, all, "{engine:?}"),
            other => panic!("{engine:?}: {}", other.is_ok()),
        }
        let checked = opinions::validate(&test.platform, &doctor, id, &wrong)
            .await
            .unwrap();
        assert_eq!(checked.mismatches, all);

        let mut unfinished = full();
        (unfinished.living.meal, unfinished.header.consent) = (None, None);
        match test.send_document(id, unfinished).await {
            Err(SendError::Findings(found)) => {
                let errors = found.iter().filter(|it| it.level.code() == "error");
                let items: Vec<_> = errors.map(|it| it.item.code()).collect();
                assert_eq!(items, ["consent", "meal"], "{engine:?}: every one of them");
            }
            other => panic!("{engine:?}: {}", other.is_ok()),
        }
        let mut no_pdf = by_api(full(), None);
        if let NewOpinion::Document { pdf, .. } = &mut no_pdf {
            *pdf = Some(b"GIF89a".to_vec());
        }
        let sent = opinions::send(&test.platform, &doctor, id, no_pdf).await;
        assert!(matches!(sent, Err(SendError::Pdf(_))), "{engine:?}");

        // Who was not asked finds nothing; who is no institution may not at all.
        let stranger = clinic_of(OTHER_CLINIC);
        let sent = opinions::send(&test.platform, &stranger, id, by_api(full(), None)).await;
        assert!(
            matches!(sent, Err(SendError::Case(CaseError::NotFound))),
            "{engine:?}"
        );
        let opened = opinions::open_case(&test.platform, &stranger, id).await;
        assert!(matches!(opened, Err(CaseError::NotFound)), "{engine:?}");
        for other in [care_office(), municipality()] {
            let sent = opinions::send(&test.platform, &other, id, by_api(full(), None)).await;
            assert!(
                matches!(sent, Err(SendError::Case(CaseError::Refused(_)))),
                "{engine:?}"
            );
        }
        let got = opinions::acknowledge(&test.platform, &doctor, "131128-00000001").await;
        assert!(matches!(got, Err(CaseError::Refused(_))), "{engine:?}");
        for no in ["131128-00000001", "011007-00000001", "131128-1", "x"] {
            let got = opinions::acknowledge(&test.platform, &town, no).await;
            assert!(matches!(got, Err(CaseError::NotFound)), "{engine:?}: {no}");
        }
        let back = opinions::withdraw(&test.platform, &doctor, id).await;
        assert_eq!(not_now(&back), Some(NotNow::NotSent), "{engine:?}");

        let view = opinions::open_case(&test.platform, &doctor, id)
            .await
            .unwrap();
        assert_eq!(
            (view.submissions.len(), view.events.len()),
            (0, 1),
            "{engine:?}"
        );
        let keyed = |document, key| {
            opinions::send(&test.platform, &doctor, id, by_api(document, Some(key)))
        };
        let first = keyed(full(), "a").await.unwrap().receipt;
        assert!(
            keyed(full(), "a").await.unwrap().receipt.already,
            "{engine:?}"
        );
        let other = keyed(changed("別の内容"), "a").await;
        assert!(matches!(other, Err(SendError::KeyReused)), "{engine:?}");
        let second = keyed(changed("別の内容"), "b").await.unwrap().receipt;
        assert_eq!((first.number, second.number), (1, 2), "{engine:?}");
        let got = test.acknowledge(&first).await;
        assert_eq!(not_now(&got), Some(NotNow::NotSent), "{engine:?}: replaced");
        let replayed = keyed(full(), "a").await.unwrap().receipt;
        assert_eq!(replayed.state, SubmissionState::Superseded, "{engine:?}");
        let pulled = opinions::pull(&test.platform, &town, 0, 10).await.unwrap();
        assert_eq!(
            pulled.opinions.len(),
            1,
            "{engine:?}: what was replaced is not pulled"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_a_draft_is_saved_over_what_was_looked_at_and_survives_what_cannot_be_read() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let id = test.asked().await;
        let (test, doctor) = (&test, &doctor);
        let save = |seen, content: opinions::DraftContent| async move {
            opinions::save_draft(&test.platform, doctor, id, seen, &content).await
        };
        let mut half = typed(&full());
        half.form.set("birth_date", &["昭和十五年ごろ"]);
        assert_eq!(save(0, half.clone()).await.unwrap(), 1, "{engine:?}");
        assert_eq!(
            save(0, half.clone()).await.unwrap(),
            1,
            "{engine:?}: the same again"
        );
        let stale = save(0, typed(&full())).await;
        assert!(
            matches!(stale, Err(DraftError::Stale { revision: 1 })),
            "{engine:?}"
        );
        let view = opinions::open_case(&test.platform, doctor, id)
            .await
            .unwrap();
        assert!(view.draft == Some((half, 1)) && view.case.row.state == CaseState::Draft);
        let send =
            |revision| opinions::send(&test.platform, doctor, id, NewOpinion::Draft { revision });
        match send(1).await {
            Err(SendError::Form(faults)) => assert_eq!(faults[0].item.code(), "birth_date"),
            other => panic!("{engine:?}: {}", other.is_ok()),
        }
        assert!(
            matches!(send(7).await, Err(SendError::Stale { revision: 1 })),
            "{engine:?}"
        );
        let (one, two) = tokio::join!(save(1, typed(&full())), save(1, typed(&changed("二人目"))));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: one of two");
        assert!(send(2).await.is_ok(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_a_request_is_declined_with_a_reason_and_asked_for_again() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let town = municipality();
        let id = test.asked().await;
        let decline = |reason, words: &'static str| {
            opinions::decline(&test.platform, &doctor, id, reason, words)
        };
        let wordless = decline(DeclineReason::Other, " ").await;
        assert!(matches!(wordless, Err(CaseError::Note)), "{engine:?}");
        decline(DeclineReason::LongAgo, "").await.unwrap();
        let sent = test.send_document(id, full()).await;
        assert_eq!(not_sent_now(&sent), Some(NotNow::Declined), "{engine:?}");
        let seen = opinions::open_asked(&test.platform, &town, id)
            .await
            .unwrap();
        assert_eq!(seen.case.row.reason, "long_ago", "{engine:?}");
        assert!(seen.case.days_left.is_none());
        let again = request_line("U", PATIENT, "R-0001", CLINIC, "").replace(
            r#""requested_on":"2026-02-05""#,
            r#""requested_on":"2026-02-12""#,
        );
        test.ask(2, &[again]).await;
        assert_eq!(test.state_of(id).await, CaseState::Requested, "{engine:?}");
        let due = opinions::due_cases(&test.platform).await.unwrap();
        assert!(due.is_empty(), "{engine:?}: long over");
        test.clock.set("2026-02-26T09:00:00+09:00");
        let due = opinions::due_cases(&test.platform).await.unwrap();
        assert_eq!((due.len(), due[0].count), (1, 1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_requests_come_by_file_and_move_with_it() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        // Nobody is known yet: the request waits and is taken in with its person.
        let done = test
            .ask(1, &[request_line("U", PATIENT, "R-0001", CLINIC, "")])
            .await;
        assert_eq!(
            (done.counts.waiting, done.counts.rejected),
            (1, 0),
            "{engine:?}"
        );
        test.patients(&[PATIENT]).await;
        let id = test.the_case().await;
        test.send_document(id, full()).await.unwrap();

        let done = test
            .ask(2, &[request_line("U", PATIENT, "R-0001", CLINIC, "")])
            .await;
        assert_eq!(done.counts.unchanged, 1, "{engine:?}");
        let later = request_line(
            "U",
            PATIENT,
            "R-0001",
            CLINIC,
            r#","due_on":"2026-03-01","doctor_name":"見本　太郎""#,
        );
        test.ask(3, std::slice::from_ref(&later)).await;
        let view = opinions::open_case(&test.platform, &doctor, id)
            .await
            .unwrap();
        let row = &view.case.row;
        assert_eq!(
            (row.due_on.to_string().as_str(), row.state),
            ("2026-03-01", CaseState::Sent)
        );
        assert_eq!(row.request.doctor_name.as_str(), "見本　太郎");
        assert_eq!(view.events.last().unwrap().act, CaseAct::Change);

        // Another institution: what was sent is taken back, and the other begins with nothing.
        test.ask(4, &[request_line("U", PATIENT, "R-0001", OTHER_CLINIC, "")])
            .await;
        let view = opinions::open_case(&test.platform, &doctor, id)
            .await
            .unwrap();
        assert_eq!(view.case.row.state, CaseState::Transferred, "{engine:?}");
        assert_eq!(
            view.submissions[0].state,
            SubmissionState::Withdrawn,
            "{engine:?}"
        );
        let sent = test.send_document(id, changed("遅れて")).await;
        assert_eq!(not_sent_now(&sent), Some(NotNow::Transferred), "{engine:?}");
        let other = clinic_of(OTHER_CLINIC);
        let inbox = opinions::inbox(&test.platform, &other, &[], None)
            .await
            .unwrap();
        assert_eq!(inbox.cases.len(), 1, "{engine:?}");
        let row = &inbox.cases[0].row;
        let new_id = (row.key.insurer_no, row.case_id);
        let view = opinions::open_case(&test.platform, &other, new_id)
            .await
            .unwrap();
        assert!(
            view.submissions.is_empty() && view.draft.is_none(),
            "{engine:?}"
        );

        test.ask(5, &[request_line("D", PATIENT, "R-0001", OTHER_CLINIC, "")])
            .await;
        let view = opinions::open_case(&test.platform, &other, new_id)
            .await
            .unwrap();
        assert_eq!(view.case.row.state, CaseState::Cancelled, "{engine:?}");
        assert_eq!(
            test.rows().await[0].progress,
            "received",
            "{engine:?}: asked for no more"
        );
        test.ask(6, &[request_line("U", PATIENT, "R-0001", OTHER_CLINIC, "")])
            .await;
        let view = opinions::open_case(&test.platform, &other, new_id)
            .await
            .unwrap();
        assert_eq!(view.case.row.state, CaseState::Requested, "{engine:?}");
        let acts: Vec<_> = view.events.iter().map(|it| it.act).collect();
        assert_eq!(
            acts,
            [CaseAct::Ask, CaseAct::Cancel, CaseAct::AskAgain],
            "{engine:?}"
        );
        assert!(test.verify().await.is_empty());

        // The read model is what the records say, composed from nothing.
        let before = test.rows().await[0].progress.clone();
        test.rebuild().await;
        assert_eq!(test.rows().await[0].progress, before, "{engine:?}");
        assert_eq!(before, "opinion_requested");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_what_happens_at_once_happens_one_after_the_other() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let doctor = clinic();
        let town = municipality();
        let id = test.asked().await;
        let send = || test.send_document(id, full());
        let (one, two, three) = tokio::join!(send(), send(), send());
        let receipts = [one, two, three].map(|it| it.unwrap().receipt);
        assert_eq!(
            receipts.iter().filter(|it| !it.already).count(),
            1,
            "{engine:?}"
        );
        assert!(
            receipts
                .iter()
                .all(|it| it.receipt_no == receipts[0].receipt_no)
        );

        let withdraw = || opinions::withdraw(&test.platform, &doctor, id);
        let (got, back) = tokio::join!(test.acknowledge(&receipts[0]), withdraw());
        assert!(
            got.is_ok() != back.is_ok(),
            "{engine:?}: received or taken back, not both"
        );
        if back.is_ok() {
            send().await.unwrap();
        }
        let state = test.state_of(id).await;
        let open = opinions::pull(&test.platform, &town, 0, 10).await.unwrap();
        if state == CaseState::Sent {
            let receipt = open.opinions[0].receipt.clone();
            let (one, two) = tokio::join!(test.acknowledge(&receipt), test.acknowledge(&receipt));
            let firsts = [one.unwrap(), two.unwrap()]
                .iter()
                .filter(|it| !it.already)
                .count();
            assert_eq!(firsts, 1, "{engine:?}: received once");
        }
        let view = opinions::open_asked(&test.platform, &town, id)
            .await
            .unwrap();
        let acks = view
            .events
            .iter()
            .filter(|it| it.act == CaseAct::Acknowledge)
            .count();
        let standing = view
            .submissions
            .iter()
            .filter(|it| it.state == SubmissionState::Acknowledged)
            .count();
        assert_eq!((acks, standing), (1, 1), "{engine:?}");

        // A correction and its withdrawal at once leave either of both, whole.
        let no = view
            .submissions
            .iter()
            .find(|it| it.state == SubmissionState::Acknowledged);
        let no = Receipt::of(no.unwrap(), false).receipt_no;
        opinions::return_with_reason(&test.platform, &town, &no, "直してください")
            .await
            .unwrap();
        let (sent, back) = tokio::join!(test.send_document(id, changed("直した")), withdraw());
        assert!(sent.is_ok(), "{engine:?}");
        let expected = if back.is_ok() {
            CaseState::Withdrawn
        } else {
            CaseState::Sent
        };
        assert_eq!(test.state_of(id).await, expected, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_requests_come_from_a_program_each_with_its_answer() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let town = municipality();
        test.patients(&[PATIENT]).await;
        let key = |insurer: &str, insured: &str| RequestKey {
            insurer_no: insurer.parse().unwrap(),
            insured_no: insured.parse().unwrap(),
            applied_on: "2026-02-02".parse().unwrap(),
            branch: 1,
            request_no: "R-0001".parse().unwrap(),
        };
        let request = |due: Option<&str>| OpinionRequest {
            institution: CLINIC.parse().unwrap(),
            doctor_no: String::new(),
            doctor_name: PrivateText::default(),
            requested_on: "2026-02-05".parse().unwrap(),
            due_on: due.map(|it| it.parse().unwrap()),
            setting: None,
            writing: None,
        };
        let asked = vec![
            (key("131128", PATIENT), request(None)),
            (key("131128", PATIENT), request(None)),
            (key("131128", "0000099999"), request(None)),
            (key("011007", PATIENT), request(None)),
            (key("131128", PATIENT), request(Some("2026-02-04"))),
            (key("131128", PATIENT), request(Some("2026-03-04"))),
        ];
        let taken = opinions::take_requests(&test.platform, &town, asked)
            .await
            .unwrap();
        let Ok(Taken::New(id)) = taken[0] else {
            panic!("{engine:?}: {taken:?}");
        };
        let expected = [
            Ok(Taken::Already(id)),
            Err(RequestFault::UnknownPerson),
            Err(RequestFault::OtherInsurer),
            Err(RequestFault::Due),
            Ok(Taken::Updated(id)),
        ];
        assert_eq!(taken[1..], expected, "{engine:?}");
        assert_eq!(
            test.rows().await[0].progress,
            "opinion_requested",
            "{engine:?}"
        );
        let refused = opinions::take_requests(&test.platform, &clinic(), Vec::new()).await;
        assert!(matches!(refused, Err(CaseError::Refused(_))), "{engine:?}");
        let listed = opinions::asked(&test.platform, &town, &[CaseState::Requested], None).await;
        let listed = listed.unwrap();
        assert_eq!(
            listed.cases[0].row.due_on.to_string(),
            "2026-03-04",
            "{engine:?}"
        );
        let none = opinions::asked(&test.platform, &town, &[CaseState::Sent], None).await;
        assert!(none.unwrap().cases.is_empty(), "{engine:?}");
    }
}
