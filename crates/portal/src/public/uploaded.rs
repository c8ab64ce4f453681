//! Forms with files below `/contact`: each file streams into the object store, after the fields before it have told that one of our
//! own pages in this browser sends it.

use super::{
    answer, failed,
    posted::{Posted, expired, form_key, posted},
};
use crate::{PortalState, start::address};
use axum::{
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::Response,
};
use http::{StatusCode, header};
use kiban_portal_ui::{Link, MessagePage, Section};
use kiban_services::inquiries::{self, FileError, Sender, TOGETHER, Upload};
use kiban_services::portal_users::From;
use kiban_store::Error;
use kiban_web_kit::{Fields, PeerAddr, agent, csrf, entry, session::Token};

/// All fields around the files together, in bytes.
const FIELDS: usize = 262_144;
/// The longest form that is read.
const LONGEST: usize = TOGETHER + FIELDS;

/// A form as it was sent, and what is to be said about files that were not kept.
pub(super) struct Uploaded {
    pub(super) posted: Posted,
    /// A sentence each, in the order of the files.
    pub(super) refused: Vec<String>,
}

/// Reads a form with or without files; otherwise what to answer. Files that are taken wait for the form afterwards.
pub(super) async fn uploaded(
    state: &PortalState,
    peer: PeerAddr,
    request: Request,
) -> Result<Uploaded, Response> {
    let headers = request.headers();
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let posted = posted(state, peer, request).await?;
        return Ok(Uploaded {
            posted,
            refused: Vec::new(),
        });
    }
    let address = address(state, peer, headers);
    let agent = agent::words(headers);
    let request_id = request.extensions().get().copied().unwrap_or_default();
    let entry = entry::of(headers).ok_or_else(|| expired(state))?;
    let sender = Sender::Visitor(address.clone());
    let (fields, refused) = parts(state, request, entry.clone(), sender).await?;
    Ok(Uploaded {
        posted: Posted {
            entry,
            from: From {
                address: address.clone(),
                agent,
            },
            address,
            request_id,
            fields,
        },
        refused,
    })
}

/// Reads a form with files whose token goes with `token`: its fields, and what is to be said about files that were not kept.
pub(crate) async fn parts(
    state: &PortalState,
    mut request: Request,
    token: Token,
    sender: Sender,
) -> Result<(Fields, Vec<String>), Response> {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LONGEST) {
        return Err(too_long(state));
    }
    if csrf::sender(headers, &state.own_origin) == csrf::Sender::Foreign {
        return Err(expired(state));
    }
    DefaultBodyLimit::max(LONGEST).apply(&mut request);
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|_| expired(state))?;
    let mut form = Reading {
        state,
        sender,
        entry: token,
        fields: Vec::new(),
        room: FIELDS,
        refused: Vec::new(),
    };
    loop {
        match multipart.next_field().await {
            Ok(Some(field)) => form.take(field).await?,
            Ok(None) => break,
            Err(error) => return Err(broken(state, &error)),
        }
    }
    if !form.is_own() {
        return Err(expired(state));
    }
    Ok((Fields::of(form.fields), form.refused))
}

struct Reading<'a> {
    state: &'a PortalState,
    sender: Sender,
    entry: Token,
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

    /// Whether one of our own pages in this browser sent what has come so far.
    fn is_own(&self) -> bool {
        csrf::is_token(&self.entry, self.get(csrf::FIELD_NAME))
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<(), Response> {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file_name) = field.file_name().map(str::to_owned) {
            return self.take_file(field, &file_name).await;
        }
        let mut bytes = Vec::new();
        while let Some(piece) = self.next(&mut field).await? {
            if bytes.len() + piece.len() > self.room {
                return Err(too_long(self.state));
            }
            bytes.extend_from_slice(&piece);
        }
        self.room -= bytes.len().min(self.room);
        let text = String::from_utf8(bytes).map_err(|_| expired(self.state))?;
        self.fields.push((name, text));
        Ok(())
    }

    async fn take_file(&mut self, mut field: Field<'_>, name: &str) -> Result<(), Response> {
        // Our pages have token and name of the form before the first file: nobody else fills the object store.
        if !self.is_own() || self.get("once").is_empty() {
            return Err(expired(self.state));
        }
        let platform = &self.state.platform;
        let failed = |error: Error| failed(self.state, &error);
        let mut upload = Upload::begin(platform, name).map_err(failed)?;
        while let Some(piece) = self.next(&mut field).await? {
            upload.take(&piece).map_err(failed)?;
        }
        // Browsers send a field without a file as an empty file without a name.
        if upload.is_empty() && name.is_empty() {
            return Ok(());
        }
        let name = upload.name().to_owned();
        let admitted = inquiries::admit_file(platform, &self.sender).await;
        if admitted.map_err(failed)?.is_err() {
            self.refused.push(format!(
                "{name}は、続けて多くのファイルを受け取ったため、添付できませんでした。しばらく待ってから、もう一度選んでください"
            ));
            return Ok(());
        }
        let form = form_key(&self.entry, self.get("once"));
        match upload.keep(platform, &form).await {
            Ok(()) => {}
            Err(FileError::Storage(error)) => return Err(failed(error)),
            Err(error) => self.refused.push(error.sentence(&name)),
        }
        Ok(())
    }

    async fn next(&self, field: &mut Field<'_>) -> Result<Option<Bytes>, Response> {
        let piece = field.chunk().await;
        piece.map_err(|error| broken(self.state, &error))
    }
}

fn broken(state: &PortalState, error: &MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_long(state)
    } else {
        expired(state)
    }
}

fn too_long(state: &PortalState) -> Response {
    let page = MessagePage {
        frame: state.portal_frame().of(Section::Contact),
        title: "添付ファイルが大きすぎます".into(),
        advice: "送信はされていません。添付できるのは、1ファイル10MB、合わせて30MBまでです。ファイルを減らすか小さくして、もう一度送信してください。".into(),
        reference: String::new(),
        next: Link::new("/contact/form", "お問い合わせフォームへ戻る"),
    };
    answer(StatusCode::PAYLOAD_TOO_LARGE, "no-store", &page)
}
