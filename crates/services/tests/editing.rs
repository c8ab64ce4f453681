//! Articles from draft to the public, by two persons (P-1, O-1, O09, O10), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_services::{
    CallContext,
    articles::{self, ArticleKey, ArticleKind, ArticleState, EditError, FirstArticle, Seen, check},
    questions::{self, Asked, Outcome},
};
use support::{ENGINES, TestPlatform, operator};

fn editor(name: &str) -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator").staff(name),
        request_id: "r".into(),
    }
}

fn news(slug: &str) -> ArticleKey {
    ArticleKey {
        kind: ArticleKind::News,
        slug: slug.into(),
    }
}

fn text(title: &str, body: &str) -> String {
    format!(
        "+++\nkind = \"news\"\ntitle = \"{title}\"\ncategory = \"general\"\ndate = \"2026-11-02\"\n+++\n\n{body}\n"
    )
}

async fn newest(test: &TestPlatform, key: &ArticleKey) -> Seen {
    let history = articles::history(&test.platform, key).await.unwrap();
    Seen::of(&history.unwrap()[0])
}

async fn shown(test: &TestPlatform) -> Vec<(String, i32)> {
    let rows = articles::list_published(&test.platform).await.unwrap();
    rows.into_iter().map(|it| (it.slug, it.version)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_text_is_published_by_somebody_who_did_not_write_it() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let (sato, mori, kato) = (editor("sato"), editor("mori"), editor("kato"));
        let key = news("opening");
        let bad = articles::save(platform, &sato, news("Öffnung"), text("題", "x"), None).await;
        assert!(matches!(bad, Err(EditError::Slug)), "{engine:?}");
        articles::save(platform, &sato, key.clone(), text("題", "一"), None)
            .await
            .unwrap();
        let first = newest(&test, &key).await;
        articles::save(platform, &mori, key.clone(), text("題", "二"), Some(first))
            .await
            .unwrap();

        let late =
            articles::save(platform, &kato, key.clone(), text("題", "三"), Some(first)).await;
        let Err(EditError::Conflict(now)) = late else {
            panic!("{engine:?}: the second is told");
        };
        assert!(
            now.source.contains('二'),
            "{engine:?}: with what stands now"
        );

        let seen = newest(&test, &key).await;
        articles::send_to_review(platform, &sato, key.clone(), seen)
            .await
            .unwrap();
        let seen = newest(&test, &key).await;
        let edited =
            articles::save(platform, &sato, key.clone(), text("題", "四"), Some(seen)).await;
        assert!(matches!(edited, Err(EditError::Elsewhere(_))), "{engine:?}");
        for writer in [&sato, &mori] {
            let own = articles::publish(platform, writer, key.clone(), seen, None).await;
            assert!(matches!(own, Err(EditError::SamePerson)), "{engine:?}");
        }
        assert!(shown(&test).await.is_empty());
        let silent = articles::send_back(platform, &kato, key.clone(), seen, " ").await;
        assert!(matches!(silent, Err(EditError::Remark)), "{engine:?}");
        articles::publish(platform, &kato, key.clone(), seen, None)
            .await
            .unwrap();
        assert_eq!(
            shown(&test).await,
            [("opening".to_owned(), 1)],
            "{engine:?}"
        );
        let twice = articles::publish(platform, &kato, key.clone(), seen, None).await;
        assert!(matches!(twice, Err(EditError::Conflict(_))), "{engine:?}");

        let seen = newest(&test, &key).await;
        articles::save(platform, &sato, key.clone(), text("題", "五"), Some(seen))
            .await
            .unwrap();
        assert_eq!(
            shown(&test).await,
            [("opening".to_owned(), 1)],
            "a draft shows nothing"
        );
        let seen = newest(&test, &key).await;
        articles::withdraw(platform, &sato, key.clone(), seen, "誤り")
            .await
            .unwrap();
        assert!(shown(&test).await.is_empty(), "{engine:?}");
        let history = articles::history(platform, &key).await.unwrap().unwrap();
        let states: Vec<_> = history.iter().map(|it| (it.version, it.state)).collect();
        assert_eq!(
            states,
            [
                (3, ArticleState::Withdrawn),
                (2, ArticleState::Draft),
                (1, ArticleState::Published)
            ]
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_text_is_shown_from_its_time_on() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let (sato, mori) = (editor("sato"), editor("mori"));
        let key = news("later");
        articles::save(platform, &sato, key.clone(), text("題", "一"), None)
            .await
            .unwrap();
        let seen = newest(&test, &key).await;
        articles::send_to_review(platform, &sato, key.clone(), seen)
            .await
            .unwrap();
        let seen = newest(&test, &key).await;
        let now = platform.now();
        let past = articles::publish(platform, &mori, key.clone(), seen, Some(now)).await;
        assert!(matches!(past, Err(EditError::Past)), "{engine:?}");
        let from = now + jiff::SignedDuration::from_hours(1);
        articles::publish(platform, &mori, key, seen, Some(from))
            .await
            .unwrap();
        let mark = articles::mark(platform).await.unwrap();
        test.clock.pass(3_599);
        assert!(shown(&test).await.is_empty(), "{engine:?}");
        test.clock.pass(1);
        assert_eq!(shown(&test).await.len(), 1, "{engine:?}");
        let after = articles::mark(platform).await.unwrap();
        assert_ne!(mark, after, "{engine:?}: whoever watches reads it anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_what_is_wrong_is_told_by_line_and_goes_to_nobody() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let sato = editor("sato");
        let key = news("wrong");
        let body = "<script>alert(1)</script>\n\n[無い](/faq/nowhere) [外](javascript:alert(1)) [ここ](/news/wrong)";
        articles::save(platform, &sato, key.clone(), text("題", body), None)
            .await
            .unwrap();
        let seen = newest(&test, &key).await;
        let refused = articles::send_to_review(platform, &sato, key, seen).await;
        let Err(EditError::Findings(findings)) = refused else {
            panic!("{engine:?}: it goes nowhere");
        };
        let told: Vec<_> = findings
            .iter()
            .map(|it| (it.line, it.message.as_str()))
            .collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].0 == 8 && told[0].1.contains("HTML"), "{told:?}");
        assert!(
            told[1].0 == 10 && told[1].1.contains("/faq/nowhere"),
            "{told:?}"
        );
        assert!(
            told[2].0 == 10 && told[2].1.contains("javascript:"),
            "{told:?}"
        );
    }
}

