//! Answers of the chat in other words (P-6): the passage stands there in any case.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::header;
use kiban_portal::{PublicDesk, Rephrase, Rephraser, publish_first};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};
use support::{App, operator};

/// Says this, and notes what it is asked.
#[derive(Default)]
struct Says {
    said: Option<&'static str>,
    asked: Mutex<Vec<(String, String)>>,
}

impl Rephrase for Says {
    fn rephrase<'a>(
        &'a self,
        question: &'a str,
        passage: &'a str,
    ) -> Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>> {
        self.asked
            .lock()
            .unwrap()
            .push((question.to_owned(), passage.to_owned()));
        Box::pin(async move { self.said.map(str::to_owned) })
    }
}

const MARK: &str = "文章は自動で言い換えています";

async fn ask(said: Option<&'static str>, questions: &[&str]) -> (Vec<String>, Arc<Says>) {
    let model = Arc::new(Says {
        said,
        ..Says::default()
    });
    let rephraser = Rephraser {
        model: model.clone(),
        per_minute: 2,
    };
    let app = App::with(PublicDesk::default().with_rephraser(Some(rephraser))).await;
    publish_first(&app.platform, &operator()).await.unwrap();
    let page = app.get("/contact/chat").await;
    assert!(page.text().contains("外部のサービスに送ることがあります"));
    let csrf = page.between("name=\"csrf\" value=\"", "\"");
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let mut pages = Vec::new();
    for question in questions {
        let question = utf8_percent_encode(question, NON_ALPHANUMERIC);
        let request = http::Request::post("/contact/chat")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(kiban_web_kit::PeerAddr("192.0.2.7:1".parse().unwrap()))
            .body(axum::body::Body::from(format!(
                "csrf={csrf}&question={question}"
            )));
        pages.push(app.send(request.unwrap()).await.text());
    }
    (pages, model)
}

/// Found, and of one passage.
const LOST: &str = "端末をなくしたとき、090-1234-5678に電話が来る?";

#[tokio::test(flavor = "multi_thread")]
async fn p6_other_words_stand_above_the_passage_and_its_source() {
    let (pages, model) = ask(
        Some("ほかに端末がないときは、窓口にご連絡ください。"),
        &["端末をなくしました"; 3],
    )
    .await;
    for page in &pages[..2] {
        assert!(
            page.contains(MARK)
                && page.contains("<p>ほかに端末がないときは、窓口にご連絡ください。</p>"),
            "{page}"
        );
        assert!(page.contains("出典：<a href=\"/faq/"), "{page}");
    }
    // Two a minute.
    assert!(!pages[2].contains(MARK) && pages[2].contains("出典：<a href=\"/faq/"));
    assert_eq!(model.asked.lock().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_what_the_passage_does_not_say_and_nothing_at_all_leave_the_passage() {
    for said in [
        None,
        Some(""),
        Some("99分以内に停止してください。"),
        Some("<script>alert(1)</script>停止してください。"),
    ] {
        let (pages, model) = ask(said, &["端末をなくしました"]).await;
        assert!(!pages[0].contains(MARK), "{said:?}");
        assert!(pages[0].contains("出典：<a href=\"/faq/") && !pages[0].contains("<script>alert"));
        assert_eq!(model.asked.lock().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_nobody_is_asked_with_a_number_or_without_an_answer() {
    let nothing = "ﾊﾞﾅﾅの皮をむく速さの世界記録";
    let (pages, model) = ask(Some("停止してください。"), &[LOST, nothing]).await;
    assert!(!pages[1].contains(MARK));
    let asked = model.asked.lock().unwrap();
    assert!(asked.len() <= 1);
    for (question, _) in &*asked {
        assert!(
            question.contains("〈電話番号〉") && !question.contains("090"),
            "{question}"
        );
    }
}
