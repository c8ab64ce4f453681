//! 稼働状況, メンテナンス (P22), and the same for programs.

use super::page;
use crate::PortalState;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use kiban_domain::Timestamp;
use kiban_portal_ui::{Chip, ChipColor, Link, MatterView, StatusPage, StatusSection};
use kiban_services::operating::{self, Matter, MatterKind, MatterState, Operating};
use serde_json::json;

/// So many that are over are shown.
const PAST: usize = 30;

fn view(matter: &Matter, now: Timestamp) -> MatterView {
    let row = &matter.row;
    let state = match (matter.state(now), row.kind) {
        (MatterState::Planned, _) => Chip::new("予定", ChipColor::Yellow),
        (MatterState::Running, MatterKind::Maintenance) => Chip::new("実施中", ChipColor::Orange),
        (MatterState::Running, MatterKind::Incident) => Chip::new("発生中", ChipColor::Red),
        (MatterState::Ended, MatterKind::Maintenance) => Chip::new("終了", ChipColor::Gray),
        (MatterState::Ended, MatterKind::Incident) => Chip::new("復旧", ChipColor::Green),
        (MatterState::CalledOff, _) => Chip::new("取りやめ", ChipColor::Gray),
    };
    let functions: Vec<_> = row.functions.iter().map(|it| it.label()).collect();
    let shut = match (row.closes, row.reading) {
        (false, _) => "",
        (true, true) => "この間は、入力と送信ができません。閲覧はできます。",
        (true, false) => "この間は使えません。",
    };
    let notes = matter.notes.iter().rev();
    MatterView {
        id: row.matter_id.to_string(),
        title: row.title.clone(),
        state,
        kind: match row.kind {
            MatterKind::Maintenance => "メンテナンス".into(),
            MatterKind::Incident => "障害".into(),
        },
        time: operating::period(matter),
        functions: functions.join("、"),
        shut: shut.into(),
        remains: row.remains.clone(),
        notes: notes
            .map(|it| (operating::instant(it.written_at), it.words.clone()))
            .collect(),
    }
}

fn of(known: &Operating, now: Timestamp, takes: impl Fn(&Matter) -> bool) -> Vec<MatterView> {
    let matters = known.matters.iter().filter(|it| takes(it));
    matters.map(|it| view(it, now)).collect()
}

fn section(title: &str, empty: &str, matters: Vec<MatterView>) -> StatusSection {
    StatusSection {
        title: title.into(),
        empty: empty.into(),
        matters,
    }
}

/// GET `/status`: what runs, what is planned, what was.
pub(super) async fn show(State(state): State<PortalState>) -> Response {
    let known = state.public.operating.current(&state.platform).await;
    let now = state.platform.now();
    let running = of(&known, now, |it| it.state(now) == MatterState::Running);
    let mut planned = of(&known, now, |it| it.state(now) == MatterState::Planned);
    planned.reverse();
    let mut past = of(&known, now, |it| it.over_at(now).is_some());
    past.truncate(PAST);
    let lead = if running.is_empty() {
        "現在、障害とメンテナンスはありません。"
    } else {
        "現在、使いにくい機能または使えない機能があります。"
    };
    page(&StatusPage {
        frame: state.portal_frame(),
        title: "稼働状況".into(),
        lead: lead.into(),
        sections: vec![
            section("いま起きていること", "ありません。", running),
            section("予定しているメンテナンス", "予定はありません。", planned),
            section("これまでのメンテナンスと障害", "まだありません。", past),
        ],
        other: Link::new("/maintenance", "メンテナンスだけを見る"),
    })
}

/// GET `/maintenance`.
pub(super) async fn maintenance(State(state): State<PortalState>) -> Response {
    let known = state.public.operating.current(&state.platform).await;
    let now = state.platform.now();
    let in_state = |wanted: MatterState| {
        let kind = MatterKind::Maintenance;
        of(&known, now, |it| {
            it.row.kind == kind && it.state(now) == wanted
        })
    };
    let running = in_state(MatterState::Running);
    let mut planned = in_state(MatterState::Planned);
    planned.reverse();
    let lead = if running.is_empty() {
        "現在、メンテナンスは行っていません。"
    } else {
        "現在、メンテナンス中です。終わるまでお待ちください。"
    };
    page(&StatusPage {
        frame: state.portal_frame(),
        title: "メンテナンス".into(),
        lead: lead.into(),
        sections: vec![
            section("実施中のメンテナンス", "ありません。", running),
            section("予定しているメンテナンス", "予定はありません。", planned),
        ],
        other: Link::new("/status", "障害とこれまでの稼働状況を見る"),
    })
}

/// GET `/api/status.json`.
pub(super) async fn json(State(state): State<PortalState>) -> Response {
    let known = state.public.operating.current(&state.platform).await;
    let now = state.platform.now();
    let word = |matter: &Matter| match matter.state(now) {
        MatterState::Planned => "planned",
        MatterState::Running => "running",
        MatterState::Ended => "ended",
        MatterState::CalledOff => "called_off",
    };
    let matters = known.matters.iter().map(|it| {
        let row = &it.row;
        let functions: Vec<_> = row.functions.iter().map(|it| it.code()).collect();
        let notes = it
            .notes
            .iter()
            .map(|note| json!({"at": note.written_at.to_string(), "words": note.words}));
        json!({
            "id": row.matter_id.to_string(),
            "kind": match row.kind {
                MatterKind::Maintenance => "maintenance",
                MatterKind::Incident => "incident",
            },
            "state": word(it),
            "title": row.title,
            "starts_at": row.starts_at.to_string(),
            "ends_at": row.ended_at.or(row.ends_at).map(|at| at.to_string()),
            "functions": functions,
            "shut": match (row.closes, row.reading) {
                (false, _) => "nothing",
                (true, true) => "sending",
                (true, false) => "everything",
            },
            "remains": row.remains,
            "notes": notes.collect::<Vec<_>>(),
        })
    });
    let matters: Vec<_> = matters.collect();
    let running = known
        .matters
        .iter()
        .any(|it| it.state(now) == MatterState::Running);
    let body = json!({
        "state": if running { "disturbed" } else { "normal" },
        "at": now.to_string(),
        "matters": matters,
    });
    ([(header::CACHE_CONTROL, "public, max-age=5")], Json(body)).into_response()
}
