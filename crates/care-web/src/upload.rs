//! Forms with a file, sent by somebody who is signed in, from one of our own pages.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    response::Response,
};
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use kiban_exchange::person_list::MAX_BYTES;
use kiban_ui::MessageKind;
use kiban_web_kit::csrf;

use crate::{
    CareState,
    answer::Message,
    form::{Fields, is_of_another_office, judge},
    visit::SignedIn,
};

/// The longest form that is kept, in bytes: the longest list and the fields around it.
const LONGEST: usize = MAX_BYTES + 65_536;
/// A longer one is read and thrown away up to here, because a browser shows an answer only after it could send everything.
const READ_PAST: usize = 64 << 20;

/// What was sent.
pub(crate) struct Uploaded {
    pub(crate) signed_in: SignedIn,
    /// The fields that are no file.
    pub(crate) form: Fields,
    /// The file in the field `file`; `None` when none was chosen.
    pub(crate) file: Option<File>,
    /// Whether it was longer than can be kept; then nothing else is here.
    pub(crate) too_large: bool,
}

/// A file as it came. No `Debug`: it holds people's data.
pub(crate) struct File {
    /// Its name in the sender's folder, without control characters.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<CareState> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, state: &CareState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed_in =
            <SignedIn as FromRequestParts<CareState>>::from_request_parts(&mut parts, state)
                .await?;
        let sender = csrf::sender(&parts.headers, &signed_in.visit.state.own_origin);
        let Some(bytes) = collect(&parts.headers, body).await else {
            return Ok(Self {
                signed_in,
                form: Fields::default(),
                file: None,
                too_large: true,
            });
        };
        let request = Request::from_parts(parts, Body::from(bytes));
        let Some((form, file)) = fields(request).await else {
            return Err(signed_in.say(Message::new(MessageKind::Unprocessable, "")));
        };
        if is_of_another_office(&form, &signed_in) {
            return Err(signed_in.say(Message::new(MessageKind::OldPage, "")));
        }
        judge(sender, &form, Some(&signed_in.token)).map_err(|message| signed_in.say(message))?;
        Ok(Self {
            signed_in,
            form,
            file,
            too_large: false,
        })
    }
}

/// The whole body; `None` when it is longer than can be kept.
async fn collect(headers: &HeaderMap, mut body: Body) -> Option<Vec<u8>> {
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let mut kept = Vec::with_capacity(announced.unwrap_or_default().min(LONGEST));
    let mut length = 0;
    // A line that breaks leaves a form that cannot be read, which is said next.
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length > READ_PAST {
            return None;
        }
        if length <= LONGEST {
            kept.extend_from_slice(data);
        } else {
            kept = Vec::new();
        }
    }
    (length <= LONGEST).then_some(kept)
}

async fn fields(request: Request) -> Option<(Fields, Option<File>)> {
    let mut multipart = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Vec::new();
    let mut file = None;
    while let Some(field) = multipart.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        let file_name = field.file_name().map(one_line);
        let bytes = field.bytes().await.ok()?;
        match file_name {
            // A browser sends an empty file without a name when none was chosen.
            Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
            Some(file_name) if name == "file" => {
                file = Some(File {
                    name: file_name,
                    bytes: bytes.to_vec(),
                });
            }
            Some(_) => {}
            None => fields.push((name, String::from_utf8(bytes.to_vec()).ok()?)),
        }
    }
    Some((Fields::of(fields), file))
}

fn one_line(name: &str) -> String {
    let shown = name.chars().filter(|it| !it.is_control());
    shown.take(80).collect()
}
