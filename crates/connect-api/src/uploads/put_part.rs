//! `PUT /v1/uploads/{file_name}/parts/{part}`: the same part again replaces the earlier one.

use super::{PARTS_MAX, response};
use crate::{
    answer::{Answer, json, storage},
    caller::System,
    items,
    receiving::{announced_sha256, receive},
    router::ConnectState,
    transfers::announced,
};
use axum::extract::{Path, Request, State};
use http::StatusCode;
use kiban_store::repo::uploads::{self, PartRow};

pub(crate) async fn put_part(
    system: System,
    State(state): State<ConnectState>,
    Path((file_name, part)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let name = announced(system.insurer()?, &file_name)?;
    let part_no = part
        .parse()
        .ok()
        .filter(|number| (1..=PARTS_MAX).contains(number));
    let part_no = part_no
        .ok_or_else(|| items::invalid("part", "部分の番号は1から10000までで指定してください。"))?;
    let (parts, body) = request.into_parts();
    let expected = announced_sha256(&parts.headers)?;
    let content = receive(&state, &parts.headers, body, state.part_max_bytes).await?;
    content.expect(expected.as_deref())?;
    let size_bytes = content.size_bytes;
    let row = PartRow {
        part_no,
        content: content.publish().await?,
        size_bytes,
    };
    let answer = response(&row);
    let (organisation, file_name, now) = (
        system.client.organisation().to_owned(),
        name.to_string(),
        state.platform.now(),
    );
    let saved = state.platform.store.write(move |work| {
        Box::pin(
            async move { uploads::save_part(work, &organisation, &file_name, &row, now).await },
        )
    });
    saved
        .await
        .map_err(|error: kiban_store::Error| storage(&error))?;
    json(StatusCode::OK, &answer)
}
