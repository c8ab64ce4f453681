//! The body of a sending: a document, a file of the 医見書, or a form with one of them and a PDF.
//!
//! No more is held of anything than may be kept: a PDF of 40 MB is refused when its announced length is seen, or when its 10 MB are over.

use super::problems::{csv_problem, json_problem, pdf_problem};
use crate::{answer::query, items, transfers::key_of};
use axum::extract::{
    DefaultBodyLimit, FromRequest as _, Multipart, Request,
    multipart::{Field, MultipartError},
};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use kiban_domain::{FileKind, UnfitFile, opinion::Opinion};
use kiban_exchange::opinion::{
    MAX_CSV_BYTES, MAX_JSON_BYTES, ReadCsv, UnreadableCsv, UnreadableJson, editions, read_csv,
    read_json,
};
use kiban_web_kit::{Problem, body::read_request};
use serde::Deserialize;

/// Around the parts of a form: boundaries, heads, and a day.
const AROUND: usize = 64 << 10;

/// What is sent.
pub(crate) enum Content {
    /// One document.
    Document(Box<Opinion>),
    /// A file of the 医見書, all of whose lines could be split.
    Csv(ReadCsv),
}

/// A sending. No `Debug`: it is about a person.
pub(crate) struct Incoming {
    /// The document or the file.
    pub(crate) content: Content,
    /// The PDF beside it.
    pub(crate) pdf: Option<Vec<u8>>,
    /// Whether the PDF is the opinion, and the document only its key items.
    pub(crate) pdf_only: bool,
    /// The sender's name of this act.
    pub(crate) key: Option<String>,
    /// The day on which a paper came, as typed.
    pub(crate) received_on: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendQuery {
    content: Option<String>,
}

impl Incoming {
    /// Reads a sending.
    ///
    /// # Errors
    ///
    /// 413 by the name of what is too long, 415 for other kinds, 400 when it breaks off, 422 for what is no opinion.
    pub(crate) async fn read(request: Request) -> Result<Self, Problem> {
        let asked: SendQuery = query(request.uri())?;
        let pdf_only = match asked.content.as_deref() {
            None => false,
            Some("pdf") => true,
            Some(_) => {
                return Err(items::invalid(
                    "content",
                    "content に指定できるのは pdf（PDFだけを送るとき）です。",
                ));
            }
        };
        let key = key_of(request.headers())?;
        let mut incoming = match essence(request.headers()).as_str() {
            "application/json" => Self::of(Content::Document(json_document(request).await?)),
            "text/csv" => Self::of(csv(&body(request, MAX_CSV_BYTES, csv_too_large).await?)?),
            "multipart/form-data" => form(request).await?,
            "application/pdf" => return Err(pdf_without_items()),
            _ => {
                return Err(Problem::unsupported_media_type(
                    "application/json、text/csv、multipart/form-data のどれか",
                ));
            }
        };
        if pdf_only && incoming.pdf.is_none() {
            return Err(pdf_without_items());
        }
        (incoming.pdf_only, incoming.key) = (pdf_only, key);
        Ok(incoming)
    }

    fn of(content: Content) -> Self {
        Self {
            content,
            pdf: None,
            pdf_only: false,
            key: None,
            received_on: None,
        }
    }
}

/// The one document of a body.
///
/// # Errors
///
/// As [`Incoming::read`].
pub(crate) async fn json_document(request: Request) -> Result<Box<Opinion>, Problem> {
    if essence(request.headers()) != "application/json" {
        return Err(Problem::unsupported_media_type("application/json"));
    }
    let too_large = || json_problem(&UnreadableJson::TooLarge);
    document(&body(request, MAX_JSON_BYTES, too_large).await?)
}

fn document(bytes: &[u8]) -> Result<Box<Opinion>, Problem> {
    let read = read_json(bytes, editions());
    read.map(Box::new).map_err(|error| json_problem(&error))
}

fn csv(bytes: &[u8]) -> Result<Content, Problem> {
    read_csv(bytes).map(Content::Csv).map_err(csv_problem)
}

fn csv_too_large() -> Problem {
    csv_problem(UnreadableCsv::TooLarge)
}

async fn body(
    request: Request,
    most: usize,
    too_large: fn() -> Problem,
) -> Result<bytes::Bytes, Problem> {
    let read = read_request(request, most).await;
    read.map_err(|problem| {
        if problem.status == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            problem
        }
    })
}

