//! Whom to remind today (D-5). It names institutions and days, nobody else.

use super::due_rules;
use crate::Platform;
use kiban_domain::{Date, OfficeNumber};
use kiban_store::{Error, repo::opinions};

/// Requests of one institution of which it is to be reminded today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCase {
    /// The institution.
    pub institution: OfficeNumber,
    /// When they are due.
    pub due_on: Date,
    /// How many.
    pub count: i64,
}

/// Everything of which institutions are to be reminded today, by institution and due date.
///
/// # Errors
///
/// The database only.
pub async fn due_cases(platform: &Platform) -> Result<Vec<DueCase>, Error> {
    let waiting = opinions::count_waiting(&mut platform.store.point().await?).await?;
    let today = platform.today();
    let mut due: Vec<DueCase> = Vec::new();
    for it in waiting {
        if !due_rules().is_reminder_day(it.requested_on, it.due_on, today) {
            continue;
        }
        match due.last_mut() {
            Some(last) if (last.institution, last.due_on) == (it.institution, it.due_on) => {
                last.count += it.count;
            }
            _ => due.push(DueCase {
                institution: it.institution,
                due_on: it.due_on,
                count: it.count,
            }),
        }
    }
    Ok(due)
}
