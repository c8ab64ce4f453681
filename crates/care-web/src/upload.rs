//! Forms with a file, sent by somebody who is signed in, from one of our own pages.

use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request, multipart::Field,
    },
    response::Response,
};
use kiban_domain::FileKind;
use kiban_exchange::person_list;
use kiban_services::opinions;
use kiban_ui::MessageKind;
use kiban_web_kit::csrf;

use crate::{
    CareState,
    answer::Message,
    form::{Fields, is_of_another_office, judge},
    visit::SignedIn,
};

/// A list of persons; the page of an answer sends it back as a field.
pub(crate) type UploadedList =
    Uploaded<{ person_list::MAX_BYTES }, { person_list::MAX_BYTES + FIELDS }>;
/// A file about a person.
pub(crate) type UploadedDocument = Uploaded<{ FileKind::MAX_BYTES }, FIELDS>;

/// A file of opinions; the page that shows its lines sends it back as a field, in base64.
pub(crate) type UploadedOpinions =
    Uploaded<{ opinions::FILE_MOST }, { 2 * opinions::FILE_MOST + FIELDS }>;

/// All fields around a file together, in bytes.
const FIELDS: usize = 65_536;
/// A longer form is read and thrown away up to here, because a browser shows an answer only after it could send everything.
const READ_PAST: usize = 64 << 20;

/// What was sent: a file of at most `KEPT` bytes, and at most `ROOM` bytes in the fields around it.
pub(crate) struct Uploaded<const KEPT: usize, const ROOM: usize> {
    pub(crate) signed_in: SignedIn,
    /// The fields that are no file.
    pub(crate) form: Fields,
    /// The file in the field `file`; `None` when none was chosen.
    pub(crate) file: Option<File>,
}

/// A file as it came. No `Debug`: it holds people's data.
pub(crate) struct File {
    /// Its name in the sender's folder, without control characters.
    pub(crate) name: String,
    /// What is in it; empty when it was too large.
    pub(crate) bytes: Vec<u8>,
    /// Whether it was longer than can be kept.
    pub(crate) too_large: bool,
}

impl<const KEPT: usize, const ROOM: usize> FromRequest<CareState> for Uploaded<KEPT, ROOM> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &CareState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed_in =
            <SignedIn as FromRequestParts<CareState>>::from_request_parts(&mut parts, state)
                .await?;
        let sender = csrf::sender(&parts.headers, &signed_in.visit.state.own_origin);
        let mut request = Request::from_parts(parts, body);
        // The limit of plain forms does not hold here; what is kept is counted below.
        DefaultBodyLimit::max(READ_PAST).apply(&mut request);
        let Some((form, file)) = read(request, KEPT, ROOM).await else {
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
        })
    }
}

/// The form; `None` when it is none, breaks off, or has more around the file than any page of ours.
async fn read(request: Request, kept: usize, mut room: usize) -> Option<(Fields, Option<File>)> {
    let mut multipart = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Vec::new();
    let mut file = None;
    while let Some(field) = multipart.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        room = room.checked_sub(name.len())?;
        let Some(file_name) = field.file_name().map(one_line) else {
            let (bytes, too_long) = bytes(field, room).await?;
            room = room.checked_sub(bytes.len()).filter(|_| !too_long)?;
            fields.push((name, String::from_utf8(bytes).ok()?));
            continue;
        };
        let wanted = name == "file";
        let (bytes, too_large) = bytes(field, if wanted { kept } else { 0 }).await?;
        // A browser sends an empty file without a name when none was chosen.
        let chosen = !file_name.is_empty() || !bytes.is_empty() || too_large;
        if wanted && chosen {
            file = Some(File {
                name: file_name,
                bytes,
                too_large,
            });
        }
    }
    Some((Fields::of(fields), file))
}

/// What is in a field, read to its end; nothing, and true, when it is longer than `kept`.
async fn bytes(mut field: Field<'_>, kept: usize) -> Option<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let mut too_long = false;
    while let Some(chunk) = field.chunk().await.ok()? {
        too_long = too_long || bytes.len() + chunk.len() > kept;
        if too_long {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Some((bytes, too_long))
}

fn one_line(name: &str) -> String {
    let shown = name.chars().filter(|it| !it.is_control());
    shown.take(200).collect()
}
