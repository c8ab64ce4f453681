//! `POST /v1/uploads/{file_name}/complete`: puts the parts together and accepts the file as if it had come whole.

use super::{PARTS_MAX, parts};
use crate::{
    answer::{Answer, storage},
    caller::System,
    items,
    receiving::{hex64, join},
    router::ConnectState,
    transfers::{Sent, accept, announced, key_of, known_encoding, repeated},
    wire::CompleteRequest,
};
use axum::extract::{Path, State};
use http::HeaderMap;
use kiban_exchange::municipal::Encoding;
use kiban_store::repo::uploads::{self, PartRow};
use kiban_web_kit::{ApiJson, Problem};

pub(crate) async fn complete(
    system: System,
    State(state): State<ConnectState>,
    Path(file_name): Path<String>,
    headers: HeaderMap,
    ApiJson(request): ApiJson<CompleteRequest>,
) -> Answer {
    let name = announced(system.insurer()?, &file_name)?;
    let key = key_of(&headers)?;
    let sha256 = hex64(&request.sha256)?;
    let encoding = request
        .encoding
        .as_deref()
        .map_or(Some(Encoding::Utf8), known_encoding);
    let encoding = encoding.ok_or_else(|| {
        items::invalid(
            "encoding",
            "文字コードは utf-8 または ms932 で指定してください。",
        )
    })?;
    // A repeated request finds its parts gone, so its answer is looked for first.
    if let Some(answer) =
        repeated(&state, &system, key.as_deref(), (&name, encoding, &sha256)).await?
    {
        return Ok(answer);
    }
    let rows = whole(
        parts(&state, &system, &name.to_string()).await?,
        request.parts,
    )?;
    let size: i64 = rows.iter().map(|row| row.size_bytes).sum();
    if u64::try_from(size).unwrap_or(0) > state.transfer_max_bytes {
        return Err(Problem::too_large(
            usize::try_from(state.transfer_max_bytes).unwrap_or(usize::MAX),
        ));
    }
    let content = join(&state, rows.into_iter().map(|row| row.content).collect()).await?;
    content.expect(Some(&sha256))?;
    let answer = accept(
        &state,
        &system,
        Sent {
            name,
            encoding,
            content,
            key,
        },
    )
    .await?;
    let (organisation, file_name) = (system.client.organisation().to_owned(), name.to_string());
    let cleared = state.platform.store.write(move |work| {
        Box::pin(async move { uploads::clear_parts(work, &organisation, &file_name).await })
    });
    cleared
        .await
        .map_err(|error: kiban_store::Error| storage(&error))?;
    Ok(answer)
}

/// The first `count` parts, none of them missing.
fn whole(rows: Vec<PartRow>, count: i64) -> Result<Vec<PartRow>, Problem> {
    if !(1..=PARTS_MAX).contains(&count) {
        return Err(items::invalid(
            "parts",
            "部分の数は1から10000までで指定してください。",
        ));
    }
    let missing = (1..=count).find(|number| !rows.iter().any(|row| row.part_no == *number));
    match missing {
        Some(part) => Err(Problem::conflict(
            "part_missing",
            format!(
                "{part} 番目の部分が届いていません。送ってから、もう一度完了を送信してください。"
            ),
        )
        .with("part", part)),
        None => Ok(rows
            .into_iter()
            .filter(|row| row.part_no <= count)
            .collect()),
    }
}
