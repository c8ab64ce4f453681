//! Streams a body into the object store: a few chunks in memory, whatever its size, and nothing kept of a body that
//! breaks off.

use crate::{answer::storage, items::invalid, router::ConnectState};
use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use kiban_store::StagedObject;
use kiban_web_kit::Problem;
use std::{
    fs::File,
    io::{self, Read as _, Write as _},
};
use tokio::sync::mpsc;

/// Chunks between the network and the disk. Each is at most some 100 KiB.
const CHUNKS: usize = 8;

/// A content that lies whole on the disk but has no name yet, so that it can still be refused; dropped, it leaves nothing
/// behind.
pub(crate) struct Received {
    object: StagedObject,
    /// SHA-256, hexadecimal.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) size_bytes: i64,
}

impl Received {
    /// Takes digest and size from the object, which hashed the bytes as they came.
    fn of(object: StagedObject) -> Self {
        Self {
            sha256: object.sha256(),
            size_bytes: i64::try_from(object.size()).unwrap_or(i64::MAX),
            object,
        }
    }

    /// Refuses a content that is not what the sender meant to send.
    ///
    /// # Errors
    ///
    /// 422 `digest_mismatch`.
    pub(crate) fn expect(&self, sha256: Option<&str>) -> Result<(), Problem> {
        match sha256 {
            Some(expected) if !expected.eq_ignore_ascii_case(&self.sha256) => {
                Err(Problem::unprocessable(
                    "digest_mismatch",
                    "届いた内容が、示されたSHA-256と一致しません。途中で壊れた可能性があります。もう一度送ってください。",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Gives the content its name and makes it durable.
    pub(crate) async fn publish(self) -> Result<String, Problem> {
        blocking(move || self.object.publish()).await
    }
}

/// Receives a body of at most `limit` bytes.
///
/// # Errors
///
/// 413 `too_large`, 400 `bad_request` when the body breaks off, 500 when the disk fails.
pub(crate) async fn receive(
    state: &ConnectState,
    headers: &HeaderMap,
    body: Body,
    limit: u64,
) -> Result<Received, Problem> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let object = stage(state)?;
    let (sender, chunks) = mpsc::channel(CHUNKS);
    let writer = tokio::task::spawn_blocking(move || write_all(object, chunks));
    let sent = send_all(body, limit, sender).await;
    let received = writer
        .await
        .map_err(|error| failed(&io::Error::other(error)))?;
    // A broken body wins: the writer saw no more than an early end.
    sent?;
    received.map_err(|error| failed(&error))
}

/// Puts parts together in the given order.
pub(crate) async fn join(state: &ConnectState, parts: Vec<String>) -> Result<Received, Problem> {
    let object = stage(state)?;
    let objects = state.platform.objects.clone();
    blocking(move || {
        let mut object = object;
        let mut buffer = vec![0; 256 * 1024];
        for part in parts {
            let mut file: File = objects.open_content(&part)?;
            loop {
                let length = file.read(&mut buffer)?;
                if length == 0 {
                    break;
                }
                object.write_all(&buffer[..length])?;
            }
        }
        Ok(Received::of(object))
    })
    .await
}

/// The SHA-256 that the sender says the body has: `X-Content-SHA256` (hexadecimal) or `Content-Digest` (RFC 9530).
///
/// # Errors
///
/// 422 `invalid_item` for a header that cannot be read: ignoring it would promise a check that nobody makes.
pub(crate) fn announced_sha256(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("").trim().to_owned())
    };
    if let Some(hexadecimal) = text("x-content-sha256") {
        return hex64(&hexadecimal).map(Some);
    }
    let Some(list) = text("content-digest") else {
        return Ok(None);
    };
    let Some(encoded) = list
        .split(',')
        .find_map(|one| one.trim().strip_prefix("sha-256=:")?.strip_suffix(':'))
    else {
        // Other algorithms may be there for others to check.
        return Ok(None);
    };
    STANDARD
        .decode(encoded)
        .map_err(|_| bad_sha256())
        .and_then(|bytes| hex64(&hex::encode(bytes)))
        .map(Some)
}

/// Sixty-four hexadecimal digits.
pub(crate) fn hex64(text: &str) -> Result<String, Problem> {
    let fits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
        .ok_or_else(bad_sha256)
}

fn bad_sha256() -> Problem {
    invalid(
        "sha256",
        "SHA-256 を読み取れません。16進64桁（Content-Digest では base64）で指定してください。",
    )
}

/// Runs file work where it may wait.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> kiban_store::Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(|error| storage(&error)),
        Err(error) => Err(failed(&io::Error::other(error))),
    }
}

fn stage(state: &ConnectState) -> Result<StagedObject, Problem> {
    state
        .platform
        .objects
        .stage(&state.platform.id().simple().to_string())
        .map_err(|error| storage(&error))
}

async fn send_all(mut body: Body, limit: u64, chunks: mpsc::Sender<Bytes>) -> Result<(), Problem> {
    let mut size = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Problem::bad_request(
                "内容の受信が途中で切れました。何も保存していません。もう一度送ってください。",
            ));
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        size += data.len() as u64;
        if size > limit {
            return Err(too_large(limit));
        }
        if chunks.send(data).await.is_err() {
            // The disk failed; the writer's own error says how.
            return Ok(());
        }
    }
    Ok(())
}

fn too_large(limit: u64) -> Problem {
    Problem::too_large(usize::try_from(limit).unwrap_or(usize::MAX))
}

fn failed(error: &io::Error) -> Problem {
    tracing::error!(%error, "a body could not be kept");
    Problem::internal()
}

fn write_all(mut object: StagedObject, mut chunks: mpsc::Receiver<Bytes>) -> io::Result<Received> {
    while let Some(chunk) = chunks.blocking_recv() {
        object.write_all(&chunk)?;
    }
    Ok(Received::of(object))
}
