//! Forms with files from one of our own pages: fields are read and counted, files are handed on piece by piece.
//!
//! Our pages have their token before the first file, so nobody else has a file taken in. Source: RFC 7578.

use crate::{Fields, csrf, session::Token};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

/// All fields around the files together, in bytes.
const FIELDS: usize = 262_144;

/// Whether this is such a form; browsers send forms without files in another way.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.starts_with("multipart/form-data"))
}

/// Why a form is not read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenForm {
    /// No page of ours in this session sent it, it broke off, or it is no form.
    #[error("not sent by one of our own pages")]
    Expired,
    /// It is longer than what is read.
    #[error("too long")]
    TooLong,
}

impl From<MultipartError> for BrokenForm {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::TooLong
        } else {
            Self::Expired
        }
    }
}

/// Who takes the files of a form.
pub trait TakesFiles: Send {
    /// Takes a file in; otherwise what to answer, and nothing more is read.
    fn take(&mut self, file: FilePart<'_>) -> impl Future<Output = Result<(), Response>> + Send;

    /// What to answer to a form that is not read any further.
    fn broken(&self, why: BrokenForm) -> Response;
}

/// Reads a form whose token goes with `session` and whose files are at most `longest` bytes together.
///
/// # Errors
///
/// What to answer, as `takes` has it.
pub async fn read(
    request: Request,
    own_origin: &str,
    session: &Token,
    longest: usize,
    takes: &mut impl TakesFiles,
) -> Result<Fields, Response> {
    let multipart = begin(request, own_origin, longest).await;
    let mut multipart = multipart.map_err(|why| takes.broken(why))?;
    let (mut fields, mut room) = (Vec::new(), FIELDS);
    loop {
        let next = multipart.next_field().await;
        let Some(mut field) = next.map_err(|error| takes.broken(error.into()))? else {
            break;
        };
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            let text = text(&mut field, &mut room).await;
            fields.push((name, text.map_err(|why| takes.broken(why))?));
            continue;
        };
        if !is_own(session, &fields) {
            return Err(takes.broken(BrokenForm::Expired));
        }
        let fields = fields.as_slice();
        let file = FilePart {
            name,
            file_name,
            field,
            fields,
        };
        takes.take(file).await?;
    }
    if !is_own(session, &fields) {
        return Err(takes.broken(BrokenForm::Expired));
    }
    Ok(Fields::of(fields))
}

async fn begin(
    mut request: Request,
    own_origin: &str,
    files: usize,
) -> Result<Multipart, BrokenForm> {
    let longest = files.saturating_add(FIELDS);
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > longest) {
        return Err(BrokenForm::TooLong);
    }
    if csrf::sender(request.headers(), own_origin) == csrf::Sender::Foreign {
        return Err(BrokenForm::Expired);
    }
    DefaultBodyLimit::max(longest).apply(&mut request);
    let multipart = Multipart::from_request(request, &()).await;
    multipart.map_err(|_| BrokenForm::Expired)
}

async fn text(field: &mut Field<'_>, room: &mut usize) -> Result<String, BrokenForm> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        *room = room.checked_sub(piece.len()).ok_or(BrokenForm::TooLong)?;
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| BrokenForm::Expired)
}

/// A file of a form, not read yet.
pub struct FilePart<'a> {
    name: String,
    file_name: String,
    field: Field<'a>,
    fields: &'a [(String, String)],
}

impl FilePart<'_> {
    /// The name of its field.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name in the sender's folder, as it was sent; empty when none was chosen.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// What was typed in a field before it; empty when there was none.
    pub fn typed(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// The next piece of it; `None` at its end.
    ///
    /// # Errors
    ///
    /// See [`BrokenForm`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BrokenForm> {
        Ok(self.field.chunk().await?)
    }
}

