//! The editors' pages (O09, O10), as a browser without script uses them.

mod support;

use kiban_domain::PortalRole;
use kiban_services::{
    articles,
    questions::{self, Asked, Outcome},
};
use support::{Answer, App, Browser};

const SCRIPT: &str = "<script>alert(1)</script>";
const EDITOR: &[PortalRole] = &[PortalRole::Editor];

fn seen(page: &Answer) -> (String, String) {
    (
        page.between("name=\"version\" value=\"", "\""),
        page.between("name=\"revision\" value=\"", "\""),
    )
}

async fn act(
    browser: &Browser<'_>,
    path: &str,
    page: &Answer,
    act: &str,
    more: &[(&str, &str)],
) -> Answer {
    let (version, revision) = seen(page);
    let mut fields = vec![
        ("act", act),
        ("version", version.as_str()),
        ("revision", revision.as_str()),
    ];
    fields.extend(more);
    browser.post(path, &fields).await
}

fn news<'a>(title: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("slug", "opening"),
        ("head-title", title),
        ("head-category", "general"),
        ("head-date", "2026-11-02"),
        ("head-audience", "care"),
        ("body", body),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_notice_goes_from_draft_to_the_public_by_two_persons() {
    let app = App::new().await;
    let sato = app.officer("sato", EDITOR).await;
    let mori = app.officer("mori", EDITOR).await;
    let mut wrong = news("題", "本文");
    wrong[0] = ("slug", "開始");
    sato.post("/ops/news/new", &wrong)
        .await
        .is(422)
        .has("英小文字・数字・ハイフン");
    for (shelf, name) in [("news", "new"), ("faq", "unanswered"), ("docs", "images")] {
        wrong[0] = ("slug", name);
        let refused = sato.post(&format!("/ops/{shelf}/new"), &wrong).await;
        refused.is(422).has("画面のアドレスに使われています");
    }
    let made = sato
        .post("/ops/news/new", &news(SCRIPT, "[無い](/nowhere)"))
        .await;
    assert_eq!(made.is(303).location(), "/ops/news/opening");
    let path = "/ops/news/opening";
    let page = sato.get(path).await;
    page.is(200)
        .has("直すところ")
        .has("/nowhere")
        .has("本文の1行目")
        .lacks("<script>alert")
        .lacks("確認に出す</button>");
    let sent = sato
        .post(
            path,
            &[("act", "send"), ("version", "1"), ("revision", "1")],
        )
        .await;
    sent.is(422).has("直すところ");

    let file = sato.get("/ops/news.csv?state=draft").await;
    let line = "\"opening\",\"下書き\",\"1\",\"見本 sato\",\"R8.11.2 10:00\"";
    file.is(200).has("題名").has(line);
    sato.get("/ops/news.csv?state=published")
        .await
        .is(200)
        .lacks("opening");
    let edit = format!("{path}/edit");
    let form = sato.get(&edit).await;
    let (version, revision) = seen(form.is(200));
    let mut fields = news("開始します", "本文です");
    fields.extend([
        ("version", version.as_str()),
        ("revision", revision.as_str()),
    ]);
    sato.post(&edit, &fields).await.is(303);
    let mut late = news("別の題", "別の本文");
    late.extend([
        ("version", version.as_str()),
        ("revision", revision.as_str()),
    ]);
    mori.post(&edit, &late)
        .await
        .is(409)
        .has("ほかの人が先に更新しました")
        .has("<del>title = &#34;開始します&#34;</del>")
        .has("別の本文");

    let page = sato.get(path).await;
    act(&sato, path, &page, "send", &[])
        .await
        .is(200)
        .has("確認待ち");
    sato.get(&edit).await.is(409);
    let page = mori.get(path).await;
    let own = act(&sato, path, &page, "publish", &[]).await;
    own.is(403).has("この版を書いた人は公開できません");
    act(&mori, path, &page, "publish", &[("show_from", "あした")])
        .await
        .is(422)
        .has("年月日と時刻");
    act(
        &mori,
        path,
        &page,
        "publish",
        &[("show_from", "2020-01-01 09:00")],
    )
    .await
    .is(422)
    .has("より後");
    act(&mori, path, &page, "return", &[])
        .await
        .is(422)
        .has("理由を");
    act(&mori, path, &page, "publish", &[])
        .await
        .is(200)
        .has("公開しました");
    let shown = articles::list_published(&app.platform).await.unwrap();
    assert!(shown.len() == 1 && shown[0].source.contains("開始します"));
    sato.get("/ops/news?state=published")
        .await
        .is(200)
        .has("開始します");

    let page = sato.get(path).await;
    act(&sato, path, &page, "withdraw", &[("remark", "誤り")])
        .await
        .is(200)
        .has("取り下げました");
    assert!(
        articles::list_published(&app.platform)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_an_unanswered_question_becomes_an_entry_that_two_persons_publish() {
    let app = App::new().await;
    for text in ["領収書はもらえますか", "領収書はもらえますか", SCRIPT] {
        let asked = Asked {
            text: text.into(),
            outcome: Outcome::Nothing,
            shown: vec![],
        };
        questions::note(&app.platform, asked).await.unwrap();
    }
    let sato = app.officer("sato", EDITOR).await;
    let mori = app.officer("mori", EDITOR).await;
    sato.get("/ops").await.is(200).has("答えられなかった質問");
    let list = "/ops/faq/unanswered";
    sato.get(list)
        .await
        .is(200)
        .has("2回")
        .lacks("<script>alert");
    let draft = [
        ("act", "draft"),
        ("slug", "receipt"),
        ("text", "領収書はもらえますか"),
    ];
    let made = sato.post(list, &draft).await;
    assert_eq!(made.is(303).location(), "/ops/faq/receipt/edit");
    sato.get(list).await.lacks("領収書");
    let form = sato.get("/ops/faq/receipt/edit").await;
    let (version, revision) = seen(form.is(200).has("領収書はもらえますか"));
    let fields = [
        ("version", version.as_str()),
        ("revision", revision.as_str()),
        ("head-question", "領収書はもらえますか"),
        ("head-audience", "all"),
        ("head-category", "contact"),
        (
            "head-aliases",
            "領収書がほしい\n領収証の発行\nレシートが必要\n支払いの証明",
        ),
        ("head-readings", "りょうしゅうしょ"),
        ("head-sources", "利用規約 | /terms"),
        ("head-related", ""),
        ("head-reviewed", "2026-11-02"),
        ("body", "利用は無料のため、領収書はありません。"),
    ];
    sato.post("/ops/faq/receipt/edit", &fields).await.is(303);
    let path = "/ops/faq/receipt";
    let page = sato.get(path).await;
    page.is(200).lacks("直すところ");
    act(&sato, path, &page, "send", &[]).await.is(200);
    mori.get(&format!("{path}?evaluate=yes"))
        .await
        .is(200)
        .has("正しい答えが1番目");
    let page = mori.get(path).await;
    act(&mori, path, &page, "publish", &[])
        .await
        .is(200)
        .has("公開しました");
    let shown = articles::list_published(&app.platform).await.unwrap();
    let entries = articles::passages(&shown);
    assert_eq!(entries[0].id, "receipt");
    assert_eq!(entries[0].aliases.len(), 4);
}
