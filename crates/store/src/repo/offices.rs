//! Care offices and medical institutions.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, ServiceKind, Timestamp};

/// An office as the platform knows it.
#[derive(Debug, Clone)]
pub struct OfficeRow {
    /// Its number.
    pub office_no: OfficeNumber,
    /// Its name.
    pub name: String,
    /// Whether it is a medical institution.
    pub medical: bool,
    /// The services it is designated for.
    pub service_kinds: Vec<ServiceKind>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Adds an office or changes it.
pub async fn save(work: &mut Work, row: &OfficeRow) -> Result<()> {
    let kinds = row
        .service_kinds
        .iter()
        .map(ServiceKind::as_str)
        .collect::<Vec<_>>()
        .join(",");
    work.conn
        .exec(
            &sql!(
                "INSERT INTO office (office_no, name, kind, service_kinds, state, created_at) VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (office_no) DO UPDATE SET name = excluded.name, kind = excluded.kind, service_kinds = excluded.service_kinds"
            ),
            &[
                P::S(row.office_no.as_str()),
                P::S(&row.name),
                P::I(if row.medical { 2 } else { 1 }),
                P::S(&kinds),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// One office.
pub async fn find(work: &mut Work, office_no: &OfficeNumber) -> Result<Option<OfficeRow>> {
    work.conn
        .first(
            &sql!("SELECT office_no, name, kind, service_kinds, created_at FROM office WHERE office_no = $1 AND state = 1"),
            &[P::S(office_no.as_str())],
            |row| {
                let kinds: String = row.get(3)?;
                let service_kinds = kinds
                    .split(',')
                    .filter(|kind| !kind.is_empty())
                    .map(|kind| {
                        kind.parse().map_err(|error| {
                            crate::Error::corrupt("office.service_kinds", format!("{error}"))
                        })
                    })
                    .collect::<Result<Vec<_>>>()?;
                Ok(OfficeRow {
                    office_no: super::parse(row, 0, "office.office_no")?,
                    name: row.get(1)?,
                    medical: row.get::<i64>(2)? == 2,
                    service_kinds,
                    created_at: row.get(4)?,
                })
            },
        )
        .await
}
