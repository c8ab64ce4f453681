//! Inquiries from the form to the answer (P-5), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{InquiryCategory, InquiryState};
use kiban_services::inquiries::{
    self, Answer, FormKey, Handling, InquiryError, NewInquiry, Sender, shown_ticket,
};
use support::{ENGINES, TestPlatform, invited::letters, operator};

fn asked(body: &str) -> NewInquiry {
    NewInquiry {
        category: InquiryCategory::Terminal,
        name: "見本 担当".into(),
        organisation: "1379900015".into(),
        mail: Some("tantou@hikari.example".parse().unwrap()),
        phone: String::new(),
        call_back: false,
        call_times: String::new(),
        context: String::new(),
        body: body.into(),
    }
}

async fn submit(test: &TestPlatform, key: &[u8]) -> Result<String, InquiryError> {
    let sender = Sender::Visitor("192.0.2.1".into());
    let form = FormKey::of(key);
    inquiries::submit(&test.platform, &sender, &form, asked("更新できません")).await
}

fn answer(body: &str) -> Handling {
    Handling::Answer(Answer {
        body: body.into(),
        form: FormKey::of(body.as_bytes()),
        seen: None,
    })
}

async fn code(test: &TestPlatform, ticket: &str) -> String {
    inquiries::send_code(
        &test.platform,
        "192.0.2.1",
        &shown_ticket(ticket),
        "TANTOU@hikari.example",
    )
    .await
    .unwrap();
    let letters = letters(&test.platform).await;
    let body = &letters.last().unwrap().body;
    body.split("コード　")
        .nth(1)
        .unwrap()
        .split('\n')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_an_inquiry_goes_from_form_to_answer_and_is_seen_with_a_code_only() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let (one, other) = tokio::join!(submit(&test, b"form"), submit(&test, b"form"));
        let ticket = one.unwrap();
        assert_eq!(
            ticket,
            other.unwrap(),
            "{engine:?}: one form is one inquiry"
        );
        let first = letters(platform).await;
        assert_eq!(first.len(), 1, "{engine:?}");
        assert!(first[0].subject.contains(&shown_ticket(&ticket)));

        let code = code(&test, &ticket).await;
        let seen = inquiries::open(platform, &ticket.to_lowercase(), &code)
            .await
            .unwrap();
        assert!(seen.row.state == InquiryState::Received && seen.messages.len() == 1);
        let listed = inquiries::list(platform, &operator(), Some(InquiryState::Received), 10)
            .await
            .unwrap();
        assert_eq!(listed.len(), 1);
        let desk = operator();
        let handle = |handling| inquiries::handle(platform, &desk, &ticket, handling);
        handle(Handling::Take).await.unwrap();
        assert!(matches!(handle(answer(" ")).await, Err(InquiryError::Body)));
        handle(answer("更新のコードを発行してください"))
            .await
            .unwrap();
        let answer = letters(platform).await;
        assert!(answer[0].subject.contains("回答") && answer[0].body.contains("更新のコード"));

        inquiries::reply(
            platform,
            &ticket,
            &code,
            &FormKey::of(b"reply"),
            "できました",
        )
        .await
        .unwrap();
        let read = inquiries::read(platform, &operator(), &ticket)
            .await
            .unwrap();
        let written: Vec<_> = read
            .inquiry
            .messages
            .iter()
            .map(|it| (it.number, it.by_operator))
            .collect();
        assert_eq!(written, [(1, false), (2, true), (3, false)], "{engine:?}");
        let row = &read.inquiry.row;
        assert!(row.state == InquiryState::Received && row.first_answer_at.is_some());
        handle(Handling::Close).await.unwrap();
        let late =
            inquiries::reply(platform, &ticket, &code, &FormKey::of(b"late"), "もう一つ").await;
        assert!(matches!(late, Err(InquiryError::Closed)));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_nothing_tells_who_asked_and_codes_cannot_be_tried_out() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let ticket = submit(&test, b"form").await.unwrap();
        letters(platform).await;
        for (ticket, mail) in [
            (ticket.as_str(), "other@hikari.example"),
            ("00000000", "tantou@hikari.example"),
            ("", ""),
        ] {
            inquiries::send_code(platform, "192.0.2.1", ticket, mail)
                .await
                .unwrap();
        }
        assert!(
            letters(platform).await.is_empty(),
            "{engine:?}: nobody gets a code"
        );
        let right = code(&test, &ticket).await;
        for _ in 0..5 {
            let wrong = inquiries::open(platform, &ticket, "00000000").await;
            assert!(matches!(wrong, Err(InquiryError::Wrong)));
        }
        let late = inquiries::open(platform, &ticket, &right).await;
        assert!(
            matches!(late, Err(InquiryError::Wrong)),
            "{engine:?}: five wrong ones end it"
        );
        let right = code(&test, &ticket).await;
        test.clock.pass(30 * 60);
        let late = inquiries::open(platform, &ticket, &right).await;
        assert!(
            matches!(late, Err(InquiryError::Wrong)),
            "{engine:?}: after thirty minutes"
        );
        let nobody = inquiries::read(platform, &operator(), "ZZZZZZZZ").await;
        assert!(matches!(nobody, Err(InquiryError::NotFound)));
        let mut refused = 0;
        for at in 0..12_u8 {
            refused += usize::from(submit(&test, &[at]).await.is_err());
        }
        assert!(refused >= 2, "{engine:?}: ten an hour");
    }
}
