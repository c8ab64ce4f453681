//! Applications for subsidies on My Page: begun, written, submitted, seen again, withdrawn (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::header;
use kiban_domain::Body;
use kiban_services::subsidies;
use support::{Answer, App, OFFICE, signed_in::Browser};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";

const COST: [(&str, &str); 10] = [
    ("line.1.kind", "reader"),
    ("line.1.on", "令和7年11月4日"),
    ("line.1.maker", "見本電器"),
    ("line.1.model", "MR-1"),
    ("line.1.quantity", "２台"),
    ("line.1.serials", "A001、A002"),
    ("line.1.invoice", "INV-1"),
    ("line.1.amount", "１６，０００円"),
    ("line.1.tax", "included"),
    ("go", "next"),
];
const ACCOUNT: [(&str, &str); 12] = [
    ("account.bank", "9999"),
    ("account.bank_name", "見本銀行"),
    ("account.branch", "001"),
    ("account.branch_name", "本店"),
    ("account.kind", "1"),
    ("account.number", "1234567"),
    ("account.holder", "カ）ミホンケア"),
    ("declare.truth", "1"),
    ("declare.once", "1"),
    ("declare.keep", "1"),
    ("declare.back", "1"),
    ("go", "next"),
];

/// The portal on a day of the period, with the scheme and an admitted office.
async fn open() -> App {
    let app = App::new().await;
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
    app.code().await;
    app
}

async fn member<'a>(app: &'a App, office: &str, mail: &str) -> Browser<'a> {
    let body = Body::Office(office.parse().unwrap());
    app.as_member(body, "見本事業所", mail).await
}

fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

/// Begins an application; the address without its step.
async fn begun(browser: &Browser<'_>) -> String {
    let page = "/apply/subsidy/care?k11=1&c1_kind=reader&c1_quantity=2&c1_amount=16000&c1_tax=included&c2_kind=connection&c2_amount=";
    let text = browser.get(page).await.text();
    assert!(text.contains("name=\"line.1.amount\" value=\"16000\""));
    assert!(text.contains("name=\"kinds\" value=\"11\"") && !text.contains("line.2."));
    let begun = browser
        .post(
            page,
            "/apply/subsidy/care",
            &[
                ("kinds", "11"),
                ("line.1.amount", "16000"),
                ("amount", "99"),
            ],
        )
        .await;
    let to = to(&begun);
    to.strip_suffix("/kinds").unwrap().to_owned()
}

fn with<'a>(fields: &[(&'a str, &'a str)], seen: &'a str) -> Vec<(&'a str, &'a str)> {
    let seen = [("seen", seen)];
    seen.into_iter().chain(fields.iter().copied()).collect()
}

async fn seen(browser: &Browser<'_>, address: &str) -> String {
    let page = browser.get(address).await;
    page.between("name=\"seen\" value=\"", "\"")
}

