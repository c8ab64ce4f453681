//! Letters of decisions and copies of applications as PDF on My Page (G-4).

mod subsidising;
mod support;

use http::header;
use kiban_portal::PublicDesk;
use subsidising::{granted, member, open, plain_printer, refused, submitted};
use support::{App, OFFICE};

const MAIL: &str = "tantou@hikari.example";

async fn printing() -> App {
    App::made(PublicDesk::default(), Some(plain_printer())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_granted_application_has_its_letter_and_its_copy() {
    let app = printing().await;
    open(&app).await;
    let receipt = granted(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let page = format!("/mypage/applications/{receipt}");
    let shown = browser.get(&page).await.text();
    for file in ["notice.pdf", "copy.pdf"] {
        assert!(shown.contains(&format!("href=\"{page}/{file}\"")), "{file}");
    }
    let letter = browser.get(&format!("{page}/notice.pdf")).await;
    assert_eq!(letter.status, 200);
    assert_eq!(letter.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(letter.headers[header::CACHE_CONTROL], "no-store");
    let name = letter.headers[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    assert!(
        name.starts_with("attachment; filename=\"")
            && name.contains("filename*=UTF-8''%E4%BA%A4%E4%BB%98%E6%B1%BA%E5%AE%9A"),
        "{name}"
    );
    let text = letter.text();
    for it in [
        "%PDF",
        "助成金交付決定通知書",
        "実物",
        "交付決定 第1号",
        "令和7年12月1日",
        "見本 御中",
        "介護情報基盤 運営",
        "交付決定額：49,000円",
        "運営からの連絡",
        "書類を確認しました。",
        "1|カードリーダー購入経費\n見本電器 MR-1\n2台のうち2台|16,000円|16,000円|",
        "2|接続サポート等経費\n見本サポート 端末の設定|44,000円|33,000円|端末は対象外です",
        "申請した額：60,000円",
        "限度額：106,000円（訪問・通所・短期滞在系 64,000円、その他 42,000円）",
        "普通 ＊＊＊＊567",
        "https://portal.example/contact",
        "見本 担当",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
    assert!(!text.contains("1234567") && !text.contains("内部のメモ"));
    let copy = browser.get(&format!("{page}/copy.pdf")).await.text();
    for it in [
        "助成金交付申請書の控え",
        "申請額：60,000円",
        "受け付けた日時：令和7年12月1日 10時00分",
        "サービスの種類：訪問介護、居宅介護支援",
        "製造番号：A001、A002|令和7年11月4日|2台|INV-1|16,000円|税込",
        "|S-22|40,000円|税抜",
        "申請した人：見本 申請子",
        "口座名義（カナ）：ｶ)ﾐﾎﾝｹｱ",
        "口座番号は、下3桁だけを示しています。",
        "申請の内容は事実と相違ありません",
    ] {
        assert!(copy.contains(it), "{it}: {copy}");
    }
    assert!(!copy.contains("1234567") && !copy.contains("49,000円"));
    let file = copy.lines().find(|it| it.starts_with("1|領収書.pdf|PDF・"));
    let hash = file.unwrap().rsplit('|').next().unwrap();
    assert!(
        hash.len() == 16 && hash.bytes().all(|it| it.is_ascii_hexdigit()),
        "{hash}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_refusal_says_why_and_what_may_be_done_next() {
    let app = printing().await;
    open(&app).await;
    let receipt = refused(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let letter = format!("/mypage/applications/{receipt}/notice.pdf");
    let text = browser.get(&letter).await.text();
    for it in [
        "助成金不交付決定通知書",
        "不交付決定 第1号",
        "端末のみの申請です。",
        "令和8年3月13日まで（予定）",
        "申請した額：60,000円",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
    assert!(!text.contains("交付決定額") && !text.contains("交付の条件"));
    app.clock.set("2026-03-14T00:00:00+09:00");
    let browser = member(&app, OFFICE, "kanri@hikari.example").await;
    let text = browser.get(&letter).await.text();
    assert!(text.contains("令和8年3月13日で終わりました"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_nobody_gets_anothers_papers_and_nothing_comes_before_its_time() {
    let app = printing().await;
    open(&app).await;
    let receipt = submitted(&app).await;
    let page = format!("/mypage/applications/{receipt}");
    let browser = member(&app, OFFICE, MAIL).await;
    let early = browser.get(&format!("{page}/notice.pdf")).await;
    assert_eq!(early.status, 404);
    assert!(early.text().contains("決定の後に出力できます"));
    assert!(!browser.get(&page).await.text().contains("notice.pdf"));
    assert_eq!(browser.get(&format!("{page}/copy.pdf")).await.status, 200);
    let other = member(&app, "1379900023", "hoka@hoka.example").await;
    for path in [
        format!("{page}/notice.pdf"),
        format!("{page}/copy.pdf"),
        "/mypage/applications/AAAAAAAA/copy.pdf".to_owned(),
    ] {
        let answer = other.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("60,000"), "{path}");
        assert_eq!(app.get(&path).await.status, 303, "{path}: not signed in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_draft_has_no_copy() {
    let app = printing().await;
    open(&app).await;
    let receipt = subsidising::begun(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let page = format!("/mypage/applications/{receipt}");
    let early = browser.get(&format!("{page}/copy.pdf")).await;
    assert_eq!(early.status, 404);
    assert!(early.text().contains("提出した後に出力できます"));
    assert!(!browser.get(&page).await.text().contains("copy.pdf"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_without_faces_there_is_no_link_and_the_address_says_why() {
    let app = App::new().await;
    open(&app).await;
    let receipt = granted(&app).await;
    let browser = member(&app, OFFICE, MAIL).await;
    let page = format!("/mypage/applications/{receipt}");
    let shown = browser.get(&page).await.text();
    assert!(shown.contains("交付する額") && !shown.contains(".pdf\""));
    let answer = browser.get(&format!("{page}/notice.pdf")).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("PDFを作る書体がありません"));
}
