//! 書類 (C10): files about a person on the pages (S-2, S-3, S-5, W-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Caller;
use kiban_audit::Door;
use kiban_domain::{Date, MunicipalityStage};
use kiban_services::staff::{self, NewStaff, StaffRole};
use kiban_store::repo::offices::{self, OfficeRow};
use support::{App, Browser, PASSWORD, Page, SCRIPT, SECRET};

const OTHER: &str = "1379900031";
const KANA: &str = "カクウ ハナコ";

fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\ntrailer\n%%EOF\n").into_bytes()
}

fn fields<'a>(form: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("form", form),
        ("title", title),
        ("kind", "discharge_summary"),
        ("about_era", "reiwa"),
        ("about_year", "8"),
        ("about_month", "10"),
        ("about_day", "31"),
    ]
}

/// The first office, which makes the plan, and another one beside it; both serve the person.
async fn desk(kind: &str) -> (App, Browser, Browser, String) {
    let app = App::new().await;
    app.load().await;
    let row = OfficeRow {
        office_no: OTHER.parse().unwrap(),
        name: "訪問見本ステーション".into(),
        medical: false,
        service_kinds: vec![kind.parse().unwrap()],
        created_at: app.platform.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
    let operator = support::context(Caller::Operator, Door::Operator, "operator");
    let account = NewStaff {
        office_no: OTHER.parse().unwrap(),
        login: "houmon".into(),
        name: "見本 職員".into(),
        role: StaffRole::Staff,
        password: PASSWORD.into(),
        totp_secret: Some(SECRET.into()),
    };
    staff::add(&app.platform, &operator, account).await.unwrap();
    let mut other = app.browser_of(OTHER, "pc-1", "1f");
    other.get("/care/sign-in").await;
    let known = [("user", "houmon"), ("password", PASSWORD)];
    other.post("/care/sign-in", &known).await.is(303);
    other.get("/care/second-factor").await;
    let code = [("code", app.code())];
    let page = other
        .post("/care/second-factor", &[("code", &code[0].1)])
        .await;
    assert_eq!(page.to(), "/care", "{}", page.html);
    let birth = Date::constant(1940, 5, 3);
    other.register(SCRIPT, KANA, birth, "2", kind).await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, KANA, birth, "2", "43").await;
    (app, browser, other, format!("{path}/documents"))
}

/// The name of a new form.
async fn form(browser: &mut Browser, documents: &str) -> String {
    let page = browser.get(&format!("{documents}/new")).await;
    page.is(200).has("書類の登録");
    let name = page.html.split_once("name=\"form\" value=\"").unwrap().1;
    name.split('"').next().unwrap().to_owned()
}

async fn add(browser: &mut Browser, documents: &str, title: &str, bytes: &[u8]) -> Page {
    let form = form(browser, documents).await;
    let new = format!("{documents}/new");
    let file = Some(("退院 サマリー.pdf", bytes));
    browser.upload(&new, &fields(&form, title), file).await
}

/// The address of the first file on the list.
async fn first(browser: &mut Browser, documents: &str) -> String {
    let page = browser.get(documents).await;
    page.is(200);
    let mut links = page.html.split("href=\"");
    let file = links.find(|it| it.split('"').next().unwrap().ends_with("/file"));
    let file = file.unwrap().split('"').next().unwrap();
    file.strip_suffix("/file").unwrap().to_owned()
}

async fn consent(browser: &mut Browser, documents: &str, scope: &str) {
    let path = documents.replace("/documents", "/consents/new");
    browser.get(&path).await.is(200);
    let answers = [
        ("scope", scope),
        ("basis", "own"),
        ("ground", ""),
        ("evidence", "書庫の1番"),
        ("from_era", "reiwa"),
        ("from_year", "8"),
        ("from_month", "11"),
        ("from_day", "1"),
        ("go", "record"),
    ];
    browser.post(&path, &answers).await.is(303);
}

async fn share(browser: &mut Browser, document: &str, office_no: &str) -> Page {
    let path = format!("{document}/share");
    browser.get(&path).await.is(200);
    let answers = [("office", "other"), ("office_no", office_no)];
    browser.post(&path, &answers).await
}

