//! この方の閲覧履歴 (C11): who of the office saw this person's data.

use axum::{extract::Query, response::Response};

use super::dossier::About;
use crate::access_log::{self, Asked};

/// GET `…/access-log`.
pub(crate) async fn show(about: About, Query(asked): Query<Asked>) -> Result<Response, Response> {
    let dossier = about.read(None, "view_access_log").await?;
    let person = Some((&about.key, dossier.head()));
    access_log::page_of(&about.signed_in, &asked, person).await
}

/// GET `…/access-log.csv`.
pub(crate) async fn download(
    about: About,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    about.read(None, "view_access_log").await?;
    access_log::file(&about.signed_in, &asked, Some(&about.key)).await
}
