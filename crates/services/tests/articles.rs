//! What is published, and that an installation's own decisions stay (P-1), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::articles::{self, ArticleKind, ArticleState, FirstArticle};
use kiban_store::repo::articles::{ArticleRow, add};
use support::{ENGINES, TestPlatform, operator};

fn first(slug: &str) -> FirstArticle {
    FirstArticle {
        kind: ArticleKind::News,
        slug: slug.into(),
        source: "はじめの文章".into(),
    }
}

async fn version(test: &TestPlatform, slug: &str, version: i32, state: ArticleState) {
    let now = test.platform.now();
    let row = ArticleRow {
        kind: ArticleKind::News,
        slug: slug.into(),
        version,
        state,
        source: format!("{version}版の文章"),
        made_by: "editor".into(),
        made_at: now,
        decided_by: Some("editor".into()),
        decided_at: Some(now),
        revision: 1,
        writers: vec!["editor".into()],
        sent_at: None,
        show_from: None,
        remark: String::new(),
    };
    let store = &test.platform.store;
    let added = store.write::<_, kiban_store::Error, _>(move |work| {
        Box::pin(async move { add(work, &row).await })
    });
    assert!(added.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_the_highest_decided_version_counts_and_a_new_start_changes_nothing() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let all = || vec![first("kept"), first("edited"), first("withdrawn")];
        let desk = operator();
        let load = |articles| articles::load_first(platform, &desk, articles);
        assert_eq!(load(all()).await.unwrap(), 3, "{engine:?}");
        let before = articles::mark(platform).await.unwrap();
        version(&test, "edited", 2, ArticleState::Published).await;
        version(&test, "edited", 3, ArticleState::Draft).await;
        version(&test, "withdrawn", 2, ArticleState::Withdrawn).await;
        assert_ne!(
            articles::mark(platform).await.unwrap(),
            before,
            "{engine:?}"
        );
        assert_eq!(
            load(all()).await.unwrap(),
            0,
            "{engine:?}: what was decided stays"
        );
        let shown = articles::list_published(platform).await.unwrap();
        let shown: Vec<_> = shown
            .iter()
            .map(|it| (it.slug.as_str(), it.version))
            .collect();
        assert_eq!(shown, [("edited", 2), ("kept", 1)], "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}
