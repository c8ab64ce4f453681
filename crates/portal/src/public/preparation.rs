//! 導入準備チェック for whoever is not signed in (P03): what is ticked stands in the address.

use super::page;
use crate::PortalState;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kiban_domain::{ChecklistItem, RegistrationKind};
use kiban_portal_ui::{Choice, ChoiceField, PreparationPage};
use std::collections::HashMap;

/// GET `/checklist?kind=…&item=1…`. What is not understood does not count.
pub(super) async fn show(
    State(state): State<PortalState>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let wanted = asked.get("kind").map_or("", String::as_str);
    let kind = wanted.parse().unwrap_or(RegistrationKind::CareOffice);
    let ticked = |item: ChecklistItem| asked.get(item.code()).is_some_and(|it| it == "1");
    let choice = |it: &RegistrationKind| Choice {
        chosen: *it == kind,
        ..Choice::new(it.code(), it.label(), "")
    };
    let items: Vec<_> = ChecklistItem::of(kind)
        .map(|it| (it.code().to_owned(), it.label().to_owned(), ticked(it)))
        .collect();
    page(&PreparationPage {
        frame: state.portal_frame(),
        kind: ChoiceField::of(RegistrationKind::ALL.iter().map(choice).collect()),
        kind_label: kind.label().to_owned(),
        done: items.iter().filter(|it| it.2).count(),
        next: items.iter().find(|it| !it.2).map(|it| it.1.clone()),
        items,
    })
}
