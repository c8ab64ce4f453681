//! The help desk's work (P-5, O07, O08): queue, search, handing on, answering at once, telephone, templates, times; on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{CallState, InquiryCategory, InquiryChannel, InquiryNoteKind, InquiryState};
use kiban_services::{
    CallContext,
    inquiries::{
        self, Answer, FormKey, Handling, InquiryError, InquiryHolder, InquirySearch, NewCall,
        NewInquiry, Sender, TemplateError, shown_ticket,
    },
};
use support::{ENGINES, TestPlatform, invited::letters};
use uuid::Uuid;

fn desk(name: &str) -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator").staff(name),
        request_id: "r".into(),
    }
}

fn asked(category: InquiryCategory, name: &str, organisation: &str, body: &str) -> NewInquiry {
    NewInquiry {
        category,
        name: name.into(),
        organisation: organisation.into(),
        mail: Some("tantou@hikari.example".parse().unwrap()),
        phone: "03-0000-0000".into(),
        call_back: false,
        call_times: String::new(),
        context: String::new(),
        body: body.into(),
    }
}

async fn send(test: &TestPlatform, asked: NewInquiry) -> String {
    let form = FormKey::of(asked.body.as_bytes());
    let sender = Sender::Visitor("192.0.2.1".into());
    inquiries::submit(&test.platform, &sender, &form, asked)
        .await
        .unwrap()
}

fn answer(body: &str, seen: Option<i32>) -> Handling {
    Handling::Answer(Answer {
        body: body.into(),
        form: FormKey::of(body.as_bytes()),
        seen,
    })
}

