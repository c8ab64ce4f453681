//! Sheets of paper as PDF: a place at the printer, the printing itself, and the file that goes out (W-2, W-5).

mod certificates;
mod certification;

pub(crate) use certificates::certificates;
pub(crate) use certification::{certification, history};

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use kiban_domain::{Date, tokyo_date};
use kiban_print::{Imprint, Sheet};
use kiban_ui::{DateText, MessageKind, Period};
use kiban_web_kit::{PrintFailed, PrintTurn};

use crate::{
    answer::{Message, retry_after},
    visit::SignedIn,
    words,
};

/// Seconds after which to try again when the printer is busy.
const BUSY_SECONDS: i64 = 5;

impl SignedIn {
    /// Whether sheets can be had as PDF here.
    pub(crate) fn has_printer(&self) -> bool {
        self.visit.state.printing.is_some()
    }

    /// A place at the printer. Taken before anything is read, so that nobody's data are looked up for a sheet that cannot be
    /// printed.
    ///
    /// # Errors
    ///
    /// The answer: 503 and when to come back, or 404 where no faces are installed.
    pub(crate) async fn turn(&self) -> Result<PrintTurn<Sheet>, Response> {
        let Some(desk) = &self.visit.state.printing else {
            let detail = "このサーバーにはPDFを作る書体がありません。「印刷用の画面」から、ブラウザーの印刷機能で印刷してください。";
            return Err(self.say(Message::new(MessageKind::NotFound, detail)));
        };
        desk.turn().await.ok_or_else(|| self.busy())
    }

    fn busy(&self) -> Response {
        let detail = "PDFの作成が混み合っています。少し待ってから、もう一度お試しください。";
        let response = self.say(Message::new(MessageKind::Unavailable, detail));
        retry_after(response, BUSY_SECONDS)
    }

    /// Who prints, now.
    pub(crate) fn imprint(&self) -> Imprint {
        let at = self.platform().now();
        let time = words::day_and_time(at).1;
        Imprint {
            at,
            printed_at: format!("{} {time}", words::both(tokyo_date(at))),
            office: self.office.name.clone(),
            printed_by: self.session.name.clone(),
            document_no: self.visit.request_id.as_str().to_owned(),
        }
    }

    /// Prints the sheet and answers with the file `name-2026-06-24.pdf`; neither tells whom it is about.
    pub(crate) async fn file(&self, turn: PrintTurn<Sheet>, sheet: Sheet, name: &str) -> Response {
        self.printed(turn, sheet, "attachment", name).await
    }

    /// As [`Self::file`], to be looked at in the browser.
    pub(crate) async fn shown(&self, turn: PrintTurn<Sheet>, sheet: Sheet, name: &str) -> Response {
        self.printed(turn, sheet, "inline", name).await
    }

    async fn printed(
        &self,
        turn: PrintTurn<Sheet>,
        sheet: Sheet,
        disposition: &str,
        name: &str,
    ) -> Response {
        let day = tokyo_date(sheet.imprint().at);
        let request_id = self.visit.request_id.as_str();
        match turn.print(sheet).await {
            Ok(bytes) => answer(bytes, disposition, name, day),
            Err(PrintFailed::Late) => {
                tracing::warn!(request_id, "a sheet took too long to print");
                self.busy()
            }
            Err(PrintFailed::Print(error)) => {
                let error = &*error as &dyn std::error::Error;
                tracing::error!(error, request_id, "a sheet could not be printed");
                self.say(Message::new(MessageKind::Failure, ""))
            }
            Err(PrintFailed::Ended) => {
                tracing::error!(request_id, "the printer's thread ended before its time");
                self.say(Message::new(MessageKind::Failure, ""))
            }
        }
    }
}

/// A PDF as the file `name-2026-06-24.pdf`.
pub(crate) fn answer(bytes: Vec<u8>, disposition: &str, name: &str, day: Date) -> Response {
    let headers = [
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("{disposition}; filename=\"{name}-{day}.pdf\""),
        ),
    ];
    (headers, bytes).into_response()
}

/// A day in both calendars.
pub(crate) fn day(day: &DateText) -> String {
    if day.wareki == day.seireki || day.seireki.is_empty() || !day.wareki.contains('年') {
        day.wareki.clone()
    } else {
        format!("{}（{}）", day.wareki, day.seireki)
    }
}

/// A span of days in both calendars; one without an end says so.
fn span(period: &Period) -> String {
    let to = period.to.as_ref();
    let to = to.map_or_else(|| "（終わりの日はありません）".to_owned(), day);
    format!(
        "{}から\n{to}{}",
        day(&period.from),
        if period.to.is_some() { "まで" } else { "" }
    )
}
