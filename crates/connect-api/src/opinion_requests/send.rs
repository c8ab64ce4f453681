//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/opinions`: sends an opinion for this request, or a corrected one in its place (D-1).

use super::{Place, id_of};
use crate::{
    answer::Answer,
    caller::System,
    opinions::{Content, Incoming, csv_for_one, sent},
    router::ConnectState,
};
use axum::extract::{Path, Request, State};

pub(crate) async fn send(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
    request: Request,
) -> Answer {
    let id = id_of(&place)?;
    let incoming = Incoming::read(request).await?;
    match &incoming.content {
        Content::Csv(_) => Err(csv_for_one()),
        Content::Document(_) => sent(&state, &system, id, incoming).await,
    }
}
