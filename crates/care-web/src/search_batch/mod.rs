//! 資格一括照会 (C13): whether what an office relies on still holds, for many of its persons at once (W-5, S-2).
//!
//! Each person answered is one permitted look with its own record, each number that is nobody's here one refusal with its record;
//! both are on disk before the answer leaves. All refusals read the same, so that the answer says nothing of people whom the
//! office does not serve. A list that was sent is in memory for the answer only: the page carries it back for the file.

mod answer;
mod asked;
mod check;
mod file;
mod standing;

use axum::response::Response;
use http::StatusCode;
use kiban_ui::{MenuItem, SearchBatchPage, TextField};

use crate::{
    answer::{page, page_with},
    upload::UploadedList,
    visit::SignedIn,
    words,
};
use asked::Asked;

/// GET `/care/search-batch`.
pub(crate) async fn show(signed_in: SignedIn) -> Response {
    let today = signed_in.platform().today();
    page(&SearchBatchPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        on: TextField::of(words::date(today).wareki),
        soon: false,
        file_error: None,
    })
}

/// POST `/care/search-batch`: a page, or with `as` a file.
pub(crate) async fn ask(uploaded: UploadedList) -> Result<Response, Response> {
    let signed_in = uploaded.signed_in.clone();
    let asked = match Asked::of(uploaded, signed_in.platform().today()) {
        Ok(asked) => asked,
        Err(rejected) => {
            return Ok(page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &SearchBatchPage {
                    frame: signed_in.frame(Some(MenuItem::Persons)),
                    on: rejected.on,
                    soon: rejected.soon,
                    file_error: rejected.file_error,
                },
            ));
        }
    };
    let answers = check::all(&signed_in, &asked).await?;
    Ok(answer::give(&signed_in, asked, answers))
}
