//! What an admitted office says of itself beyond its name, number and services (M02).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, RegistrationKind, Timestamp};

/// An office's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    /// The office.
    pub office_no: OfficeNumber,
    /// As what it was admitted.
    pub kind: RegistrationKind,
    /// Postal code, seven digits; may be empty.
    pub postal_code: String,
    /// Where it is.
    pub address: String,
    /// Its telephone; may be empty.
    pub phone: String,
    /// Its beds or places, if it has any.
    pub beds: Option<u32>,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// Adds the data of an office, or replaces them.
pub async fn save(work: &mut Work, row: &ProfileRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO office_profile (office_no, kind, postal_code, address, phone, beds, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (office_no) DO UPDATE SET kind = excluded.kind, postal_code = excluded.postal_code, address = excluded.address, phone = excluded.phone, beds = excluded.beds, changed_at = excluded.changed_at"),
            &[
                P::S(row.office_no.as_str()),
                P::S(row.kind.code()),
                P::S(&row.postal_code),
                P::S(&row.address),
                P::S(&row.phone),
                row.beds.map_or(P::Null, |beds| P::I(i64::from(beds))),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(())
}

/// The data of an office; one that never came in through the portal has none.
pub async fn find(work: &mut Work, office_no: &OfficeNumber) -> Result<Option<ProfileRow>> {
    work.conn
        .first(
            &sql!("SELECT office_no, kind, postal_code, address, phone, beds, changed_at FROM office_profile WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(ProfileRow {
                    office_no: super::parse(row, 0, "office_profile.office_no")?,
                    kind: super::parse(row, 1, "office_profile.kind")?,
                    postal_code: row.get(2)?,
                    address: row.get(3)?,
                    phone: row.get(4)?,
                    beds: super::count(row, 5, "office_profile.beds")?,
                    changed_at: row.get(6)?,
                })
            },
        )
        .await
}

/// Changes the telephone, which nobody has to look at first; false when the office has no data.
pub async fn set_phone(
    work: &mut Work,
    office_no: &OfficeNumber,
    phone: &str,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE office_profile SET phone = $2, changed_at = $3 WHERE office_no = $1"),
            &[P::S(office_no.as_str()), P::S(phone), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Changes the address after it was looked at.
pub async fn set_address(
    work: &mut Work,
    office_no: &OfficeNumber,
    (postal_code, address): (&str, &str),
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE office_profile SET postal_code = $2, address = $3, changed_at = $4 WHERE office_no = $1"),
            &[
                P::S(office_no.as_str()),
                P::S(postal_code),
                P::S(address),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}
