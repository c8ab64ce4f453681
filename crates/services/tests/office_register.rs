//! The operator's register of offices (P-2), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_services::office_register::{ImportError, Imported, import, last_import, look_up};
use support::{ENGINES, TestPlatform, operator};

const HEADER: &str = "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日";

fn row(number: &str, name: &str) -> String {
    format!("{number},{name},,,東京都見本区1-1,,43,,,開設,2020-04-01,\n")
}

async fn take(test: &TestPlatform, rows: &[String]) -> Result<Imported, ImportError> {
    take_as(test, rows, false).await
}

async fn take_as(
    test: &TestPlatform,
    rows: &[String],
    whole: bool,
) -> Result<Imported, ImportError> {
    let file = format!("{HEADER}\n{}", rows.concat()).into_bytes();
    import(&test.platform, &operator(), file, whole).await
}

async fn name(test: &TestPlatform, number: &str) -> Option<String> {
    let entry = look_up(&test.platform, &number.parse().unwrap()).await;
    entry.unwrap().map(|entry| entry.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_the_same_register_again_changes_nothing_and_what_is_gone_is_marked() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        assert_eq!(last_import(&test.platform).await.unwrap(), None);
        let (one, two) = (row("1379900010", "見本一"), row("1379900028", "見本二"));
        let first = take(&test, &[one.clone(), two.clone()]).await.unwrap();
        assert_eq!((first.rows, first.added), (2, 2), "{engine:?}");
        let nothing = Imported {
            rows: 2,
            ..Imported::default()
        };
        let again = take(&test, &[one.clone(), two.clone()]).await.unwrap();
        assert_eq!(again, nothing, "{engine:?}: the same file");
        let turned = take(&test, &[two.clone(), one.clone()]).await.unwrap();
        assert_eq!(turned, nothing, "{engine:?}: the same rows");
        assert!(last_import(&test.platform).await.unwrap().is_some());

        test.clock.pass(3_600);
        let renamed = row("1379900010", "見本壱");
        let changed = take(&test, std::slice::from_ref(&renamed)).await.unwrap();
        let counts = (changed.added, changed.changed, changed.absent);
        assert_eq!(counts, (0, 1, 1), "{engine:?}");
        assert_eq!(name(&test, "1379900010").await.as_deref(), Some("見本壱"));
        assert_eq!(name(&test, "1379900028").await, None, "{engine:?}: absent");
        let back = take(&test, &[renamed, two]).await.unwrap();
        assert_eq!((back.added, back.changed), (0, 1), "{engine:?}");
        assert_eq!(name(&test, "1379900028").await.as_deref(), Some("見本二"));
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_register_with_one_mistake_is_not_taken_in() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [row("1379900010", "見本一"), row("137990002", "")];
        let Err(ImportError::Mistakes(found)) = take(&test, &rows).await else {
            panic!("{engine:?}: a name is missing")
        };
        let told: Vec<_> = found
            .iter()
            .map(kiban_exchange::office_register::Finding::message)
            .collect();
        assert_eq!(told, ["3行目「名称」：入力がありません"], "{engine:?}");
        assert_eq!(name(&test, "1379900010").await, None, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_half_a_register_is_held_until_somebody_says_that_it_is_whole() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [
            row("1379900010", "見本一"),
            row("1379900028", "見本二"),
            row("1379900036", "見本三"),
        ];
        take(&test, &rows).await.unwrap();
        let held = take(&test, &rows[..1]).await;
        let Err(ImportError::ManyAbsent { absent, known }) = held else {
            panic!("{engine:?}: {held:?}")
        };
        assert_eq!((absent, known), (2, 3));
        assert!(name(&test, "1379900036").await.is_some(), "{engine:?}");
        let done = take_as(&test, &rows[..1], true).await.unwrap();
        assert_eq!((done.absent, done.changed), (2, 0), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_two_imports_at_once_run_one_after_the_other() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (one, two) = ([row("1379900010", "見本一")], [row("1379900010", "見本壱")]);
        let (first, second) = tokio::join!(take(&test, &one), take(&test, &two));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.added + second.added, 1, "{engine:?}");
        assert_eq!(first.changed + second.changed, 1, "{engine:?}");
    }
}