#[test]
fn p1_heads_of_another_kind_and_questions_with_few_ways_of_asking_are_found() {
    let told = |kind, source: &str| {
        let findings = check(kind, "cert", source, &[]);
        findings
            .into_iter()
            .map(|it| format!("{} {}", it.line, it.message))
            .collect::<Vec<_>>()
    };
    assert!(told(ArticleKind::News, &text("題", "本文")).is_empty());
    assert!(told(ArticleKind::Page, &text("題", "本文"))[0].contains("kind"));
    assert!(told(ArticleKind::News, "本文だけ")[0].starts_with("1 "));
    let superseding = text("題", "本文").replace("date =", "supersedes = \"none\"\ndate =");
    assert!(told(ArticleKind::News, &superseding)[0].starts_with("5 "));
    let question = "+++\nid = \"cert\"\naudience = [\"all\"]\ncategory = \"terminal\"\nquestion = \"証明書とは\"\naliases = [\"しょうめい\"]\nreadings = [\"しょうめい\"]\nsources = [{ title = \"資料\", where = \"/docs\" }]\nrelated = []\nreviewed = \"2026-11-23\"\n+++\n\n答え\n";
    let found = told(ArticleKind::Faq, question);
    assert!(
        found.len() == 1 && found[0].starts_with("6 aliases"),
        "{found:?}"
    );
}

async fn ask(test: &TestPlatform, text: &str) {
    let asked = Asked {
        text: text.into(),
        outcome: Outcome::Nothing,
        shown: vec![],
    };
    questions::note(&test.platform, asked).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_unanswered_questions_become_a_draft_and_leave_the_list() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        for text in [
            "領収書はもらえますか",
            "領収書はもらえるのか",
            "特養の空き",
            "領収書はもらえますか",
        ] {
            ask(&test, text).await;
        }
        let groups = questions::list_groups(platform).await.unwrap();
        assert_eq!(groups.len(), 2, "{engine:?}: {groups:?}");
        assert_eq!(
            (groups[0].times, groups[0].texts.len()),
            (3, 2),
            "{engine:?}"
        );
        let sato = editor("sato");
        let texts = &groups[0].texts;
        let draft = questions::draft_from(platform, &sato, "receipt", texts)
            .await
            .unwrap();
        assert_eq!(draft.state, ArticleState::Draft);
        let (fields, _) = articles::fields_of(ArticleKind::Faq, &draft.source).unwrap();
        assert_eq!(fields["question"], "領収書はもらえますか");
        assert!(
            fields["aliases"].contains("領収書はもらえるのか"),
            "{engine:?}"
        );
        let again = questions::draft_from(platform, &sato, "receipt", texts).await;
        assert!(matches!(again, Err(EditError::Conflict(_))), "{engine:?}");
        questions::set_aside(platform, &sato, &groups[1].texts)
            .await
            .unwrap();
        assert!(
            questions::list_groups(platform).await.unwrap().is_empty(),
            "{engine:?}"
        );
        test.clock.pass(86_400);
        ask(&test, "特養の空き").await;
        assert_eq!(
            questions::list_groups(platform).await.unwrap().len(),
            1,
            "{engine:?}"
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_the_kept_questions_tell_what_a_draft_would_do() {
    let test = TestPlatform::new(ENGINES[0]).await;
    let platform = &test.platform;
    let first = kiban_content::first()
        .into_iter()
        .filter(|it| it.folder == "faq");
    let first = first.map(|it| FirstArticle {
        kind: ArticleKind::Faq,
        slug: it.slug,
        source: it.text.into_owned(),
    });
    articles::load_first(platform, &operator(), first.collect())
        .await
        .unwrap();
    let rows = articles::list_published(platform).await.unwrap();
    let mut draft = rows
        .iter()
        .find(|it| it.slug == "cert-renew")
        .unwrap()
        .clone();
    let same = questions::evaluate(platform, Some(draft.clone()))
        .await
        .unwrap();
    assert!(same.published.in_scope >= 150 && same.published.first > 100);
    assert_eq!(same.with_draft, Some(same.published));
    draft.source = draft
        .source
        .replace("証明書", "提灯")
        .replace("更新", "修繕");
    let worse = questions::evaluate(platform, Some(draft.clone()))
        .await
        .unwrap();
    assert!(worse.with_draft.unwrap().first < worse.published.first);
    draft.source = "壊れた文章".into();
    let broken = questions::evaluate(platform, Some(draft)).await.unwrap();
    assert_eq!(broken.with_draft, None);
}
