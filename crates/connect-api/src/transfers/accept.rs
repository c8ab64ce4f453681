//! What a whole file and a file in parts have in common: its name before anything is read, and its acceptance after.

use crate::{
    answer::{Answer, located, not_an_insurer, storage, written},
    caller::System,
    receiving::Received,
    router::ConnectState,
    wire::TransferAccepted,
};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kiban_domain::InsurerNumber;
use kiban_exchange::municipal::{Encoding, FileName, InvalidFileName};
use kiban_services::intake::{self, Accepted, Incoming, ReceiveError, SUPPORTED};
use kiban_store::repo::answers::{self, AnswerRow};
use kiban_web_kit::Problem;
use ring::digest::{SHA256, digest};

/// The longest Idempotency-Key, in characters.
const KEY_MAX: usize = 200;

/// A file that has come whole.
pub(crate) struct Sent {
    pub(crate) name: FileName,
    pub(crate) encoding: Encoding,
    pub(crate) content: Received,
    pub(crate) key: Option<String>,
}

/// Parses the name of a file that is about to be sent, refusing before the body is read what would be refused after.
pub(crate) fn announced(insurer_no: InsurerNumber, file_name: &str) -> Result<FileName, Problem> {
    let name: FileName = file_name.parse().map_err(bad_file_name)?;
    if name.insurer != insurer_no {
        return Err(problem(&ReceiveError::OtherInsurer));
    }
    if !SUPPORTED.contains(&name.set) {
        return Err(problem(&ReceiveError::UnsupportedSet));
    }
    Ok(name)
}

/// The encoding with this name.
pub(crate) fn known_encoding(name: &str) -> Option<Encoding> {
    match name.trim().trim_matches('"').to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(Encoding::Utf8),
        "shift_jis" | "shift-jis" | "sjis" | "windows-31j" | "ms932" | "cp932" => {
            Some(Encoding::Ms932)
        }
        _ => None,
    }
}

/// The Idempotency-Key of a request.
pub(crate) fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or("").trim();
    if key.is_empty() || key.len() > KEY_MAX {
        return Err(crate::items::invalid(
            "idempotency-key",
            "Idempotency-Key は1文字以上200文字以内の英数字と記号で指定してください。",
        ));
    }
    Ok(Some(key.to_owned()))
}

/// Accepts a file and wakes the worker; with a key, the same request gets the same answer again.
pub(crate) async fn accept(state: &ConnectState, system: &System, sent: Sent) -> Answer {
    let request = (&sent.name, sent.encoding, sent.content.sha256.as_str());
    if let Some(answer) = repeated(state, system, sent.key.as_deref(), request).await? {
        return Ok(answer);
    }
    let request_hash = hash(request);
    let size_bytes = sent.content.size_bytes;
    let content = sent.content.publish().await?;
    let incoming = Incoming {
        name: sent.name,
        encoding: sent.encoding,
        content,
        size_bytes,
    };
    let accepted = intake::receive(&state.platform, &system.context, incoming)
        .await
        .map_err(|error| problem(&error))?;
    state.intake_wake.notify_one();
    let body = body(accepted);
    let text = serde_json::to_string(&body).map_err(|_| Problem::internal())?;
    if let Some(key) = sent.key {
        let answer = AnswerRow {
            request_hash,
            status: 202,
            body: text.clone(),
        };
        keep_answer(state, system.client.organisation().to_owned(), key, answer).await?;
    }
    Ok(answer(&body.id, text))
}

/// What makes two requests with one key the same: name, encoding, and the content's SHA-256.
type Request<'a> = (&'a FileName, Encoding, &'a str);

/// The answer that the same request with this key got before, if any.
///
/// # Errors
///
/// 422 `idempotency_key_reused` when another request had the key.
pub(crate) async fn repeated(
    state: &ConnectState,
    system: &System,
    key: Option<&str>,
    request: Request<'_>,
) -> Result<Option<Response>, Problem> {
    let Some(key) = key else { return Ok(None) };
    match find_answer(state, system.client.organisation(), key).await? {
        Some(earlier) => repeat(&earlier, &hash(request)).map(Some),
        None => Ok(None),
    }
}

