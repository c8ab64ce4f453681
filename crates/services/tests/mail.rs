//! Letters: sent once in the ordinary case, tried again, given up, forgotten.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_exchange::delivery_report::{DeliveryReport, LetterName, Status};
use kiban_services::{
    forms::FormKey,
    mail::{self, Letter, Outgoing, Post, PostError, Refused, Reported},
    readiness::follow,
};
use kiban_store::{Error, repo::mail as rows};
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{ENGINES, TestPlatform, invited::letters, operator};
use uuid::Uuid;

/// Notes what it is given and answers as told.
struct Letterbox {
    answers: Mutex<Vec<Result<(), PostError>>>,
    seen: Mutex<Vec<(Uuid, String)>>,
    tokens: Mutex<Vec<String>>,
}

impl Letterbox {
    fn answering(answers: Vec<Result<(), PostError>>) -> Self {
        Self {
            answers: Mutex::new(answers),
            seen: Mutex::default(),
            tokens: Mutex::default(),
        }
    }
}

impl Post for Letterbox {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            self.tokens.lock().unwrap().push(letter.token.clone());
            self.seen
                .lock()
                .unwrap()
                .push((letter.mail_id, letter.body.clone()));
            self.answers.lock().unwrap().pop().unwrap_or(Ok(()))
        })
    }
}

async fn write(test: &TestPlatform) -> Uuid {
    let platform = test.platform.clone();
    let mail_id = platform.id();
    let letter = Letter {
        to: "kanri@hikari.example".parse().unwrap(),
        subject: "利用者登録\r\nのご案内".into(),
        body: "コード 12345".into(),
    };
    let inside = platform.clone();
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { mail::queue(work, mail_id, &inside, &letter).await })
        })
        .await
        .unwrap();
    mail_id
}

async fn state(test: &TestPlatform, mail_id: Uuid) -> rows::MailState {
    let mut work = test.platform.store.point().await.unwrap();
    rows::find_state(&mut work, mail_id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_letter_goes_out_once_and_its_text_is_forgotten() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mail_id = write(&test).await;
        let post = Letterbox::answering(vec![]);
        assert_eq!(mail::deliver(&test.platform, &post).await.unwrap(), 1);
        assert_eq!(mail::deliver(&test.platform, &post).await.unwrap(), 0);
        assert_eq!(
            *post.seen.lock().unwrap(),
            [(mail_id, "コード 12345".to_owned())]
        );
        let state = state(&test, mail_id).await;
        assert!(state.sent_at.is_some() && !state.kept, "{state:?}");
    }
}

#[tokio::test]
async fn a_letter_that_fails_is_tried_again_later_and_given_up_in_the_end() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mail_id = write(&test).await;
        let busy = || Err(PostError::Later("451".into()));
        let post = Letterbox::answering(vec![busy(); 20]);
        assert_eq!(mail::deliver(&test.platform, &post).await.unwrap(), 0);
        assert_eq!(mail::deliver(&test.platform, &post).await.unwrap(), 0);
        assert_eq!(post.seen.lock().unwrap().len(), 1, "not before a minute");
        for _ in 0..20 {
            test.clock.pass(16 * 3_600);
            mail::deliver(&test.platform, &post).await.unwrap();
        }
        assert_eq!(post.seen.lock().unwrap().len(), 9);
        let after = state(&test, mail_id).await;
        assert_eq!((after.next_try_at, after.sent_at), (None, None));
        assert!(!after.kept && after.trouble == "451", "{after:?}");

        let unknown = write(&test).await;
        let post = Letterbox::answering(vec![Err(PostError::Never("550".into()))]);
        mail::deliver(&test.platform, &post).await.unwrap();
        let after = state(&test, unknown).await;
        assert_eq!((after.attempts, after.next_try_at), (1, None));
    }
}

#[tokio::test]
async fn processes_side_by_side_do_not_send_a_letter_twice() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        for _ in 0..20 {
            write(&test).await;
        }
        let post = Letterbox::answering(vec![]);
        let (one, two, three) = tokio::join!(
            mail::deliver(&test.platform, &post),
            mail::deliver(&test.platform, &post),
            mail::deliver(&test.platform, &post)
        );
        assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 20);
        let mut seen: Vec<Uuid> = post
            .seen
            .lock()
            .unwrap()
            .iter()
            .map(|(id, _)| *id)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 20);
        assert_eq!(post.seen.lock().unwrap().len(), 20);
    }
}

fn refused(status: &str) -> Result<(), PostError> {
    Err(PostError::Refused(Refused {
        code: 550,
        status: Status::at_beginning(status),
        of_receiver: true,
    }))
}