async fn found(test: &TestPlatform, search: InquirySearch) -> Vec<String> {
    let search = InquirySearch { most: 50, ..search };
    let context = desk("sato");
    let (rows, count) = inquiries::search(&test.platform, &context, search)
        .await
        .unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), count);
    rows.into_iter().map(|row| row.ticket).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_inquiries_are_found_by_number_words_organisation_category_state_and_age() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let terminal = InquiryCategory::Terminal;
        let one = send(
            &test,
            asked(terminal, "見本 一郎", "1379900015", "100%_完了と出ます"),
        )
        .await;
        test.clock.pass(3 * 86_400);
        let mut wanted = asked(
            InquiryCategory::Other,
            "見本 二郎",
            "見本市",
            "Reader を買う",
        );
        (wanted.call_back, wanted.call_times) = (true, "平日の午後".into());
        let two = send(&test, wanted).await;
        let all = InquirySearch::default;
        assert_eq!(found(&test, all()).await, [one.clone(), two.clone()]);
        let words = |words: &str| InquirySearch {
            words: words.into(),
            ..all()
        };
        for (search, expected) in [
            (words("100%_完"), vec![&one]),
            (words("100x"), vec![]),
            (words("READER"), vec![&two]),
            (words("一郎"), vec![&one]),
            (
                InquirySearch {
                    organisation: "見本市".into(),
                    ..all()
                },
                vec![&two],
            ),
            (
                InquirySearch {
                    category: Some(terminal),
                    ..all()
                },
                vec![&one],
            ),
            (
                InquirySearch {
                    ticket: Some(shown_ticket(&two).to_lowercase()),
                    ..all()
                },
                vec![&two],
            ),
            (
                InquirySearch {
                    ticket: Some("' OR 1=1".into()),
                    ..all()
                },
                vec![],
            ),
            (
                InquirySearch {
                    calls_only: true,
                    ..all()
                },
                vec![&two],
            ),
            (
                InquirySearch {
                    assigned_to: Some(String::new()),
                    ..all()
                },
                vec![&one, &two],
            ),
            (
                InquirySearch {
                    before: Some(test.platform.now()),
                    ..all()
                },
                vec![&one],
            ),
            (
                InquirySearch {
                    state: Some(InquiryState::Answered),
                    ..all()
                },
                vec![],
            ),
        ] {
            let told = format!("{engine:?}: {search:?}");
            let expected: Vec<String> = expected.into_iter().cloned().collect();
            assert_eq!(found(&test, search).await, expected, "{told}");
        }
        let waits = inquiries::queue(&test.platform).await.unwrap();
        assert_eq!((waits.calls, waits.unassigned), (1, 2), "{engine:?}");
        assert_eq!((waits.states.len(), waits.states[0].count), (1, 2));
        let context = desk("sato");
        inquiries::handle(&test.platform, &context, &one, Handling::Close)
            .await
            .unwrap();
        let open = InquirySearch {
            open_only: true,
            ..all()
        };
        assert_eq!(found(&test, open).await, [two], "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_two_who_answer_at_once_are_told_and_notes_stay_inside() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let ticket = send(
            &test,
            asked(InquiryCategory::Card, "見本", "", "読めません"),
        )
        .await;
        letters(platform).await;
        let (sato, mori) = (desk("sato"), desk("mori"));
        inquiries::assign(platform, &sato, &ticket, "", "mori", "秘密のメモ")
            .await
            .unwrap();
        inquiries::assign(platform, &mori, &ticket, "mori", "sato", "引き継ぎます")
            .await
            .unwrap();
        inquiries::add_note(platform, &mori, &FormKey::of(b"note"), &ticket, "急ぎです")
            .await
            .unwrap();
        let (one, other) = tokio::join!(
            inquiries::handle(platform, &sato, &ticket, answer("一つめの回答", Some(1))),
            inquiries::handle(platform, &mori, &ticket, answer("二つめの回答", Some(1))),
        );
        let refused = match (one, other) {
            (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
            (one, other) => panic!("{engine:?}: {one:?} {other:?}"),
        };
        let InquiryError::Conflict(now) = refused else {
            panic!("{engine:?}: {refused:?}");
        };
        assert_eq!(
            now.messages.len(),
            2,
            "{engine:?}: what stands now is shown"
        );
        let sent = letters(platform).await;
        assert_eq!(sent.len(), 1, "{engine:?}: one answer goes out");

        // The same form again: nothing more.
        let body = now.messages[1].body.clone();
        let who = if now.messages[1].author == "sato" {
            &sato
        } else {
            &mori
        };
        inquiries::handle(platform, who, &ticket, answer(&body, Some(1)))
            .await
            .unwrap();
        assert!(letters(platform).await.is_empty(), "{engine:?}");

        let case = inquiries::read(platform, &sato, &ticket).await.unwrap();
        let kinds: Vec<_> = case.notes.iter().map(|it| it.kind).collect();
        assert_eq!(
            kinds,
            [
                InquiryNoteKind::Assigned,
                InquiryNoteKind::HandedOn,
                InquiryNoteKind::Note
            ]
        );
        let told = |text: &str| !text.contains("秘密") && !text.contains("急ぎ");
        assert!(case.inquiry.messages.iter().all(|it| told(&it.body)));
        assert!(sent.iter().all(|it| told(&it.body)), "{engine:?}");
        assert_eq!(case.inquiry.row.state, InquiryState::Answered);
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_call_becomes_an_inquiry_and_a_wish_to_be_called_is_noted() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let context = desk("sato");
        let mut told = asked(
            InquiryCategory::Registration,
            "見本 花子",
            "見本園",
            "登録できない",
        );
        told.mail = None;
        told.call_back = true;
        let call = NewCall {
            asked: told,
            answer: "手順を伝えました".into(),
        };
        let form = FormKey::of(b"call");
        let ticket = inquiries::record_call(platform, &context, &form, call)
            .await
            .unwrap();
        assert!(
            letters(platform).await.is_empty(),
            "{engine:?}: no address, no letter"
        );
        inquiries::set_called(platform, &context, &ticket, false, "留守")
            .await
            .unwrap();
        let case = inquiries::read(platform, &context, &ticket).await.unwrap();
        let row = &case.inquiry.row;
        assert_eq!(row.channel, InquiryChannel::Telephone);
        assert_eq!(
            (row.state, row.call_state),
            (InquiryState::Answered, Some(CallState::Missed))
        );
        assert_eq!(row.assigned_to.as_deref(), Some("sato"));
        assert_eq!(case.inquiry.messages.len(), 2, "{engine:?}");
        inquiries::set_called(platform, &context, &ticket, true, "")
            .await
            .unwrap();
        let calls = InquirySearch {
            calls_only: true,
            ..InquirySearch::default()
        };
        assert!(found(&test, calls).await.is_empty(), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_times_to_answer_and_to_close_are_counted() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let since = platform.now();
        let context = desk("sato");
        for hours in [1, 2, 9] {
            let body = format!("{hours}時間");
            let ticket = send(&test, asked(InquiryCategory::Card, "見本", "", &body)).await;
            test.clock.pass(hours * 3_600);
            inquiries::handle(
                platform,
                &context,
                &ticket,
                answer(&format!("答{hours}"), None),
            )
            .await
            .unwrap();
        }
        let times = inquiries::times(platform, since).await.unwrap();
        assert_eq!(times.len(), 2, "{engine:?}: all, and one category");
        let first = times[1].first_answer.unwrap();
        assert_eq!(
            (
                first.count,
                first.median.as_hours(),
                first.ninety.as_hours()
            ),
            (3, 2, 9),
            "{engine:?}"
        );
        assert!(times[0].close.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_an_account_sees_its_own_inquiries_and_nobody_elses() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let holder = |user: u128, body: &str| InquiryHolder {
            user_id: Uuid::from_u128(user),
            body_kind: "office".into(),
            body_no: body.into(),
        };
        let own = holder(1, "1379900015");
        let form = FormKey::of(b"own");
        let sender = Sender::Account(own.clone());
        let wanted = asked(InquiryCategory::Terminal, "見本", "", "更新");
        let ticket = inquiries::submit(platform, &sender, &form, wanted)
            .await
            .unwrap();
        let colleague = holder(2, "1379900015");
        let elsewhere = holder(1, "1379900023");
        for (who, whole, sees) in [
            (&own, false, true),
            (&colleague, false, false),
            (&colleague, true, true),
            (&elsewhere, true, false),
        ] {
            let listed = inquiries::list_own(platform, who, whole).await.unwrap();
            assert_eq!(listed.len(), usize::from(sees), "{engine:?}: {who:?}");
            let read = inquiries::read_own(platform, who, whole, &ticket).await;
            assert_eq!(read.is_ok(), sees, "{engine:?}: {who:?}");
        }
        let reply = FormKey::of(b"reply");
        for _ in 0..2 {
            inquiries::reply_own(platform, &own, false, &ticket, &reply, "追加です")
                .await
                .unwrap();
        }
        let read = inquiries::read_own(platform, &own, false, &ticket)
            .await
            .unwrap();
        assert_eq!(read.messages.len(), 2, "{engine:?}: one form, one message");
        let foreign = inquiries::reply_own(platform, &elsewhere, true, &ticket, &reply, "x").await;
        assert!(matches!(foreign, Err(InquiryError::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_templates_are_data_and_two_who_change_one_are_told() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let context = desk("sato");
        let save = async |seen, title: &'static str, body: &'static str| {
            let category = Some(InquiryCategory::Card);
            inquiries::save_template(
                platform,
                &context,
                &FormKey::fresh(platform),
                seen,
                title,
                category,
                body,
            )
            .await
        };
        assert!(matches!(
            save(None, " ", "a").await,
            Err(TemplateError::Title)
        ));
        assert!(matches!(
            save(None, "a", " ").await,
            Err(TemplateError::Body)
        ));
        save(None, "カードの読み取り", "読み取り確認をお試しください。")
            .await
            .unwrap();
        let known = inquiries::list_templates(platform).await.unwrap().remove(0);
        let seen = Some((known.template_id, known.revision));
        save(seen, "カード", "一人目").await.unwrap();
        let Err(TemplateError::Conflict(Some(now))) = save(seen, "カード", "二人目").await
        else {
            panic!("{engine:?}: the second is told");
        };
        assert_eq!(now.body, "一人目", "{engine:?}");
        inquiries::remove_template(platform, &context, known.template_id)
            .await
            .unwrap();
        assert!(
            inquiries::list_templates(platform)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(test.verify().await.is_empty());
    }
}
