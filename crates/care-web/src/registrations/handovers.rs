//! 引継ぎの申し出 (W-4): what this office offered and what it was offered.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use kiban_domain::{Date, tokyo_date};
use kiban_services::handovers::{self, Handover, HandoverError, Step};
use kiban_store::repo::{handovers::HandoverState, relations::ListedRow};
use kiban_ui::{
    Chip, ChipColor, HandoverRow, HandoversPage, MenuItem, MessageKind, Notice, NoticeKind,
};
use serde::Deserialize;

use crate::{
    answer::{Message, page, see_other},
    form::Posted,
    persons::listed,
    visit::SignedIn,
    words,
};

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// GET `/care/handovers`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let all = handovers::list(signed_in.platform(), &signed_in.context)
        .await
        .map_err(|error| failed(&signed_in, error))?;
    let persons = if all.iter().any(|it| it.ours) {
        listed::all(&signed_in).await?
    } else {
        Vec::new()
    };
    let (made, received): (Vec<_>, Vec<_>) = all
        .iter()
        .map(|it| (it.ours, to_row(it, &persons, today)))
        .partition(|(ours, _)| *ours);
    let done = match asked.done.as_str() {
        "offered" => Some((
            "引継ぎを申し出ました",
            "相手の事業所が本人確認をして受け入れると、引継ぎが終わります。",
        )),
        "withdraw" => Some(("引継ぎの申し出を取り下げました", "")),
        "decline" => Some(("引継ぎを断りました", "")),
        "undo" => Some((
            "引継ぎの受入れを取り消しました",
            "もとの事業所の担当が続きます。",
        )),
        _ => None,
    };
    Ok(page(&HandoversPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        notice: done.map(|(title, body)| Notice::new(NoticeKind::Success, title, body)),
        received: received.into_iter().map(|(_, row)| row).collect(),
        made: made.into_iter().map(|(_, row)| row).collect(),
    }))
}

/// POST `/care/handovers/{id}` with `go`.
pub(crate) async fn step(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let go = form.get("go");
    let step = match go {
        "withdraw" => Step::Withdraw,
        "decline" => Step::Decline,
        "undo" => Step::Undo,
        _ => return Err(signed_in.nothing_there()),
    };
    let id = id.parse().map_err(|_| signed_in.nothing_there())?;
    match handovers::step(signed_in.platform(), &signed_in.context, id, step).await {
        Ok(()) => Ok(see_other(&format!("/care/handovers?done={go}"))),
        Err(error) => Err(failed(&signed_in, error)),
    }
}

fn failed(signed_in: &SignedIn, error: HandoverError) -> Response {
    match error {
        HandoverError::Refused(refusal) => signed_in.refused(refusal),
        HandoverError::Storage(error) => signed_in.storage(&error),
        HandoverError::NotFound
        | HandoverError::OfficeCannot
        | HandoverError::OfferedAlready
        | HandoverError::LastDayOutOfRange { .. } => signed_in.say(
            Message::new(
                MessageKind::Conflict,
                "この申し出は、すでに取り下げられたか、返事がされたか、期限が切れています。",
            )
            .next("/care/handovers", "引継ぎの申し出を開く"),
        ),
    }
}

fn to_row(it: &Handover, persons: &[ListedRow], today: Date) -> HandoverRow {
    let row = &it.row;
    let chip = match row.state {
        HandoverState::Offered if row.is_open(today) => Chip::new("返事待ち", ChipColor::Yellow),
        HandoverState::Offered => Chip::new("期限切れ", ChipColor::Gray),
        HandoverState::Accepted => Chip::new("引継ぎ済み", ChipColor::Green),
        HandoverState::Declined => Chip::new("断られた", ChipColor::Gray),
        HandoverState::Withdrawn => Chip::new("取下げ", ChipColor::Gray),
        HandoverState::Undone => Chip::new("受入れの取消し", ChipColor::Gray),
    };
    let own = if it.ours {
        row.from_office
    } else {
        row.to_office
    };
    let steps = [
        (Step::Withdraw, "withdraw", "取り下げる"),
        (Step::Decline, "decline", "断る"),
        (Step::Undo, "undo", "受入れを取り消す"),
    ];
    let person = persons
        .iter()
        .find(|listed| it.ours && listed.relation.relation_id == row.relation_id);
    HandoverRow {
        id: row.handover_id.to_string(),
        person: person.map_or_else(String::new, |listed| listed.name.clone()),
        office: it.other_office.clone(),
        chip,
        offered: words::date(tokyo_date(row.offered_at)),
        last_day: words::date(row.last_day),
        until: words::date(row.expires_on),
        steps: steps
            .into_iter()
            .filter(|(step, ..)| handovers::may(row, &own, *step, today))
            .map(|(_, value, words)| (value, words))
            .collect(),
        waits: !it.ours && row.is_open(today),
    }
}
