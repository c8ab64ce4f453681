//! Forms with one small file that is read at once and kept nowhere.

use crate::{ConsoleState, officer::Officer};
use axum::{
    extract::{FromRequest, FromRequestParts as _, Multipart, Request},
    response::Response,
};
use http::StatusCode;
use kiban_web_kit::{Fields, csrf};

/// A form with a file, sent from one of our own pages. It is as long as any form of the console at most.
#[derive(Debug)]
pub(crate) struct SmallFile {
    pub(crate) officer: Officer,
    pub(crate) fields: Fields,
    /// What is in the file; empty when none was chosen.
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<ConsoleState> for SmallFile {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ConsoleState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let officer = Officer::from_request_parts(&mut parts, state).await?;
        let foreign = csrf::sender(&parts.headers, &state.own_origin) == csrf::Sender::Foreign;
        let request = Request::from_parts(parts, body);
        let unread = |error: axum::extract::multipart::MultipartError| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                officer.say(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "ファイルが大きすぎます",
                    "1MBまでのファイルを選択してください。送信はされていません。",
                )
            } else {
                expired(&officer)
            }
        };
        let multipart = Multipart::from_request(request, &()).await;
        let mut multipart = multipart.map_err(|_| expired(&officer))?;
        let (mut fields, mut bytes) = (Vec::new(), Vec::new());
        while let Some(field) = multipart.next_field().await.map_err(unread)? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                bytes = field.bytes().await.map_err(unread)?.to_vec();
            } else {
                fields.push((name, field.text().await.map_err(unread)?));
            }
        }
        let fields = Fields::of(fields);
        if foreign || !csrf::is_token(&officer.token, fields.get(csrf::FIELD_NAME)) {
            return Err(expired(&officer));
        }
        Ok(Self {
            officer,
            fields,
            bytes,
        })
    }
}

fn expired(officer: &Officer) -> Response {
    officer.say(
        StatusCode::FORBIDDEN,
        "画面の有効時間が切れました",
        "前の画面を開き直して、もう一度入力してください。送信はされていません。",
    )
}
