//! Forms of the console with files: each streams into the object store, after the fields before it have told that one of our own pages sends
//! it.

use crate::{
    ConsoleState,
    officer::{Officer, PostedBy},
};
use axum::{
    extract::{FromRequest, FromRequestParts as _, Request},
    response::Response,
};
use http::StatusCode;
use kiban_services::inquiries::{FileError, FormKey, TOGETHER, Upload};
use kiban_store::Error;
use kiban_web_kit::{
    Fields, csrf,
    multipart::{self, BrokenForm, FilePart, TakesFiles},
};

/// A form with or without files. Files that are taken wait for its key ([`form_key`]).
#[derive(Debug)]
pub(crate) struct Uploaded {
    pub(crate) officer: Officer,
    pub(crate) fields: Fields,
    /// A sentence for each file that was not kept.
    pub(crate) refused: Vec<String>,
}

/// The key of a form of this session: files wait under it, and what it says counts once.
pub(crate) fn form_key(officer: &Officer, once: &str) -> FormKey {
    FormKey::of(format!("{}:{once}", csrf::token(&officer.token)).as_bytes())
}

impl FromRequest<ConsoleState> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ConsoleState) -> Result<Self, Response> {
        if !multipart::is_multipart(request.headers()) {
            let PostedBy { officer, fields } = PostedBy::from_request(request, state).await?;
            return Ok(Self {
                officer,
                fields,
                refused: Vec::new(),
            });
        }
        let (mut parts, body) = request.into_parts();
        let officer = Officer::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        let (own_origin, session) = (&state.own_origin, officer.token.clone());
        let mut kept = Kept {
            officer: &officer,
            refused: Vec::new(),
        };
        let fields = multipart::read(request, own_origin, &session, TOGETHER, &mut kept).await?;
        let refused = kept.refused;
        Ok(Self {
            officer,
            fields,
            refused,
        })
    }
}

struct Kept<'a> {
    officer: &'a Officer,
    refused: Vec<String>,
}

impl TakesFiles for Kept<'_> {
    async fn take(&mut self, mut file: FilePart<'_>) -> Result<(), Response> {
        if file.typed("once").is_empty() {
            return Err(expired(self.officer));
        }
        let platform = self.officer.platform();
        let failed = |error: Error| self.officer.failed(&error);
        let mut upload = Upload::begin(platform, file.file_name()).map_err(failed)?;
        while let Some(piece) = file.chunk().await.map_err(|why| self.broken(why))? {
            upload.take(&piece).map_err(failed)?;
        }
        // Browsers send a field without a file as an empty file without a name.
        if upload.is_empty() && file.file_name().is_empty() {
            return Ok(());
        }
        let name = upload.name().to_owned();
        let form = form_key(self.officer, file.typed("once"));
        match upload.keep(platform, &form).await {
            Ok(()) => {}
            Err(FileError::Storage(error)) => return Err(failed(error)),
            Err(error) => self.refused.push(error.sentence(&name)),
        }
        Ok(())
    }

    fn broken(&self, why: BrokenForm) -> Response {
        match why {
            BrokenForm::Expired => expired(self.officer),
            BrokenForm::TooLong => too_long(self.officer),
        }
    }
}

fn expired(officer: &Officer) -> Response {
    officer.say(
        StatusCode::FORBIDDEN,
        "画面の有効時間が切れました",
        "前の画面を開き直して、もう一度入力してください。送信はされていません。",
    )
}

fn too_long(officer: &Officer) -> Response {
    officer.say(
        StatusCode::PAYLOAD_TOO_LARGE,
        "添付ファイルが大きすぎます",
        "送信はされていません。添付できるのは、1ファイル10MB、合わせて30MBまでです。ファイルを減らすか小さくして、もう一度送信してください。",
    )
}
