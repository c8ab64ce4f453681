//! Who was reminded of opinions that are due (D-5).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, OfficeNumber};

/// Takes an institution's letter of the day: false when it was written already.
pub async fn take(work: &mut Work, institution: &OfficeNumber, today: Date) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "INSERT INTO opinion_reminder (institution_code, told_on) VALUES ($1, $2) ON CONFLICT (institution_code) DO UPDATE SET told_on = excluded.told_on WHERE opinion_reminder.told_on < excluded.told_on"
            ),
            &[P::S(institution.as_str()), P::D(today)],
        )
        .await?;
    Ok(touched == 1)
}
