//! `PUT /v1/transfers/{file_name}`: one file, whole.

use super::accept::{Sent, accept, announced, key_of, known_encoding};
use crate::{
    answer::Answer,
    caller::System,
    receiving::{announced_sha256, receive},
    router::ConnectState,
};
use axum::extract::{Path, Request, State};
use http::{HeaderMap, header::CONTENT_TYPE};
use kiban_exchange::municipal::Encoding;
use kiban_web_kit::Problem;

pub(crate) async fn put(
    system: System,
    State(state): State<ConnectState>,
    Path(file_name): Path<String>,
    request: Request,
) -> Answer {
    let name = announced(system.insurer()?, &file_name)?;
    let (parts, body) = request.into_parts();
    let encoding = encoding_of(&parts.headers)?;
    let key = key_of(&parts.headers)?;
    let expected = announced_sha256(&parts.headers)?;
    let content = receive(&state, &parts.headers, body, state.transfer_max_bytes).await?;
    content.expect(expected.as_deref())?;
    accept(
        &state,
        &system,
        Sent {
            name,
            encoding,
            content,
            key,
        },
    )
    .await
}

/// From `Content-Type`; UTF-8 where it says nothing. The kind of rows is in the file's name.
fn encoding_of(headers: &HeaderMap) -> Result<Encoding, Problem> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(Encoding::Utf8);
    };
    let text = value.to_str().unwrap_or("");
    let mut pieces = text.split(';');
    let essence = pieces.next().unwrap_or("").trim().to_ascii_lowercase();
    let known = [
        "text/csv",
        "application/x-ndjson",
        "application/jsonl",
        "application/octet-stream",
    ];
    let charset = pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.to_owned())
    });
    let encoding = charset
        .as_deref()
        .map_or(Some(Encoding::Utf8), known_encoding);
    match encoding {
        Some(encoding) if known.contains(&essence.as_str()) => Ok(encoding),
        _ => Err(Problem::unsupported_media_type(
            "text/csv（charset は utf-8 または windows-31j）か application/x-ndjson",
        )),
    }
}
