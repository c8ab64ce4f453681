//! Inquiries of an account (M11): seen by the account that sent them as the same body, and by that body's administrators.

use super::{FormKey, Inquiry, InquiryError, Opened, TICKET, files, load, reply_to};
use crate::{Platform, code::typed_code};
use kiban_store::{
    Error,
    repo::inquiries::{self, InquiryHolder, InquiryRow},
};
use uuid::Uuid;

/// So many are listed.
const MOST: i64 = 200;

/// Inquiries that this account sent as this body, or with `whole_body` all that were sent as it; the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_own(
    platform: &Platform,
    holder: &InquiryHolder,
    whole_body: bool,
) -> Result<Vec<InquiryRow>, Error> {
    let mut work = platform.store.point().await?;
    let user_id = (!whole_body).then_some(holder.user_id);
    inquiries::list_of_body(&mut work, &holder.body_kind, &holder.body_no, user_id, MOST).await
}

/// One of them.
///
/// # Errors
///
/// [`InquiryError::NotFound`], also for somebody else's; [`InquiryError::Storage`].
pub async fn read_own(
    platform: &Platform,
    holder: &InquiryHolder,
    whole_body: bool,
    ticket: &str,
) -> Result<Inquiry, InquiryError> {
    let ticket = typed_code(ticket, TICKET).ok_or(InquiryError::NotFound)?;
    let found = load(platform, &ticket).await?;
    let is_own = |it: &InquiryHolder| {
        let same_body = it.body_kind == holder.body_kind && it.body_no == holder.body_no;
        same_body && (whole_body || it.user_id == holder.user_id)
    };
    found
        .filter(|it| it.row.holder.as_ref().is_some_and(is_own))
        .ok_or(InquiryError::NotFound)
}

/// Adds to one of them, with the files that wait for the form.
///
/// # Errors
///
/// See [`InquiryError`].
pub async fn reply_own(
    platform: &Platform,
    holder: &InquiryHolder,
    whole_body: bool,
    ticket: &str,
    form: &FormKey,
    body: &str,
) -> Result<(), InquiryError> {
    let inquiry = read_own(platform, holder, whole_body, ticket).await?;
    reply_to(platform, &inquiry.row, form, body).await
}

/// Gives out a file of one of them.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Storage`].
pub async fn open_own_file(
    platform: &Platform,
    holder: &InquiryHolder,
    whole_body: bool,
    ticket: &str,
    file_id: Uuid,
) -> Result<Opened, InquiryError> {
    let inquiry = read_own(platform, holder, whole_body, ticket).await?;
    let opened = files::opened(platform, inquiry, file_id).await?;
    opened.ok_or(InquiryError::NotFound)
}