/// Every step filled in.
async fn written(browser: &Browser<'_>) -> String {
    let at = begun(browser).await;
    let kinds = format!("{at}/kinds");
    let fields = [("kinds", "11"), ("kinds", "43"), ("go", "next")];
    let version = seen(browser, &kinds).await;
    let next = browser.post(&kinds, &kinds, &with(&fields, &version)).await;
    assert_eq!(to(&next), format!("{at}/costs"));
    let costs = format!("{at}/costs");
    let version = seen(browser, &costs).await;
    let next = browser
        .post_file(&costs, &with(&COST, &version), ("領収書.pdf", PDF))
        .await;
    assert_eq!(to(&next), format!("{at}/account"));
    let account = format!("{at}/account");
    let version = seen(browser, &account).await;
    let next = browser
        .post(&account, &account, &with(&ACCOUNT, &version))
        .await;
    assert_eq!(to(&next), format!("{at}/confirm"));
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_an_application_is_written_step_by_step_and_submitted_once() {
    let app = open().await;
    let browser = member(&app, OFFICE, "tantou@hikari.example").await;
    let at = written(&browser).await;
    let confirm = format!("{at}/confirm");
    let page = browser.get(&confirm).await;
    for it in [
        "訪問介護、居宅介護支援",
        "令和7年11月4日（火）",
        "16,000円（税込）",
        "ｶ)ﾐﾎﾝｹｱ",
        "1234567",
        "領収書.pdf",
        "助成金の申請を提出する",
    ] {
        assert!(page.text().contains(it), "{it}: {}", page.text());
    }
    let version = page.between("name=\"seen\" value=\"", "\"");
    let fields = [("seen", &*version), ("amount", "99999999")];
    let sent = browser.post("/mypage", &confirm, &fields).await;
    let detail = to(&sent);
    let again = browser.post("/mypage", &confirm, &fields).await;
    assert_eq!(to(&again), detail, "the first result is shown");
    let page = browser.get(&detail).await.text();
    for it in [
        "申請を提出しました",
        "提出済み",
        "16,000円",
        "＊＊＊＊567",
        "申請を取り下げる",
    ] {
        assert!(page.contains(it), "{it}");
    }
    assert!(!page.contains("1234567") && !page.contains("99,999,999"));
    let list = browser.get("/mypage/applications").await.text();
    assert!(list.contains("助成金の申請（介護事業所等）") && list.contains("提出済み"));
    // What is submitted is not written on any more; another one is not begun.
    assert!(to(&browser.get(&format!("{at}/costs")).await).starts_with("/mypage/applications/"));
    let other = browser
        .post("/apply/subsidy/care", "/apply/subsidy/care", &[])
        .await;
    assert!(detail.starts_with(&to(&other)));
    let file = page.split("/files/").nth(1).unwrap();
    let file = file.split('"').next().unwrap();
    let path = detail.split('?').next().unwrap();
    let file = browser.get(&format!("{path}/files/{file}")).await;
    assert_eq!(file.bytes, PDF);
    assert!(
        file.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    let withdraw = format!("{path}/withdraw");
    let asked = browser.get(&withdraw).await;
    let version = asked.between("name=\"version\" value=\"", "\"");
    let gone = browser
        .post(&withdraw, &withdraw, &[("version", &version)])
        .await;
    assert_eq!(to(&gone), path);
    assert!(browser.get(path).await.text().contains("取下げ"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_mistakes_stand_beside_their_fields_and_what_was_typed_is_kept() {
    let app = open().await;
    let browser = member(&app, OFFICE, "tantou@hikari.example").await;
    let at = begun(&browser).await;
    let costs = format!("{at}/costs");
    for (amount, words) in [
        ("0", "1円から99,999,999円まで"),
        ("-1", "1円から99,999,999円まで"),
        ("9999999999", "1円から99,999,999円まで"),
        ("<script>alert(1)</script>", "円単位の整数"),
    ] {
        let version = seen(&browser, &costs).await;
        let fields = [
            ("seen", &*version),
            ("line.1.amount", amount),
            ("go", "next"),
        ];
        let page = browser.post(&costs, &costs, &fields).await;
        assert_eq!(page.status, 422, "{amount}");
        let text = page.text();
        assert!(text.contains(words) && text.contains("ファイルを添付してください"));
        assert!(!text.contains("<script>alert"), "{amount}");
    }
    let version = seen(&browser, &costs).await;
    let fields = [("seen", &*version), ("go", "save")];
    let text = browser
        .post_file(&costs, &fields, ("x.exe", b"MZ\x90\x00"))
        .await;
    assert!(text.status == 422 && text.text().contains("PDF・JPEG・PNG・HEICを選んでください"));
    let account = format!("{at}/account");
    let version = seen(&browser, &account).await;
    let fields = [
        ("seen", &*version),
        ("account.holder", "見本"),
        ("go", "next"),
    ];
    let page = browser.post(&account, &account, &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("振込のデータで使えません"));
    assert!(page.text().contains("value=\"見本\""));
    let confirm = browser.get(&format!("{at}/confirm")).await.text();
    assert!(confirm.contains("修正が必要な項目") && !confirm.contains("申請を提出する</button>"));
    assert!(confirm.contains(&format!("{at}/account#account.holder")));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_lines_are_added_and_removed_and_an_old_page_shows_both_values() {
    let app = open().await;
    let browser = member(&app, OFFICE, "tantou@hikari.example").await;
    let at = begun(&browser).await;
    let costs = format!("{at}/costs");
    let first = seen(&browser, &costs).await;
    let added = browser
        .post(&costs, &costs, &[("seen", &first), ("go", "add")])
        .await;
    assert_eq!(to(&added), format!("{costs}?done=saved"));
    let page = browser.get(&costs).await.text();
    assert!(page.contains("line.2.amount"));
    // Quantity and serial numbers are wanted of readers only, in both lines.
    let readers = "<span class=\"opt\">カードリーダーのとき</span>";
    assert_eq!(page.matches(readers).count(), 4, "{page}");
    let old = [("seen", &*first), ("line.1.amount", "777"), ("go", "save")];
    let stale = browser.post(&costs, &costs, &old).await;
    assert_eq!(stale.status, 409);
    let text = stale.text();
    assert!(text.contains("16000") && text.contains("777"), "{text}");
    let version = seen(&browser, &costs).await;
    let dropped = browser
        .post(&costs, &costs, &[("seen", &version), ("go", "drop.2")])
        .await;
    assert_eq!(to(&dropped), format!("{costs}?done=saved"));
    assert!(!browser.get(&costs).await.text().contains("line.2.amount"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_nobody_sees_another_offices_application() {
    let app = open().await;
    let browser = member(&app, OFFICE, "tantou@hikari.example").await;
    let at = begun(&browser).await;
    let receipt = at.rsplit('/').next().unwrap();
    let other = member(&app, "1379900023", "hoka@hoka.example").await;
    for path in [
        format!("{at}/kinds"),
        format!("{at}/costs"),
        format!("{at}/confirm"),
        format!("/mypage/applications/{receipt}"),
        format!("/mypage/applications/{receipt}/withdraw"),
    ] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    let confirm = format!("{at}/confirm");
    let sent = other.post("/mypage", &confirm, &[("seen", "1")]).await;
    assert_eq!(sent.status, 404);
    // The other programme's address leads nowhere.
    let wrong = at.replace("/care/", "/medical/");
    assert_eq!(browser.get(&format!("{wrong}/kinds")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_before_the_admission_it_can_be_written_and_not_submitted() {
    let app = App::new().await;
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
    let browser = member(&app, OFFICE, "tantou@hikari.example").await;
    let at = written(&browser).await;
    let confirm = format!("{at}/confirm");
    let page = browser.get(&confirm).await.text();
    assert!(page.contains("登録が承認されてからです"), "{page}");
    assert!(!page.contains("助成金の申請を提出する"));
    let sent = browser.post("/mypage", &confirm, &[("seen", "4")]).await;
    assert_eq!(sent.status, 422);
}
