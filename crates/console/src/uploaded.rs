//! Forms of the console with files: each streams into the object store, after the fields before it have told that one of our own pages sends
//! it.

use crate::{
    ConsoleState,
    officer::{Officer, PostedBy},
};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts as _, Multipart, Request, multipart::Field,
    },
    response::Response,
};
use http::{StatusCode, header};
use kiban_services::inquiries::{FileError, FormKey, TOGETHER, Upload};
use kiban_store::Error;
use kiban_web_kit::{Fields, csrf};

/// All fields around the files together, in bytes.
const FIELDS: usize = 262_144;
/// The longest form that is read.
const LONGEST: usize = TOGETHER + FIELDS;

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
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let PostedBy { officer, fields } = PostedBy::from_request(request, state).await?;
            return Ok(Self {
                officer,
                fields,
                refused: Vec::new(),
            });
        }
        let (mut parts, body) = request.into_parts();
        let officer = Officer::from_request_parts(&mut parts, state).await?;
        let mut request = Request::from_parts(parts, body);
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > LONGEST) {
            return Err(too_long(&officer));
        }
        if csrf::sender(request.headers(), &state.own_origin) == csrf::Sender::Foreign {
            return Err(expired(&officer));
        }
        DefaultBodyLimit::max(LONGEST).apply(&mut request);
        let multipart = Multipart::from_request(request, &()).await;
        let mut multipart = multipart.map_err(|_| expired(&officer))?;
        let mut reading = Reading {
            officer: &officer,
            fields: Vec::new(),
            room: FIELDS,
            refused: Vec::new(),
        };
        loop {
            match multipart.next_field().await {
                Ok(Some(field)) => reading.take(field).await?,
                Ok(None) => break,
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Err(too_long(&officer));
                }
                Err(_) => return Err(expired(&officer)),
            }
        }
        if !reading.is_own() {
            return Err(expired(&officer));
        }
        let (fields, refused) = (Fields::of(reading.fields), reading.refused);
        Ok(Self {
            officer,
            fields,
            refused,
        })
    }
}

struct Reading<'a> {
    officer: &'a Officer,
    fields: Vec<(String, String)>,
    /// So many bytes may still come around the files.
    room: usize,
    refused: Vec<String>,
}

impl Reading<'_> {
    fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    fn is_own(&self) -> bool {
        csrf::is_token(&self.officer.token, self.get(csrf::FIELD_NAME))
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<(), Response> {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file_name) = field.file_name().map(str::to_owned) {
            return self.take_file(field, &file_name).await;
        }
        let mut bytes = Vec::new();
        while let Some(piece) = self.next(&mut field).await? {
            if bytes.len() + piece.len() > self.room {
                return Err(too_long(self.officer));
            }
            bytes.extend_from_slice(&piece);
        }
        self.room -= bytes.len();
        let text = String::from_utf8(bytes).map_err(|_| expired(self.officer))?;
        self.fields.push((name, text));
        Ok(())
    }

    async fn take_file(&mut self, mut field: Field<'_>, name: &str) -> Result<(), Response> {
        // Our pages have token and name of the form before the first file: nobody else fills the object store.
        if !self.is_own() || self.get("once").is_empty() {
            return Err(expired(self.officer));
        }
        let platform = self.officer.platform();
        let failed = |error: Error| self.officer.failed(&error);
        let mut upload = Upload::begin(platform, name).map_err(failed)?;
        while let Some(piece) = self.next(&mut field).await? {
            upload.take(&piece).map_err(failed)?;
        }
        // Browsers send a field without a file as an empty file without a name.
        if upload.is_empty() && name.is_empty() {
            return Ok(());
        }
        let name = upload.name().to_owned();
        let form = form_key(self.officer, self.get("once"));
        match upload.keep(platform, &form).await {
            Ok(()) => {}
            Err(FileError::Storage(error)) => return Err(failed(error)),
            Err(error) => self.refused.push(error.sentence(&name)),
        }
        Ok(())
    }

    async fn next(&self, field: &mut Field<'_>) -> Result<Option<axum::body::Bytes>, Response> {
        let piece = field.chunk().await;
        piece.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_long(self.officer)
            } else {
                expired(self.officer)
            }
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

fn too_long(officer: &Officer) -> Response {
    officer.say(
        StatusCode::PAYLOAD_TOO_LARGE,
        "添付ファイルが大きすぎます",
        "送信はされていません。添付できるのは、1ファイル10MB、合わせて30MBまでです。ファイルを減らすか小さくして、もう一度送信してください。",
    )
}
