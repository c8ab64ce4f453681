//! The card check over real mTLS: pages on one side, the terminal's own agent with virtual cards on the other (W-3a, T-1).
#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot set up its case may stop"
)]

mod desk;
mod support;

use std::time::Duration;

use desk::{Door, Log, NOW, Person, SERIAL, TERMINAL, begin, case_of, ended, slot};
use kiban_card::ErrorCode;
use kiban_card::answer::CertificateState;
use kiban_pki::TerminalRole;
use kiban_testkit::card::{CardOrder, Persona, Slot};
use support::{App, Browser, borrowed, items};

#[tokio::test(flavor = "multi_thread")]
async fn w3_from_the_card_to_the_registration_and_the_second_time_by_the_card_alone() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let it = door.app.person(0);
    let person = Person::with_pin("1234");
    let (path, page) = door
        .check(&mut browser, slot(Persona::Ordinary), person.clone())
        .await;
    page.has("まだ登録されていません").lacks(&it.name_kana);
    let id = path.rsplit('/').next().unwrap().to_owned();
    let paper = page
        .html
        .split("href=\"")
        .find(|it| it.contains("paper?card="))
        .unwrap();
    let paper = paper.split('"').next().unwrap().replace("&#38;", "&");
    let page = browser.get(&paper).await;
    page.is(200)
        .has("読み取ったカードをこの方のカードとして登録します");
    let case = case_of(&page);
    let mut fields = items(
        it.insured_no.as_str(),
        &it.name_kana,
        it.birth_date,
        it.sex.code(),
    );
    fields.extend([("card", id), ("case", case)]);
    let page = browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await;
    assert!(
        page.is(303)
            .to()
            .starts_with("/care/persons/new/register?check=")
    );
    assert_eq!(person.codes.lock().unwrap().len(), 1);

    let (path, page) = door
        .check(&mut browser, slot(Persona::Ordinary), person)
        .await;
    page.has("カードで本人を確認できました")
        .has("暗証番号")
        .lacks(&it.name_kana);
    let case = case_of(&page);
    let page = browser
        .post(&path, &[("case", "another"), ("go", "on")])
        .await;
    page.is(404);
    browser.get(&path).await;
    let mut colleague = door.app.signed_in_as(support::CHIEF).await;
    colleague.get(&path).await.is(404);
    colleague
        .post(&path, &[("case", &case), ("go", "on")])
        .await
        .is(404);
    let page = browser.post(&path, &[("case", &case), ("go", "on")]).await;
    let register = page.is(303).to().to_owned();
    browser.get(&register).await.is(200).has(&it.name_kana);
    let page = browser.post(&path, &[("case", &case), ("go", "on")]).await;
    page.is(409).has("もう使えません");
    let check = register.split_once("check=").unwrap().1.replace("%2E", ".");
    let mut answers = vec![
        ("check", check.as_str()),
        ("service_kind", "43"),
        ("purpose", "care_plan"),
    ];
    answers.extend([("consent", "1"), ("from_era", "reiwa"), ("from_year", "8")]);
    answers.extend([("from_month", "11"), ("from_day", "1"), ("go", "register")]);
    browser.get(&register).await;
    let page = browser.post("/care/persons/new/register", &answers).await;
    page.is(200).has("担当登録をしました");
    let overview = format!(
        "/care/persons/{}/{}",
        support::INSURER,
        it.insured_no.as_str()
    );
    browser
        .get(&overview)
        .await
        .is(200)
        .has("マイナンバーカード（暗証番号）");

    kiban_services::audit_trail::seal_all(&door.app.platform)
        .await
        .unwrap();
    let page = browser.get("/care/access-log").await;
    page.is(200)
        .has("マイナンバーカード（暗証番号）で本人確認をした")
        .has("カードとして登録した");
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_every_way_it_can_fail_is_said_with_who_mends_it() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let cases = [
        (
            Persona::Blocked,
            "1234",
            "暗証番号が使えなくなったとき",
            "市区町村",
        ),
        (
            Persona::Expired,
            "1234",
            "有効期限が切れています",
            "市区町村",
        ),
        (Persona::Foreign, "1234", "確認できない発行元", "運営者"),
        (
            Persona::NoCertificate,
            "1234",
            "利用者証明用電子証明書がありません",
            "市区町村",
        ),
        (
            Persona::BankCard,
            "1234",
            "マイナンバーカードではありません",
            "お持ちの方",
        ),
        (Persona::OneTryLeft, "1234", "あと1回です", "お持ちの方"),
        (Persona::Ordinary, "9999", "残りの回数", "お持ちの方"),
    ];
    for (persona, pin, said, mender) in cases {
        let (_, page) = door
            .check(&mut browser, slot(persona), Person::with_pin(pin))
            .await;
        page.has("カードで確認できませんでした").has(said);
        let after = page.html.split_once("直せる人：<b>").unwrap().1;
        assert!(
            after.split('<').next().unwrap().contains(mender),
            "{persona:?} {after:.60}"
        );
        page.has("/care/persons/new/paper");
    }
    for (state, said) in [
        (
            CertificateState::Revoked {
                since: NOW.parse().unwrap(),
            },
            "失効しています",
        ),
        (CertificateState::Unknown, "いま確かめられません"),
        (CertificateState::Unavailable, "いま確かめられません"),
    ] {
        door.status.say(SERIAL, state);
        let (_, page) = door
            .check(
                &mut browser,
                slot(Persona::Ordinary),
                Person::with_pin("1234"),
            )
            .await;
        page.has(said);
    }
    door.status.say(SERIAL, CertificateState::Good);

    // The reader is unplugged; the card is pulled out at any command; nobody types.
    for (card, said) in [
        (ErrorCode::NoReader, "リーダー"),
        (ErrorCode::NoCard, "読み取れません"),
    ] {
        let agent = Door::agent(&door.settings, Err(card), Person::default());
        let path = begin(&mut browser, "pin").await;
        ended(&mut browser, &path).await.has(said);
        agent.end().await;
    }
    for after in [0, 3, 6] {
        let slot = slot(Persona::Ordinary);
        slot.state().pulled_out_after = Some(after);
        let (_, page) = door
            .check(&mut browser, slot, Person::with_pin("1234"))
            .await;
        page.has("カードが離れました")
            .has("もう一度カードで確認する");
    }
    let (_, page) = door
        .check(&mut browser, slot(Persona::Ordinary), Person::default())
        .await;
    page.has("取りやめました");

    // One card to its lock.
    let card = slot(Persona::Ordinary);
    for left in ["2回", "1回"] {
        let (_, page) = door
            .check(&mut browser, card.clone(), Person::with_pin("9999"))
            .await;
        page.has(&format!("<b>{left}</b>"));
    }
    let last = Person {
        spends_last_try: true,
        ..Person::with_pin("9999")
    };
    let (_, page) = door.check(&mut browser, card.clone(), last).await;
    page.has("暗証番号が使えなくなったとき")
        .lacks("もう一度カードで確認する");
    assert!(card.state().card.tries_left() == 0 && !card.state().card.is_unlocked());
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_by_sight_links_nothing_and_is_named_so() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let by_sight = Person {
        printed: Some((jiff::civil::date(1940, 1, 15), 2030, "2285")),
        ..Person::default()
    };
    let (_, page) = door
        .check(&mut browser, slot(Persona::Ordinary), by_sight.clone())
        .await;
    page.has("目視で読み取ったカードは登録されません")
        .lacks("paper?card=");

    // Linked to somebody else than the card itself says: refused.
    let it = door.app.person(0);
    let (path, page) = door
        .check(
            &mut browser,
            slot(Persona::Ordinary),
            Person::with_pin("1234"),
        )
        .await;
    let paper = page
        .html
        .split("href=\"")
        .find(|it| it.contains("paper?card="))
        .unwrap();
    let paper = paper.split('"').next().unwrap().replace("&#38;", "&");
    let case = case_of(&browser.get(&paper).await);
    let id = path.rsplit('/').next().unwrap().to_owned();
    let mut fields = items(
        it.insured_no.as_str(),
        &it.name_kana,
        it.birth_date,
        it.sex.code(),
    );
    fields.extend([("card", id), ("case", case)]);
    browser
        .post("/care/persons/new/paper", &borrowed(&fields))
        .await
        .is(303);
    let (_, page) = door
        .check(&mut browser, slot(Persona::Ordinary), by_sight)
        .await;
    page.has("一致しませんでした").lacks(&it.name_kana);

    // The card of that very person.
    let own = kiban_testkit::card::Person {
        name: it.name.clone(),
        birth_date: it.birth_date,
        sex: it.sex.code().to_owned(),
        ..kiban_testkit::card::Person::default()
    };
    let order = CardOrder::new(Persona::Ordinary).serial(SERIAL).person(own);
    let seen = Person {
        printed: Some((it.birth_date, 2030, "2285")),
        ..Person::default()
    };
    let (path, page) = door
        .check(&mut browser, Slot::holding(order.make()), seen)
        .await;
    page.has("マイナンバーカード（目視）");
    let case = case_of(&page);
    browser
        .post(&path, &[("case", &case), ("go", "on")])
        .await
        .is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_the_right_terminal_answers_and_without_one_the_page_says_how_to_start_it() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let other = door.identity("office-pc-2", TerminalRole::Reader);
    let person = Person::with_pin("1234");
    let elsewhere = Door::agent(&other, Ok(slot(Persona::Ordinary)), person.clone());
    let path = begin(&mut browser, "pin").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let page = browser.get(&path).await;
    page.has("data-state=\"pending\"")
        .has("端末プログラムにつないでいます");
    door.app.clock.pass(11);
    browser
        .get(&path)
        .await
        .has("端末プログラムの応答がありません")
        .has("kiban-terminal agent");
    assert!(person.codes.lock().unwrap().is_empty());
    let code = page.html.split_once("<p class=\"pairing\">").unwrap().1;
    let code = code.split('<').next().unwrap().to_owned();
    let right = Door::agent(&door.settings, Ok(slot(Persona::Ordinary)), person.clone());
    ended(&mut browser, &path)
        .await
        .has("まだ登録されていません");
    assert_eq!(
        *person.codes.lock().unwrap(),
        [code],
        "page and window show one code"
    );
    right.end().await;

    // Nobody answers at all, and one that staff stop.
    let path = begin(&mut browser, "pin").await;
    door.app.clock.pass(91);
    browser
        .get(&path)
        .await
        .has("90秒以内に終わらなかった")
        .lacks("data-challenge");
    let path = begin(&mut browser, "pin").await;
    let page = browser.post(&path, &[("go", "stop")]).await;
    assert_eq!(page.to(), "/care/persons/new");
    browser.get(&path).await.has("取り消されています");
    elsewhere.end().await;

    // A browser's certificate opens no poll: its agent gets nothing.
    let wrong = door.identity(TERMINAL, TerminalRole::Browser);
    let wrong = Door::agent(&wrong, Ok(slot(Persona::Ordinary)), person.clone());
    let path = begin(&mut browser, "pin").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    browser.get(&path).await.has("data-state=\"pending\"");
    wrong.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_a_server_clock_two_hours_off_refuses_what_is_not_known_for_its_now() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    // The list was made by a clock that is right, the server's is two hours behind.
    door.status
        .known_at("2026-11-01T03:00:00Z".parse().unwrap());
    let (_, page) = door
        .check(
            &mut browser,
            slot(Persona::Ordinary),
            Person::with_pin("1234"),
        )
        .await;
    page.has("いま確かめられません").has("運営者");
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_the_api_of_page_and_program() {
    let door = Door::new().await;
    let mut browser = door.app.signed_in().await;
    let token = browser.csrf.clone();
    let json = [("content-type", "application/json")];
    let body = r#"{"purpose":"confirm the insured person","case":"c1"}"#;
    let headers = |token: &str| vec![("x-csrf-token".to_owned(), token.to_owned())];
    let send =
        async |browser: &mut Browser, path: &str, more: Vec<(String, String)>, body: &str| {
            let mut all: Vec<(&str, &str)> = json.to_vec();
            all.extend(
                more.iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            );
            browser.send_json(path, &all, body.to_owned()).await
        };
    send(&mut browser, "/api/challenge", vec![], body)
        .await
        .is(403);
    send(&mut browser, "/api/challenge", headers("made-up"), body)
        .await
        .is(403);
    for (bad, status) in [
        (r#"{"purpose":"link the card","case":"c1"}"#, 422),
        (r#"{"purpose":"confirm the insured person","case":""}"#, 422),
        (r#"{"purpose":"pay","case":"c1"}"#, 422),
        ("{", 400),
    ] {
        send(&mut browser, "/api/challenge", headers(&token), bad)
            .await
            .is(status);
    }
    let long = format!(r#"{{"purpose":"{}"}}"#, "x".repeat(70_000));
    send(&mut browser, "/api/challenge", headers(&token), &long)
        .await
        .is(413);
    let page = send(&mut browser, "/api/challenge", headers(&token), body).await;
    page.is(201);
    let id = page.html.split_once("\"id\":\"").unwrap().1[..32].to_owned();
    let state = format!("/api/challenge/{id}");
    browser
        .get(&state)
        .await
        .is(200)
        .has("{\"state\":\"pending\"}");
    door.app.browser().get(&state).await.is(401);
    browser.get("/api/challenge/00").await.is(404);

    let mut reader = door.app.reader();
    let hello = "/agent/hello?reader=true&doctor=ok&version=";
    reader
        .get(&format!("{hello}0.1.0"))
        .await
        .is(200)
        .has(TERMINAL)
        .has("https://127.0.0.1:")
        .has("\"now\":\"2026-")
        .has("\"days_left\":")
        .has("\"oldest_version\":\"0.1.0\"")
        .has("\"download\":\"https://portal.example\"");
    reader
        .get(&format!("{hello}0.0.9"))
        .await
        .is(426)
        .has("新しい端末プログラム")
        .has("\"newest_version\":")
        .has("\"now\":\"2026-");
    reader.get(&format!("{hello}x")).await.is(426);
    reader.get("/agent/hello").await.is(400);
    browser.get(&format!("{hello}0.1.0")).await.is(403);
    let answer = format!("/agent/answer/{id}");
    let failed = r#"{"error":"cancelled"}"#;
    reader
        .send_json(&answer, &json, failed.into())
        .await
        .is(409);
    let mut taker = door.app.reader();
    taker
        .get("/agent/poll")
        .await
        .is(200)
        .has(&id)
        .has("kaigo-card-auth/1");
    reader
        .send_json("/agent/answer/zz", &json, failed.into())
        .await
        .is(404);
    reader.send_json(&answer, &json, long).await.is(413);
    browser
        .send_json(&answer, &json, failed.into())
        .await
        .is(403);
    reader
        .send_json(&answer, &json, failed.into())
        .await
        .is(204);
    reader
        .send_json(&answer, &json, failed.into())
        .await
        .is(409);
    browser
        .get(&state)
        .await
        .is(200)
        .has("\"error\":\"cancelled\"")
        .has("取りやめました");
    let page = send(&mut browser, "/api/challenge", headers(&token), body).await;
    let id = page.html.split_once("\"id\":\"").unwrap().1[..32].to_owned();
    taker.get("/agent/poll").await.is(200);
    door.app.clock.pass(91);
    let answer = format!("/agent/answer/{id}");
    reader
        .send_json(&answer, &json, failed.into())
        .await
        .is(410);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_trusted_roots_no_card_is_read() {
    let app = App::new().await;
    let mut browser = app.signed_in().await;
    browser
        .get("/care/persons/new")
        .await
        .is(200)
        .lacks("href=\"/care/persons/new/card\"");
    browser
        .get("/care/persons/new/card")
        .await
        .is(422)
        .has("/care/persons/new/paper");
    let case = [("case", "c1"), ("method", "pin")];
    browser.get("/care/persons/new").await;
    browser.post("/care/persons/new/card", &case).await.is(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_at_the_finest_level_knows_nobody() {
    let log = Log::default();
    let writer = log.clone();
    // Each test is a process of its own under nextest; under cargo test another test's lines only add to these.
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .try_init();
    let door = Door::new().await;
    log.0.lock().unwrap().clear();
    let mut browser = door.app.signed_in().await;
    let it = door.app.person(0);
    for person in [Person::with_pin("9876"), Person::with_pin("1234")] {
        let (_, page) = door
            .check(&mut browser, slot(Persona::Ordinary), person)
            .await;
        if let Some(paper) = page
            .html
            .split("href=\"")
            .find(|it| it.contains("paper?card="))
        {
            let id = page.html.split_once("paper?card=").unwrap().1[..32].to_owned();
            let paper = paper.split('"').next().unwrap().replace("&#38;", "&");
            let case = case_of(&browser.get(&paper).await);
            let mut fields = items(
                it.insured_no.as_str(),
                &it.name_kana,
                it.birth_date,
                it.sex.code(),
            );
            fields.extend([("card", id), ("case", case)]);
            let page = browser
                .post("/care/persons/new/paper", &borrowed(&fields))
                .await;
            let to = page.is(303).to().to_owned();
            browser.get(&to).await.is(200);
        }
    }
    let bytes = log.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(
        text.contains("card command") && text.contains("the challenge has ended"),
        "{text:.300}"
    );
    let lower = text.to_lowercase();
    for hidden in [
        "9876",
        "227b13",
        "22:7b:13",
        "34, 123, 19",
        it.insured_no.as_str(),
        &it.name,
        &it.name_kana,
    ] {
        let found = lower.find(&hidden.to_lowercase());
        assert!(
            found.is_none(),
            "{hidden}: {}",
            &text[found.unwrap().saturating_sub(200)..]
        );
    }
    assert!(
        door.app
            .recorded()
            .await
            .iter()
            .all(|it| !it.to_lowercase().contains("227b13"))
    );
}
