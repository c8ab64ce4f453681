//! `POST /v1/opinion-requests/{insurer_no}/{request_id}/paper`: the insurer records an opinion that came on paper (D-3).

use super::{Place, id_of};
use crate::{
    answer::{Answer, json},
    caller::System,
    items,
    opinions::{Content, Incoming, csv_for_one, receipt, scan_missing, send_problem},
    router::ConnectState,
};
use axum::extract::{Path, Request, State};
use http::StatusCode;
use kiban_services::opinions::{self, PaperOpinion};

pub(crate) async fn paper(
    system: System,
    State(state): State<ConnectState>,
    Path(place): Place,
    request: Request,
) -> Answer {
    let id = id_of(&place)?;
    let incoming = Incoming::read(request).await?;
    let Content::Document(document) = incoming.content else {
        return Err(csv_for_one());
    };
    let today = state.platform.today();
    let received_on = match &incoming.received_on {
        Some(text) => items::day("received_on", text)?,
        None => today,
    };
    if received_on > today {
        return Err(items::invalid(
            "received_on",
            "紙の意見書を受け取った日は、今日までの日付で指定してください。",
        ));
    }
    let paper = PaperOpinion {
        document: *document,
        scan: incoming.pdf.ok_or_else(scan_missing)?,
        received_on,
    };
    let kept = opinions::record_paper(&state.platform, &system.context, id, paper)
        .await
        .map_err(|error| send_problem(&error))?;
    let status = if kept.already {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    json(status, &receipt(&state.platform, &kept))
}