async fn recorded(app: &App) -> String {
    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .unwrap();
    app.recorded().await.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_a_file_is_added_shared_downloaded_and_taken_back() {
    let (app, mut browser, mut other, documents) = desk("11").await;
    let page = browser.get(&documents).await;
    page.is(200)
        .has("この事業所が登録した書類はまだありません。")
        .has("ご本人の同意がないため表示していません")
        .has("同意の記録を開く");
    let title = "<b>退院</b>";
    let done = add(&mut browser, &documents, title, &pdf("1")).await;
    assert_eq!(done.to(), format!("{documents}?done=added"));
    browser
        .get(done.to())
        .await
        .is(200)
        .has("書類を登録しました")
        .has("&#60;b&#62;退院")
        .has("退院 サマリー.pdf（PDF、1KB）")
        .has("佐藤 花子")
        .has("共有なし")
        .lacks("/share\"");
    let document = first(&mut browser, &documents).await;
    other.get(&documents).await.is(200).lacks("退院");
    let file = format!("{document}/file");
    other.get(&file).await.is(404);
    browser.get(&format!("{document}/share")).await.is(403);

    consent(&mut browser, &documents, "all").await;
    browser
        .get(&format!("{document}/share"))
        .await
        .is(200)
        .lacks("訪問見本ステーション");
    for (office_no, said) in [
        ("", "10桁で入力してください"),
        ("1379900999", "この番号の事業所とは共有できません"),
        (support::OFFICE, "この番号の事業所とは共有できません"),
    ] {
        let page = share(&mut browser, &document, office_no).await;
        page.is(422).has(said).has("id=\"error-summary\"");
        page.has(&format!("value=\"{office_no}\""));
    }
    let done = share(&mut browser, &document, OTHER).await;
    assert_eq!(done.to(), format!("{documents}?done=shared"));
    browser
        .get(done.to())
        .await
        .has("書類を共有しました")
        .has("訪問見本ステーション")
        .has("共有中");
    // From now on it can be picked.
    let page = browser.get(&format!("{document}/share")).await;
    page.has("訪問見本ステーション").has("ほかの事業所");
    let twice = [("office", OTHER), ("office_no", "")];
    browser
        .post(&format!("{document}/share"), &twice)
        .await
        .is(422)
        .has("この事業所とは、すでに共有しています");
    browser
        .post(&format!("{document}/share"), &[])
        .await
        .is(422)
        .has("相手の事業所を選択してください");

    let page = other.get(&documents).await;
    page.is(200)
        .has("見本ケアプランセンター")
        .has("&#60;b&#62;退院")
        .lacks("佐藤 花子");
    let page = other.get(&file).await;
    assert_eq!(page.is(200).bytes, pdf("1"));
    let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"__ ____.pdf\"; filename*=UTF-8''%E9%80%80%E9%99%A2%20%E3%82%B5%E3%83%9E%E3%83%AA%E3%83%BC%2Epdf"
    );
    for sub in ["share", "remove"] {
        other.get(&format!("{document}/{sub}")).await.is(404);
        other.get("/care").await;
        other.post(&format!("{document}/{sub}"), &[]).await.is(404);
    }

    let page = browser.get(&documents).await;
    let mut links = page.html.split("href=\"");
    let end = links.find(|it| it.split('"').next().unwrap().ends_with("/end"));
    let end = end.unwrap().split('"').next().unwrap().to_owned();
    browser
        .get(&end)
        .await
        .is(200)
        .has("書類の共有の取消し")
        .has("訪問見本ステーション");
    let done = browser.post(&end, &[]).await;
    assert_eq!(done.to(), format!("{documents}?done=ended"));
    browser.get(done.to()).await.has("まで（終了）");
    browser.get("/care").await;
    browser.post(&end, &[]).await.is(404);
    other.get(&file).await.is(404);
    assert_eq!(browser.get(&file).await.is(200).bytes, pdf("1"));

    let remove = format!("{document}/remove");
    browser.get(&remove).await.is(200).has("書類の削除");
    let done = browser.post(&remove, &[]).await;
    assert_eq!(done.to(), format!("{documents}?done=removed"));
    browser
        .get(done.to())
        .await
        .has("削除済み")
        .has("&#60;b&#62;退院")
        .lacks("/file\"");
    browser.get(&file).await.is(404);
    let recorded = recorded(&app).await;
    for (word, times) in [
        ("\"document_added\"", 1),
        ("\"document_share_ended\"", 2),
        ("\"document_removed\"", 2),
    ] {
        assert_eq!(recorded.matches(word).count(), times, "{word}");
    }
    assert_eq!(
        recorded
            .lines()
            .filter(|it| it.contains("\"open_document\"") && it.contains("\"allowed\""))
            .count(),
        2
    );
    browser
        .get(&documents.replace("/documents", "/access-log?size=100"))
        .await
        .has("書類をダウンロードした")
        .has("書類をほかの事業所と共有した");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_s5_what_ends_closes_the_pages_at_once() {
    let (app, mut browser, mut other, documents) = desk("11").await;
    consent(&mut browser, &documents, "all").await;
    add(&mut browser, &documents, "報告", &pdf("1"))
        .await
        .is(303);
    let document = first(&mut browser, &documents).await;
    let file = format!("{document}/file");
    share(&mut browser, &document, OTHER).await.is(303);
    other.get(&file).await.is(200);

    app.stage(MunicipalityStage::Preparing).await;
    other.get(&file).await.is(404);
    other.get(&documents).await.is(200).lacks("報告");
    let page = browser.get(&documents).await;
    page.is(200)
        .has("報告")
        .has("書類の登録と共有はできません")
        .lacks("書類を登録する")
        .lacks("alert(1)");
    browser.get(&format!("{documents}/new")).await.is(403);
    browser.get(&file).await.is(200);
    app.stage(MunicipalityStage::Sharing).await;
    other.get(&file).await.is(200);

    let page = other.get("/care/registrations").await;
    let mut links = page.html.split("href=\"");
    let end = links.find(|link| link.contains("/end\"")).unwrap();
    let end = end.split('"').next().unwrap().to_owned();
    other.get(&end).await.is(200);
    let answers = [
        ("reason", "contract_ended"),
        ("last_era", "reiwa"),
        ("last_year", "8"),
        ("last_month", "11"),
        ("last_day", "1"),
        ("go", "end"),
    ];
    other.post(&end, &answers).await.is(303);
    other.get(&file).await.is(200);
    app.clock.pass(86_400);
    let mut browser = app.signed_in().await;
    let mut again = app.browser_of(OTHER, "pc-1", "1f");
    again.get("/care/sign-in").await;
    let known = [("user", "houmon"), ("password", PASSWORD)];
    again.post("/care/sign-in", &known).await.is(303);
    again.get("/care/second-factor").await;
    let code = app.code();
    again
        .post("/care/second-factor", &[("code", &code)])
        .await
        .is(303);
    again.get(&file).await.is(404);
    again.get(&documents).await.is(404).lacks("報告");
    share(&mut browser, &document, OTHER).await.is(422);
    browser.get(&file).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_a_file_that_cannot_be_taken_comes_back_with_the_form_and_its_name() {
    let (_app, mut browser, _other, documents) = desk("11").await;
    let name = form(&mut browser, &documents).await;
    let new = format!("{documents}/new");
    let mut large = pdf("x");
    large.resize((10 << 20) + 1, b' ');
    let huge = vec![b'0'; 30 << 20];
    for (sent, bytes, said) in [
        (
            "実行.pdf",
            &b"MZ\x90\0 a program"[..],
            "実行.pdfは添付できません。PDF・JPEG・PNGを選んでください",
        ),
        ("束.pdf", b"PK\x03\x04\x14\0", "束.pdfは添付できません"),
        ("空.pdf", b"", "空.pdfは空のファイルです"),
        (
            "破.pdf",
            b"%PDF-x\n%%EOF",
            "破.pdfは、PDFのファイルとして壊れています",
        ),
        (
            "写.png",
            b"\x89PNG\r\n",
            "写.pngは、PNGのファイルとして壊れています",
        ),
        ("大.pdf", &large, "大.pdfは10MBを超えています"),
        ("巨.pdf", &huge, "巨.pdfは10MBを超えています"),
        ("..\\<i>.exe", b"x", "&#60;i&#62;.exeは添付できません"),
    ] {
        let page = browser
            .upload(&new, &fields(&name, "報告"), Some((sent, bytes)))
            .await;
        page.is(422)
            .has(said)
            .has("id=\"error-summary\"")
            .has("エラー：")
            .has("value=\"報告\"")
            .has(&format!("value=\"{name}\""))
            .has("value=\"discharge_summary\" checked");
    }
    let page = browser.upload(&new, &[("title", "報告")], None).await;
    page.is(422)
        .has("書類のファイルを選択してください")
        .has("書類の種類を選択してください")
        .has("書類の日付を入力してください");
    let mut wrong = fields(&name, "報告");
    wrong[3] = ("about_era", "seireki");
    wrong[4] = ("about_year", "1990");
    let file = Some(("a.pdf", &pdf("1")[..]));
    let page = browser.upload(&new, &wrong, file).await;
    page.is(422)
        .has("書類の日付は、平成")
        .has("もう一度選択してください");
    let long = "長".repeat(61);
    let page = browser.upload(&new, &fields(&name, &long), file).await;
    page.is(422).has("60文字以内");
    let page = browser.post(&new, &fields(&name, "報告")).await;
    page.is(422);
    let much = "x".repeat(100_000);
    let page = browser.upload(&new, &fields(&name, &much), file).await;
    page.is(422);
    browser
        .get(&documents)
        .await
        .has("この事業所が登録した書類はまだありません。");
    browser.csrf = "x".repeat(64);
    let page = browser.upload(&new, &fields(&name, "報告"), file).await;
    page.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_one_form_adds_one_file_and_the_same_file_is_told() {
    let (_app, mut browser, _other, documents) = desk("11").await;
    let name = form(&mut browser, &documents).await;
    let new = format!("{documents}/new");
    let bytes = pdf("1");
    let file = Some(("退院.pdf", &bytes[..]));
    let done = browser.upload(&new, &fields(&name, ""), file).await;
    assert_eq!(done.to(), format!("{documents}?done=added"));
    let done = browser.upload(&new, &fields(&name, ""), file).await;
    assert_eq!(done.to(), format!("{documents}?done=before"));
    let page = browser.get(done.to()).await;
    page.has("この書類は登録済みです");
    assert_eq!(page.html.matches("退院.pdf（PDF").count(), 1);
    let next = form(&mut browser, &documents).await;
    let page = browser.upload(&new, &fields(&next, "別名"), file).await;
    page.is(422)
        .has("退院.pdfと同じ内容のファイルが、令和8年11月1日に「退院」として登録されています");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_two_managers_can_pick_each_other_and_nobodys_person_is_not_found() {
    let (_app, mut browser, mut other, documents) = desk("43").await;
    consent(&mut browser, &documents, "all").await;
    add(&mut browser, &documents, "報告", &pdf("1"))
        .await
        .is(303);
    let document = first(&mut browser, &documents).await;
    let path = format!("{document}/share");
    browser.get(&path).await.is(200).has("訪問見本ステーション");
    browser.post(&path, &[("office", OTHER)]).await.is(303);
    other.get(&documents).await.is(200).has("報告");

    let nobody = documents.replace(SCRIPT, "0000077777");
    let sent = document.replace(SCRIPT, "0000077777");
    for path in [
        nobody.clone(),
        format!("{nobody}/new"),
        format!("{sent}/file"),
        format!("{sent}/share"),
        format!("{sent}/remove"),
        format!("{documents}/not-an-id/file"),
    ] {
        browser.get(&path).await.is(404).lacks("報告");
    }
    browser.get("/care").await;
    let file = Some(("a.pdf", &b"%PDF-1.7\n%%EOF"[..]));
    let page = browser
        .upload(&format!("{nobody}/new"), &fields("x", ""), file)
        .await;
    page.is(404);
}
