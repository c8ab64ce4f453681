//! Ending a registration, asked once more.

use axum::{extract::Path, response::Response};
use kiban_services::relations::{self, EndError};
use kiban_store::repo::relations::ListedRow;
use kiban_ui::{EndRegistrationPage, MenuItem};
use uuid::Uuid;

use super::list::is_over;
use crate::{
    answer::{page, see_other},
    form::Posted,
    persons::listed,
    visit::SignedIn,
    words,
};

/// GET `/care/registrations/{id}/end`.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    Ok(page(&EndRegistrationPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        id: row.relation.relation_id.to_string(),
        person: row.name,
        kana: row.name_kana,
        service: row.relation.service_kind.label().to_owned(),
        since: words::date(row.relation.valid_from),
    }))
}

/// POST `/care/registrations/{id}/end`.
pub(crate) async fn end(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let relation = find(&signed_in, &id).await?.relation;
    let ended = relations::end(
        signed_in.platform(),
        &signed_in.context,
        relation.person,
        relation.relation_id,
    );
    match ended.await {
        Ok(()) => Ok(see_other("/care/registrations?show=ended&done=1")),
        Err(EndError::NotFound) => Err(signed_in.nothing_there()),
        Err(EndError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

/// A registration of this office that is not over; any other is not there.
async fn find(signed_in: &SignedIn, id: &str) -> Result<ListedRow, Response> {
    let id: Uuid = id.parse().map_err(|_| signed_in.nothing_there())?;
    let today = signed_in.platform().today();
    let rows = listed::all(signed_in).await?;
    rows.into_iter()
        .find(|row| row.relation.relation_id == id && !is_over(row, today))
        .ok_or_else(|| signed_in.nothing_there())
}
