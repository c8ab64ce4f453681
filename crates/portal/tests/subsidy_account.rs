//! After a payment came back its applicant corrects the account (G-4).

mod subsidising;
mod support;

use http::header;
use kiban_portal::PublicDesk;
use kiban_services::subsidies;
use subsidising::{applicant, came_back, granted, member, open, plain_printer};
use support::{App, OFFICE};

const MAIL: &str = "tantou@hikari.example";

const ACCOUNT: [(&str, &str); 7] = [
    ("account.bank", "９９９８"),
    ("account.bank_name", "見本信用金庫"),
    ("account.branch", "002"),
    ("account.branch_name", "駅前支店"),
    ("account.kind", "1"),
    ("account.number", "7654321"),
    ("account.holder", "ミホンケア"),
];

#[tokio::test(flavor = "multi_thread")]
async fn g4_the_account_is_corrected_once_and_can_be_paid_again() {
    let app = App::made(PublicDesk::default(), Some(plain_printer())).await;
    open(&app).await;
    let receipt = came_back(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let page = format!("/mypage/applications/{receipt}");
    let path = format!("{page}/account");
    let shown = browser.get(&page).await.text();
    assert!(
        shown.contains("振込ができませんでした") && shown.contains(&format!("href=\"{path}\""))
    );
    let form = browser.get(&path).await;
    assert_eq!(form.status, 200);
    for it in [
        "振込先の訂正",
        "口座なし",
        "49,000円",
        "value=\"9999\"",
        "value=\"1234567\"",
    ] {
        assert!(form.text().contains(it), "{it}: {}", form.text());
    }
    let version = form.between("name=\"seen\" value=\"", "\"");
    let fields: Vec<_> = [("seen", &*version)].into_iter().chain(ACCOUNT).collect();
    let csrf_page = "/account";
    for _ in 0..2 {
        let sent = browser.post(csrf_page, &path, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert_eq!(
            sent.headers[header::LOCATION],
            format!("{page}?done=account")
        );
    }
    let shown = browser.get(&format!("{page}?done=account")).await.text();
    for it in [
        "振込先を訂正しました",
        "見本信用金庫（9998）",
        "＊＊＊＊321",
        "振込先の訂正",
    ] {
        assert!(shown.contains(it), "{it}: {shown}");
    }
    let case = subsidies::read_own(&app.platform, &applicant(), &receipt).await;
    let case = case.unwrap().unwrap();
    assert_eq!(case.row.submissions, 2, "corrected once");
    assert!(!case.row.on_hold);
    // Another account than the one that stands was not taken, and nothing says so.
    for (name, value) in [("account.number", "7654322"), ("account.number", "abc")] {
        let other = ACCOUNT.map(|it| if it.0 == name { (name, value) } else { it });
        let other: Vec<_> = [("seen", &*version)].into_iter().chain(other).collect();
        assert_eq!(
            browser.post(csrf_page, &path, &other).await.status,
            409,
            "{value}"
        );
    }
    // The letter tells the account as it was decided, and that it was corrected.
    let letter = browser.get(&format!("{page}/notice.pdf")).await.text();
    assert!(
        letter.contains("＊＊＊＊567") && letter.contains("訂正されています"),
        "{letter}"
    );
    // There is nothing to correct any more.
    let closed = browser.get(&path).await;
    assert_eq!(closed.headers[header::LOCATION], *page);
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_wrong_account_comes_back_filled_in_with_each_mistake_beside_its_field() {
    let app = App::new().await;
    open(&app).await;
    let receipt = came_back(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let path = format!("/mypage/applications/{receipt}/account");
    let version = browser
        .get(&path)
        .await
        .between("name=\"seen\" value=\"", "\"");
    let long = "あ".repeat(401);
    for (name, value, message) in [
        (
            "account.bank",
            "99",
            "金融機関コードは、4桁の数字で入力してください",
        ),
        // However it is typed, it is the account to which the transfer failed.
        ("account.number", "", "口座番号を入力してください"),
        (
            "account.number",
            "12345678",
            "口座番号は、7桁以内の数字で入力してください",
        ),
        (
            "account.holder",
            "見本",
            "「見」は、振込のデータで使えません",
        ),
        ("account.kind", "", "預金種目を選択してください"),
        ("account.branch_name", "", "支店名を入力してください"),
        (
            "account.bank_name",
            &*long,
            "金融機関名は、400文字以内で入力してください",
        ),
    ] {
        let fields = ACCOUNT.map(|it| if it.0 == name { (name, value) } else { it });
        let fields: Vec<_> = [("seen", &*version)].into_iter().chain(fields).collect();
        let sent = browser.post("/account", &path, &fields).await;
        assert_eq!(sent.status, 422, "{name}");
        let text = sent.text();
        assert!(text.contains(message), "{name}: {text}");
        assert!(text.contains("入力内容に1件の誤りがあります"), "{name}");
        assert!(text.contains(&format!("href=\"#{name}\"")), "{name}");
        assert!(
            text.contains("value=\"002\""),
            "{name}: what was typed is kept"
        );
    }
    let case = subsidies::read_own(&app.platform, &applicant(), &receipt).await;
    let case = case.unwrap().unwrap();
    assert!(case.row.on_hold && case.form.get("account.number") == "1234567");
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_an_account_is_corrected_by_its_own_office_and_only_after_a_payment_came_back() {
    let app = App::new().await;
    open(&app).await;
    let receipt = granted(&app).await;
    let path = format!("/mypage/applications/{receipt}/account");
    let own = member(&app, OFFICE, MAIL).await;
    let fields: Vec<_> = [("seen", "4")].into_iter().chain(ACCOUNT).collect();
    assert_eq!(own.get(&path).await.status, 303);
    assert_eq!(own.post("/account", &path, &fields).await.status, 409);
    let other = member(&app, "1379900023", "hoka@hoka.example").await;
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.post("/account", &path, &fields).await.status, 404);
}