fn body(accepted: Accepted) -> TransferAccepted {
    TransferAccepted {
        id: accepted.transfer.transfer_id.to_string(),
        state: accepted.transfer.state.as_str().to_owned(),
        file_name: accepted.transfer.file_name,
        already: accepted.already,
    }
}

fn answer(id: &str, text: String) -> Response {
    located(
        written(StatusCode::ACCEPTED, text),
        &format!("/v1/transfers/{id}"),
    )
}

fn hash((name, encoding, sha256): Request<'_>) -> Vec<u8> {
    let encoding = match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Ms932 => "ms932",
    };
    let request = format!("transfer\n{name}\n{encoding}\n{sha256}");
    digest(&SHA256, request.as_bytes()).as_ref().to_vec()
}

async fn find_answer(
    state: &ConnectState,
    organisation: &str,
    key: &str,
) -> Result<Option<AnswerRow>, Problem> {
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    answers::find(&mut work, organisation, key)
        .await
        .map_err(|error| storage(&error))
}

async fn keep_answer(
    state: &ConnectState,
    organisation: String,
    key: String,
    row: AnswerRow,
) -> Result<(), Problem> {
    let now = state.platform.now();
    let kept = state.platform.store.write(move |work| {
        Box::pin(async move { answers::keep(work, &organisation, &key, &row, now).await })
    });
    kept.await
        .map_err(|error: kiban_store::Error| storage(&error))
}

fn repeat(earlier: &AnswerRow, request_hash: &[u8]) -> Answer {
    if earlier.request_hash != request_hash {
        return Err(Problem::unprocessable(
            "idempotency_key_reused",
            "同じ Idempotency-Key で別の内容が送られました。新しいファイルには新しいキーを付けてください。",
        ));
    }
    let accepted: TransferAccepted = serde_json::from_str(&earlier.body).map_err(|error| {
        tracing::error!(%error, "a kept answer does not parse");
        Problem::internal()
    })?;
    Ok(answer(&accepted.id, earlier.body.clone()))
}

fn bad_file_name(error: InvalidFileName) -> Problem {
    let part = match error {
        InvalidFileName::Shape => "shape",
        InvalidFileName::Insurer => "insurer_no",
        InvalidFileName::Set => "dataset",
        InvalidFileName::Mode => "mode",
        InvalidFileName::BaseDate => "base_date",
        InvalidFileName::Serial => "serial",
        InvalidFileName::Extension => "extension",
    };
    Problem::unprocessable("file_name", error.message()).with("item", part)
}

fn problem(error: &ReceiveError) -> Problem {
    let forbidden = |code, detail| {
        Problem::new(
            StatusCode::FORBIDDEN,
            code,
            "この操作は許可されていません",
            detail,
        )
    };
    match error {
        ReceiveError::OtherInsurer => forbidden(
            "other_insurer",
            "ファイル名の保険者番号が、証明書の保険者と異なります。自保険者のファイルだけを送信できます。",
        ),
        ReceiveError::UnknownInsurer => forbidden(
            "unknown_insurer",
            "この保険者は基盤に登録されていません。運営窓口に登録を依頼してください。",
        ),
        ReceiveError::UnsupportedSet => Problem::unprocessable(
            "unsupported_set",
            "このデータ種別は、この経路では受け付けていません。レイアウト表で種別を確かめてください。",
        ),
        ReceiveError::FutureBaseDate => Problem::unprocessable(
            "future_base_date",
            "基準日が未来の日付です。ファイル名の基準日を確かめてください。",
        ),
        ReceiveError::OldBaseDate => Problem::conflict(
            "old_base_date",
            "基準日が、前回のファイルより前です。新しい基準日で作り直して送信してください。",
        ),
        ReceiveError::Gap { expected } => Problem::conflict(
            "serial_gap",
            format!("連番が続いていません。次は {expected:04} 番です。抜けたファイルを先に送信してください。"),
        )
        .with("expected", *expected),
        ReceiveError::SerialConflict { transfer_id } => Problem::conflict(
            "serial_conflict",
            "同じ連番で別の内容をすでに受け付けています。次の連番を付けて送信してください。",
        )
        .with("transfer_id", transfer_id.to_string()),
        ReceiveError::NotTheInsurer => not_an_insurer(),
        ReceiveError::NotHeld => super::confirm::not_held(),
        ReceiveError::Storage(error) => storage(error),
    }
}
