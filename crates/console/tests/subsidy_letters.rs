//! The letter of a decision in the console (O03).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod subsidising;
mod support;

use http::header;
use kiban_audit::{Action, Event};
use kiban_domain::PortalRole;
use kiban_services::subsidies::SubsidyPaper;
use kiban_web_kit::{PrintDesk, PrintLimits};
use std::time::Duration;
use subsidising::{applicant, office, open, submitted};
use support::{App, Browser};

const OFFICE: &str = "1379900015";
const SUBSIDY: &[PortalRole] = &[PortalRole::Subsidy];

/// A printer that writes title, amount and who put it out as plain text.
fn plain_printer(at_once: usize) -> PrintDesk<SubsidyPaper> {
    let print = |paper: &SubsidyPaper| {
        let sum = paper.sum.as_ref().map_or("", |it| &*it.1);
        let (office, by) = (&paper.outlet.office, &paper.outlet.printed_by);
        Ok(format!("%PDF {} {sum} {office} {by}", paper.title).into_bytes())
    };
    let limits = PrintLimits {
        at_once,
        wait: Duration::from_millis(10),
        ..PrintLimits::default()
    };
    PrintDesk::new(print, limits)
}

async fn app(papers: Option<PrintDesk<SubsidyPaper>>) -> (App, String) {
    let app = App::printing(papers).await;
    open(&app).await;
    office(&app, OFFICE, "見本ケアプランセンター").await;
    let receipt = submitted(&app, &applicant(OFFICE), "40000").await;
    (app, format!("/ops/subsidy/{receipt}"))
}

async fn grant(sato: &Browser<'_>, path: &str) {
    let check = [
        ("act", "check"),
        ("version", "3"),
        ("line.1.quantity", "2"),
        ("line.1.yen", "16000"),
        ("line.2.yen", "44000"),
        ("confirmed", "yes"),
    ];
    let take = [("act", "take"), ("version", "2")];
    sato.post(path, &take).await.is(303);
    sato.post(path, &check).await.is(303);
}

/// How often applications were read, as the trail has it.
async fn looks(app: &App) -> usize {
    use kiban_store::repo::audit;
    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .unwrap();
    let mut work = app.platform.audit.read().await.unwrap();
    let entries = audit::list_entries(
        &mut work,
        kiban_audit::NO_INSURER,
        uuid::Uuid::nil(),
        10_000,
    );
    let events = entries.await.unwrap();
    let events = events
        .iter()
        .map(|entry| -> Event { entry.parse().unwrap() });
    events.filter(|it| it.action == Action::SubsidyRead).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_who_reviews_and_who_audits_get_the_letter_and_it_is_recorded() {
    let (app, path) = app(Some(plain_printer(1))).await;
    let sato = app.officer("sato", SUBSIDY).await;
    let letter = format!("{path}/notice.pdf");
    sato.get(&path).await.is(200).lacks("notice.pdf");
    sato.get(&letter)
        .await
        .is(404)
        .has("決定の後に出力できます");
    grant(&sato, &path).await;
    sato.get(&path)
        .await
        .is(200)
        .has(&format!("href=\"{letter}\""));
    let before = looks(&app).await;
    let answer = sato.get(&letter).await;
    answer
        .is(200)
        .has("%PDF 助成金交付決定通知書 60,000円 介護情報基盤 運営 見本 sato");
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let name = answer.headers[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    assert!(
        name.contains("filename*=UTF-8''%E4%BA%A4%E4%BB%98"),
        "{name}"
    );
    assert_eq!(looks(&app).await, before + 1);
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    auditor.get(&letter).await.is(200).has("60,000円");
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    desk.get(&letter).await.is(403).lacks("60,000円");
    sato.get("/ops/subsidy/AAAAAAAA/notice.pdf").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_without_faces_or_room_nothing_is_read() {
    let (app, path) = app(None).await;
    let sato = app.officer("sato", SUBSIDY).await;
    grant(&sato, &path).await;
    let letter = format!("{path}/notice.pdf");
    sato.get(&path).await.is(200).lacks("notice.pdf");
    let before = looks(&app).await;
    sato.get(&letter)
        .await
        .is(404)
        .has("PDFを作る書体がありません");
    assert_eq!(looks(&app).await, before);

    let (app, path) = self::app(Some(plain_printer(0))).await;
    let sato = app.officer("sato", SUBSIDY).await;
    grant(&sato, &path).await;
    let before = looks(&app).await;
    let busy = sato.get(&format!("{path}/notice.pdf")).await;
    busy.is(503).has("混み合っています");
    assert_eq!(busy.headers[header::RETRY_AFTER], "5");
    assert_eq!(looks(&app).await, before);
}