/// Reads the parts `opinion`, `pdf` and `received_on`, in any order.
async fn form(request: Request) -> Result<Incoming, Problem> {
    let longest = FileKind::MAX_BYTES + MAX_JSON_BYTES + AROUND;
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > longest) {
        return Err(pdf_problem(UnfitFile::TooLarge));
    }
    // The reader of forms takes whatever is there, so the bounds of the parts alone would not keep it from holding all of it.
    let mut request = request;
    DefaultBodyLimit::max(longest).apply(&mut request);
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| unreadable())?;
    let (mut content, mut pdf, mut received_on) = (None, None, None);
    while let Some(field) = multipart.next_field().await.map_err(|it| broken(&it))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "opinion" if content.is_none() => content = Some(opinion(field).await?),
            "pdf" if pdf.is_none() => {
                let too_large = || pdf_problem(UnfitFile::TooLarge);
                pdf = Some(whole(field, FileKind::MAX_BYTES, too_large).await?);
            }
            "received_on" if received_on.is_none() => {
                let too_large = || items::invalid("received_on", "日付が長すぎます。");
                let bytes = whole(field, 100, too_large).await?;
                received_on = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            "opinion" | "pdf" | "received_on" => return Err(unexpected("二度あります")),
            _ => return Err(unexpected("使えないものがあります")),
        }
    }
    let Some(content) = content else {
        return Err(if pdf.is_some() {
            pdf_without_items()
        } else {
            items::invalid(
                "opinion",
                "意見書を opinion という部分に入れて送ってください。",
            )
        });
    };
    Ok(Incoming {
        pdf,
        received_on,
        ..Incoming::of(content)
    })
}

async fn opinion(field: Field<'_>) -> Result<Content, Problem> {
    let kind = field.content_type().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
    match kind.as_str() {
        "text/csv" => csv(&whole(field, MAX_JSON_BYTES, csv_too_large).await?),
        "" | "application/json" => {
            let too_large = || json_problem(&UnreadableJson::TooLarge);
            let bytes = whole(field, MAX_JSON_BYTES, too_large).await?;
            document(&bytes).map(Content::Document)
        }
        _ => Err(Problem::unsupported_media_type(
            "opinion の部分で application/json か text/csv",
        )),
    }
}

async fn whole(
    mut field: Field<'_>,
    most: usize,
    too_large: fn() -> Problem,
) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|it| broken(&it))? {
        if bytes.len() + piece.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn essence(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let essence = kind.and_then(|it| it.split(';').next()).unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        pdf_problem(UnfitFile::TooLarge)
    } else {
        unreadable()
    }
}

fn unreadable() -> Problem {
    Problem::bad_request(
        "multipart/form-data として読めないか、受信が途中で切れました。何も保存していません。もう一度送ってください。",
    )
}

fn unexpected(what: &str) -> Problem {
    Problem::bad_request(format!(
        "multipart/form-data の部分に{what}。使えるのは opinion、pdf、received_on が一つずつです。"
    ))
}

/// 422: whose a PDF is, and who may read it, has to be typed.
fn pdf_without_items() -> Problem {
    Problem::unprocessable(
        "pdf_without_items",
        "PDFだけでは受け付けられません。multipart/form-data の opinion に記入日・氏名・生年月日・性別・同意を、pdf にPDFを入れ、アドレスに ?content=pdf を付けて送ってください。",
    )
    .with("item", "opinion")
}
