//! 読み取り確認 (C16, T-2): the rungs from this terminal's card reader to a working card, each with who mends it.
//!
//! The page asks the program at its own terminal and nobody else's; it works without script, by loading it again.

use axum::{Json, extract::Path, response::Response};
use http::StatusCode;
use kiban_card::{
    ladder::{self, HELD, REACH},
    wire::{RungOutcome, RungResult},
};
use kiban_services::card_check::reader_test::{self, AskError, ReaderTest};
use kiban_ui::{Chip, ChipColor, MenuItem, MessageKind, ReaderTestPage, ReaderTestStage, RungLine};
use kiban_web_kit::Problem;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    answer::{Message, page, retry_after, see_other},
    cards::{agent::failed, api::Asking},
    form::Posted,
    visit::SignedIn,
};

/// A program that is there takes a test at once.
const SLOW_SECONDS: i64 = 10;

/// GET `/care/reader-test`.
pub(crate) async fn start(signed_in: SignedIn) -> Response {
    page(&shown(&signed_in, ReaderTestStage::Start, String::new()))
}

/// POST `/care/reader-test`: asks this terminal's program and goes to the page of the answer.
pub(crate) async fn ask(Posted { signed_in, .. }: Posted) -> Response {
    let terminal = signed_in.visit.terminal();
    let cards = &signed_in.visit.state.cards;
    match reader_test::ask(signed_in.platform(), cards, &terminal).await {
        Ok(id) => see_other(&format!("/care/reader-test/{}", id.as_simple())),
        Err(AskError::TooMany(exhausted)) => {
            let message = Message::new(
                MessageKind::Unavailable,
                "この端末で読み取り確認が続いたため、しばらく受け付けません。10分ほどしてからお試しください。",
            );
            let mut response = signed_in.say(message);
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(response, exhausted.retry_after)
        }
        Err(AskError::Storage(error)) => signed_in.storage(&error),
    }
}

/// GET `/care/reader-test/{id}`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let test = Uuid::try_parse(&id).map_err(|_| signed_in.nothing_there())?;
    let (platform, terminal) = (signed_in.platform(), signed_in.visit.terminal());
    let found = reader_test::look(platform, &terminal, test).await;
    let found = found.map_err(|error| signed_in.storage(&error))?;
    let found = found.ok_or_else(|| signed_in.nothing_there())?;
    let id = test.as_simple().to_string();
    Ok(page(&shown(&signed_in, stage(&found), id)))
}

/// What our script compares.
#[derive(Debug, Serialize)]
pub(crate) struct State {
    state: &'static str,
}

/// GET `/api/reader-test/{id}`.
pub(crate) async fn state(
    Asking(signed_in): Asking,
    Path(id): Path<String>,
) -> Result<Json<State>, Problem> {
    let none = || Problem::not_found().detail("この端末の読み取り確認ではありません。");
    let id = Uuid::try_parse(&id).map_err(|_| none())?;
    let terminal = signed_in.visit.terminal();
    let found = reader_test::look(signed_in.platform(), &terminal, id).await;
    let found = found.map_err(|error| failed(&error, signed_in.visit.request_id.as_str()))?;
    let state = stage(&found.ok_or_else(none)?).word();
    Ok(Json(State { state }))
}

fn shown(signed_in: &SignedIn, stage: ReaderTestStage, id: String) -> ReaderTestPage {
    ReaderTestPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        stage,
        id,
    }
}

fn stage(test: &ReaderTest) -> ReaderTestStage {
    match test {
        ReaderTest::Waiting(age) => ReaderTestStage::Waiting {
            slow: *age >= SLOW_SECONDS,
        },
        ReaderTest::Taken => ReaderTestStage::Taken,
        ReaderTest::OldProgram => ReaderTestStage::OldProgram,
        ReaderTest::Unanswered => ReaderTestStage::Unanswered,
        ReaderTest::Lost => ReaderTestStage::Lost,
        ReaderTest::Answered(rungs) => ReaderTestStage::Answered(rungs.iter().map(line).collect()),
    }
}

/// A rung in the doctor's words. What a newer program reports is said to be unknown, never left out.
fn line(rung: &RungResult) -> RungLine {
    let title = REACH
        .iter()
        .chain(HELD)
        .find(|(step, _)| *step == rung.step);
    let cause = rung.code.as_deref().and_then(ladder::cause);
    let bad = matches!(rung.outcome, RungOutcome::Caution | RungOutcome::Failed);
    let chip = match rung.outcome {
        RungOutcome::Good => Chip::new("良好", ChipColor::Green),
        RungOutcome::Caution => Chip::new("注意", ChipColor::Yellow),
        RungOutcome::Failed => Chip::new("要対応", ChipColor::Red),
        RungOutcome::NotTried => Chip::new("未確認", ChipColor::Gray),
    };
    let seen = match (cause, rung.left, bad) {
        (Some(cause), ..) => cause.meaning.to_owned(),
        (None, Some(left), false) => format!("あと{left}回入力できます"),
        (None, _, true) => format!(
            "この画面の知らない結果です（{}）",
            rung.code.as_deref().unwrap_or("-")
        ),
        (None, None, false) if rung.outcome == RungOutcome::NotTried => {
            "前の項目を直すと確かめられます".to_owned()
        }
        (None, None, false) => "問題ありません".to_owned(),
    };
    let advice = "端末プログラムの「診断」の画面か kiban-terminal doctor で確かめてください。";
    RungLine {
        title: title.map_or_else(|| rung.step.clone(), |(_, title)| (*title).to_owned()),
        chip,
        seen,
        remedy: match cause {
            Some(cause) => cause.advice.to_owned(),
            None if bad => advice.to_owned(),
            None => String::new(),
        },
        mender: cause.map_or_else(String::new, |cause| cause.mender.label().to_owned()),
        failed: rung.outcome == RungOutcome::Failed,
    }
}
