//! `GET /v1/care-relations`.

use crate::{
    answer::{Answer, json, refused, storage},
    caller::System,
    router::ConnectState,
    wire::{CareRelationItem, CareRelationList},
};
use axum::extract::State;
use http::StatusCode;
use kiban_domain::Date;
use kiban_services::relations::{self, ListError};
use kiban_store::repo::relations::ListedRow;

pub(crate) async fn list(system: System, State(state): State<ConnectState>) -> Answer {
    let today = state.platform.today();
    let rows = relations::list(&state.platform, &system.context)
        .await
        .map_err(|error| match error {
            ListError::Refused(refusal) => refused(refusal),
            ListError::Storage(error) => storage(&error),
        })?;
    let standing = rows.into_iter().filter(|row| !row.relation.is_over(today));
    let list = CareRelationList {
        items: standing.map(|row| item(row, today)).collect(),
    };
    json(StatusCode::OK, &list)
}

/// What the office registered is its own; what the insurer keeps shows only while both sides stand.
fn item(row: ListedRow, today: Date) -> CareRelationItem {
    let open = row.shared && row.relation.valid_from <= today;
    let relation = row.relation;
    CareRelationItem {
        id: relation.relation_id.to_string(),
        insurer_no: relation.person.insurer_no.to_string(),
        insurer_name: row.insurer_name,
        insured_no: relation.person.insured_no.to_string(),
        name: open.then_some(row.name),
        birth_date: open.then(|| row.birth_date.to_string()),
        care_level: (open && !row.care_level.is_empty()).then_some(row.care_level),
        certified_until: row
            .certified_until
            .filter(|_| open)
            .map(|day| day.to_string()),
        service_kind: relation.service_kind.to_string(),
        purpose: relation.purpose,
        valid_from: relation.valid_from.to_string(),
        shared: row.shared,
    }
}