fn is_own(session: &Token, fields: &[(String, String)]) -> bool {
    let sent = fields.iter().find(|(field, _)| field == csrf::FIELD_NAME);
    sent.is_some_and(|(_, token)| csrf::is_token(session, token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, response::IntoResponse as _};

    const BOUNDARY: &str = "b";

    fn of(letter: char) -> Token {
        Token::parse(&format!("{}A", String::from_iter([letter; 42]))).unwrap()
    }

    /// A form of parts, each with its name, the name of its file if it is one, and its content.
    fn request(parts: &[(&str, Option<&str>, &str)]) -> Request {
        let mut body = String::new();
        for (name, file, content) in parts {
            let file = file.map_or(String::new(), |it| format!("; filename=\"{it}\""));
            let head = format!("Content-Disposition: form-data; name=\"{name}\"{file}");
            body.extend(["--", BOUNDARY, "\r\n", &head, "\r\n\r\n", content, "\r\n"]);
        }
        body.extend(["--", BOUNDARY, "--\r\n"]);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = http::Request::post("/").header(header::CONTENT_TYPE, kind);
        request.body(Body::from(body)).unwrap()
    }

    /// What came of it: 403 and 413 stand for the two ways in which a form is broken.
    async fn read_parts(
        parts: &[(&str, Option<&str>, &str)],
        session: &Token,
    ) -> Result<(Fields, Vec<(String, Vec<u8>)>), StatusCode> {
        let request = request(parts);
        assert!(is_multipart(request.headers()));
        let mut kept = Kept::default();
        let fields = read(request, "https://care.example", session, 1_000, &mut kept).await;
        Ok((fields.map_err(|it| it.status())?, kept.0))
    }

    #[derive(Default)]
    struct Kept(Vec<(String, Vec<u8>)>);

    impl TakesFiles for Kept {
        async fn take(&mut self, mut file: FilePart<'_>) -> Result<(), Response> {
            assert_eq!(file.typed("subject"), "件名");
            let mut bytes = Vec::new();
            while let Some(piece) = file.chunk().await.map_err(|why| self.broken(why))? {
                bytes.extend_from_slice(&piece);
            }
            self.0.push((file.file_name().to_owned(), bytes));
            Ok(())
        }

        fn broken(&self, why: BrokenForm) -> Response {
            match why {
                BrokenForm::Expired => StatusCode::FORBIDDEN.into_response(),
                BrokenForm::TooLong => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            }
        }
    }

    #[tokio::test]
    async fn fields_and_files_come_as_they_were_sent() {
        let session = of('A');
        let token = csrf::token(&session);
        let parts = [
            ("csrf", None, token.as_str()),
            ("subject", None, "件名"),
            ("file", Some("見積.pdf"), "%PDF"),
            ("file", Some(""), ""),
            ("after", None, "後"),
        ];
        let (fields, files) = read_parts(&parts, &session).await.unwrap();
        assert_eq!(fields.get("after"), "後");
        let wanted = [
            ("見積.pdf".to_owned(), b"%PDF".to_vec()),
            (String::new(), Vec::new()),
        ];
        assert_eq!(files, wanted);
    }

    #[tokio::test]
    async fn a_file_before_the_token_or_with_anothers_is_not_read() {
        let session = of('A');
        let (token, foreign) = (csrf::token(&session), csrf::token(&of('B')));
        let file = ("file", Some("a.pdf"), "%PDF");
        for parts in [
            vec![file, ("csrf", None, token.as_str())],
            vec![("csrf", None, foreign.as_str()), file],
            vec![("subject", None, "件名")],
        ] {
            let refused = read_parts(&parts, &session).await.unwrap_err();
            assert_eq!(refused, StatusCode::FORBIDDEN, "{parts:?}");
        }
    }

    #[tokio::test]
    async fn what_is_too_long_is_not_read_to_its_end() {
        let session = of('A');
        let token = csrf::token(&session);
        let (long, longer) = ("あ".repeat(FIELDS / 3 + 1), "a".repeat(FIELDS + 1_500));
        let csrf = ("csrf", None, token.as_str());
        for part in [
            ("subject", None, long.as_str()),
            ("file", Some("a"), longer.as_str()),
        ] {
            let refused = read_parts(&[csrf, ("subject", None, "件名"), part], &session).await;
            let refused = refused.unwrap_err();
            assert_eq!(refused, StatusCode::PAYLOAD_TOO_LARGE, "{}", part.0);
        }
    }
}