/// Follows Niigata; the key that stands in every letter.
async fn follow_now(test: &TestPlatform) -> String {
    let url = "https://portal.example";
    let ask = || async {
        let mail = "Kanri@hikari.example".parse().unwrap();
        let followed = "p15".parse().unwrap();
        let form = FormKey::fresh(&test.platform);
        follow::ask(&test.platform, &form, "192.0.2.1", mail, followed, url).await
    };
    let word = |letters: Vec<Outgoing>, before: &str| {
        let body = letters.last().unwrap().body.clone();
        let rest = body.split(before).nth(1).unwrap().to_owned();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    ask().await.unwrap();
    let token = word(letters(&test.platform).await, "/readiness/follow/");
    follow::confirm(&test.platform, &token).await.unwrap();
    ask().await.unwrap();
    word(letters(&test.platform).await, "/readiness/leave/")
}

async fn follows(test: &TestPlatform, key: &str) -> usize {
    follow::list(&test.platform, key).await.unwrap().len()
}

async fn count(test: &TestPlatform) -> i64 {
    mail::count_refused(&test.platform).await.unwrap().0
}

#[tokio::test]
async fn p3_letters_to_an_address_that_nobody_has_end() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let key = follow_now(&test).await;
        write(&test).await;
        let post = Letterbox::answering(vec![refused("5.7.1")]);
        mail::deliver(&test.platform, &post).await.unwrap();
        assert_eq!(
            follows(&test, &key).await,
            1,
            "{engine:?}: a rule is no end"
        );
        assert_eq!(count(&test).await, 1);

        let mail_id = write(&test).await;
        let post = Letterbox::answering(vec![refused("5.1.1")]);
        mail::deliver(&test.platform, &post).await.unwrap();
        assert_eq!(follows(&test, &key).await, 0, "{engine:?}");
        let context = operator();
        let list = mail::list_refused(&test.platform, &context).await.unwrap();
        let [one] = &list[..] else {
            panic!("{} addresses", list.len());
        };
        assert_eq!(
            (
                one.row.address.as_str(),
                one.row.reason.as_str(),
                one.row.times
            ),
            ("kanri@hikari.example", "550 5.1.1", 2),
            "{engine:?}"
        );
        assert!(one.row.gone && !one.of_user && one.row.mail_id == mail_id);
        assert_eq!(state(&test, mail_id).await.next_try_at, None);
    }
}

#[tokio::test]
async fn a_report_is_believed_with_the_token_of_its_letter_only() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let key = follow_now(&test).await;
        let mail_id = write(&test).await;
        let post = Letterbox::answering(vec![Err(PostError::Later("451".into()))]);
        mail::deliver(&test.platform, &post).await.unwrap();
        test.clock.pass(120);
        mail::deliver(&test.platform, &post).await.unwrap();
        let tokens = post.tokens.lock().unwrap().clone();
        assert_eq!(tokens[0], tokens[1], "the same at every attempt");

        let number = mail_id.simple().to_string();
        let report = |token: &str, status: &str| DeliveryReport {
            letters: vec![LetterName {
                number: number.clone(),
                token: token.to_owned(),
            }],
            failed: Status::at_beginning(status).into_iter().collect(),
        };
        let note = async |it: DeliveryReport| mail::note_report(&test.platform, &it).await.unwrap();
        for token in ["", "0000000000000000"] {
            assert_eq!(note(report(token, "5.1.1")).await, Reported::NotBelieved);
        }
        let nameless = DeliveryReport {
            letters: vec![],
            ..report("", "5.1.1")
        };
        assert_eq!(note(nameless).await, Reported::NotBelieved);
        // A letter that was not tried yet has no token, and an empty one opens nothing.
        assert_eq!(note(report(&tokens[0], "")).await, Reported::NoFailure);
        assert_eq!((count(&test).await, follows(&test, &key).await), (0, 1));

        assert_eq!(note(report(&tokens[0], "5.1.1")).await, Reported::Marked);
        assert_eq!(note(report(&tokens[0], "5.1.1")).await, Reported::Known);
        assert_eq!((count(&test).await, follows(&test, &key).await), (1, 0));
    }
}

#[tokio::test]
async fn an_address_is_tried_again_once_and_marked_again_when_it_fails() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let mail_id = write(&test).await;
        let post = Letterbox::answering(vec![refused("5.1.1")]);
        mail::deliver(&test.platform, &post).await.unwrap();
        let context = operator();
        let retry = || mail::retry(&test.platform, &context, mail_id);
        assert!(retry().await.unwrap(), "{engine:?}");
        assert!(!retry().await.unwrap(), "{engine:?}: pressed twice");
        assert_eq!(count(&test).await, 0);
        let post = Letterbox::answering(vec![refused("5.2.1")]);
        mail::deliver(&test.platform, &post).await.unwrap();
        let seen = post.seen.lock().unwrap().clone();
        assert!(seen.len() == 1 && seen[0].1.contains("届くことを確かめる"));
        assert_eq!(count(&test).await, 1);
    }
}
