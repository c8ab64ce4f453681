//! Letters: sent once in the ordinary case, tried again, given up, forgotten.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::mail::{self, Letter, Outgoing, Post, PostError};
use kiban_store::{Error, repo::mail as rows};
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{ENGINES, TestPlatform};
use uuid::Uuid;

/// Notes what it is given and answers as told.
struct Letterbox {
    answers: Mutex<Vec<Result<(), PostError>>>,
    seen: Mutex<Vec<(Uuid, String)>>,
}

impl Letterbox {
    fn answering(answers: Vec<Result<(), PostError>>) -> Self {
        Self {
            answers: Mutex::new(answers),
            seen: Mutex::default(),
        }
    }
}

impl Post for Letterbox {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
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
