//! Paper of a person as PDF: what it says, what is recorded, and what happens when the printer is busy (W-5).

#[path = "../../print/tests/reading/mod.rs"]
mod reading;
mod support;

use kiban_domain::{Date, MunicipalityStage};
use kiban_web_kit::PrintLimits;
use std::time::Duration;
use support::{App, INSURER, LOGIN, ORIGIN, SCRIPT};

const HANAKO: &str = "カクウ ハナコ";
const BIRTH: Date = Date::constant(1940, 5, 3);

fn looks(recorded: &[String], purpose: &str) -> usize {
    let purpose = format!("\"purpose\":\"{purpose}\"");
    let looks = recorded.iter().filter(|entry| entry.contains(&purpose));
    looks.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_person_is_saved_as_pdf_with_one_recorded_look() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let it = app.find(|it| !it.cards.is_empty() && !it.cost_shares.is_empty());
    let number = it.insured_no.as_str();
    let path = browser
        .register(number, &it.name_kana, it.birth_date, it.sex.code(), "43")
        .await;
    let link = format!("href=\"{path}/print.pdf\"");
    browser
        .get(&format!("{path}/print"))
        .await
        .is(200)
        .has(&link)
        .has("PDFで保存する");

    let pdf = browser.get(&format!("{path}/print.pdf")).await;
    pdf.is(200);
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert_eq!(pdf.headers["cache-control"], "no-store");
    let disposition = pdf.headers["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"shikaku-nintei-2026-11-01.pdf\""
    );
    let pages = reading::read(&pdf.bytes);
    let text: String = pages.iter().map(|page| page.text.as_str()).collect();
    for words in [
        "利用者の資格・認定情報",
        "基準日（この日の情報です）令和8年11月1日（2026年11月1日）",
        &reading::plain(&it.name),
        number,
        "介護保険被保険者証",
        "介護保険負担割合証",
        "負担限度額認定証",
        "要介護認定の履歴",
        "出力者見本ケアプランセンター佐藤花子",
        "出力日時令和8年11月1日（2026年11月1日）10:00",
    ] {
        assert!(text.contains(words), "{words} {text}");
    }
    for (at, page) in pages.iter().enumerate() {
        assert!(page.has("この印刷物は証ではありません"));
        assert!(page.has(&format!("{}／{}ページ", at + 1, pages.len())));
        assert_eq!((page.unreadable, page.outside), (0, 0));
    }
    let recorded = app.recorded().await;
    assert_eq!(looks(&recorded, "print_pdf"), 1, "{recorded:?}");
    let entry = recorded.iter().find(|it| it.contains("print_pdf")).unwrap();
    assert!(entry.contains(&format!("\"staff\":\"{LOGIN}\"")), "{entry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_s4_what_is_withheld_stays_so_on_paper_and_markup_stays_text() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "11").await;
    let pdf = browser.get(&format!("{path}/print.pdf")).await;
    let text = reading::text(&pdf.is(200).bytes);
    assert!(
        text.contains("<script>alert(1)</script>'OR1=1;--"),
        "{text}"
    );
    let page = browser.get(&format!("{path}/certification")).await;
    page.is(200);
    let withheld = text.matches("表示していません：").count();
    assert!(withheld > 0, "{text}");
    let why = [
        "ご本人の同意がない",
        "このサービスの種類では表示できない",
        "権限がありません",
    ];
    assert!(why.iter().any(|why| text.contains(why)), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_refusals_are_pages_and_nobody_elses_person_is_printed() {
    let app = App::new().await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let it = app.person(0);
    let strange = format!(
        "/care/persons/{INSURER}/{}/print.pdf",
        it.insured_no.as_str()
    );
    browser
        .get(&strange)
        .await
        .is(404)
        .has("<html")
        .lacks(&it.name);
    browser
        .get("/care/persons/1/x/print.pdf")
        .await
        .is(404)
        .has("<html");

    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    app.stage(MunicipalityStage::Preparing).await;
    let page = browser.get(&format!("{path}/print.pdf")).await;
    page.is(403).has("<html").lacks("%PDF");
    let mut stranger = app.browser();
    let page = stranger.get(&format!("{path}/print.pdf")).await;
    assert!(
        page.to().starts_with("/care/sign-in?next="),
        "{}",
        page.to()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_printer_answers_503_and_nothing_was_read() {
    let full = PrintLimits {
        at_once: 0,
        wait: Duration::ZERO,
        ..PrintLimits::default()
    };
    let app = App::printing(ORIGIN, None, Some(full)).await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    let page = browser.get(&format!("{path}/print.pdf")).await;
    page.is(503).has("PDFの作成が混み合っています");
    assert_eq!(page.headers["retry-after"], "5");
    assert_eq!(looks(&app.recorded().await, "print_pdf"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_takes_too_long_answers_503_and_gives_its_place_back() {
    let hurried = PrintLimits {
        at_once: 1,
        wait: Duration::from_mins(1),
        time: Duration::ZERO,
    };
    let app = App::printing(ORIGIN, None, Some(hurried)).await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    for _ in 0..2 {
        let page = browser.get(&format!("{path}/print.pdf")).await;
        page.is(503).has("混み合っています");
        assert_eq!(page.headers["retry-after"], "5");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_faces_the_pages_offer_no_pdf_and_say_what_to_do() {
    let app = App::printing(ORIGIN, None, None).await;
    app.load().await;
    let mut browser = app.signed_in().await;
    let path = browser.register(SCRIPT, HANAKO, BIRTH, "2", "43").await;
    browser
        .get(&format!("{path}/print"))
        .await
        .is(200)
        .lacks("print.pdf");
    let page = browser.get(&format!("{path}/print.pdf")).await;
    page.is(404).has("PDFを作る書体がありません");
    assert_eq!(looks(&app.recorded().await, "print_pdf"), 0);
}
