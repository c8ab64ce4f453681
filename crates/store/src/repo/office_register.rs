//! The operator's register of offices and institutions (P-2).

use crate::{
    Work,
    engine::{Kind, P, Row, Table},
    error::Result,
    sql,
};
use kiban_domain::{CorporateNumber, OfficeNumber, RegisterEntry, Timestamp};

const TABLE: Table = Table {
    name: "office_register",
    columns: &[
        ("office_no", Kind::Text),
        ("name", Kind::Text),
        ("kana", Kind::Text),
        ("postal_code", Kind::Text),
        ("address", Kind::Text),
        ("phone", Kind::Text),
        ("service_kinds", Kind::Text),
        ("beds", Kind::Int),
        ("corporate_no", Kind::Text),
        ("opened_on", Kind::Day),
        ("closed_on", Kind::Day),
        ("changed_at", Kind::At),
        ("absent_since", Kind::At),
    ],
    key: &["office_no"],
};

/// An office of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// What the register says.
    pub entry: RegisterEntry,
    /// When an import last changed it.
    pub changed_at: Timestamp,
    /// Since when imports no longer have it.
    pub absent_since: Option<Timestamp>,
}

/// Waits until no other import runs, and keeps others waiting until the end of this unit of work; the digest of the file that was
/// imported last.
pub async fn take_turn(work: &mut Work) -> Result<Option<Vec<u8>>> {
    let last = work
        .conn
        .first(
            &sql!("UPDATE office_register_import SET slot = slot WHERE slot = 1 RETURNING content"),
            &[],
            |row| row.get(0),
        )
        .await?;
    Ok(last.flatten())
}

/// Notes the file that was imported.
pub async fn note_import(work: &mut Work, content: &[u8], at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "UPDATE office_register_import SET content = $1, imported_at = $2 WHERE slot = 1"
            ),
            &[P::B(content), P::T(at)],
        )
        .await?;
    Ok(())
}

/// When a register was last imported.
pub async fn find_import(work: &mut Work) -> Result<Option<Timestamp>> {
    let at = work
        .conn
        .first(
            &sql!("SELECT imported_at FROM office_register_import WHERE slot = 1"),
            &[],
            |row| row.get(0),
        )
        .await?;
    Ok(at.flatten())
}

/// Every office of the register, absent ones among them, by number.
pub async fn list(work: &mut Work) -> Result<Vec<RegisterRow>> {
    work.conn
        .query(
            &sql!("SELECT office_no, name, kana, postal_code, address, phone, service_kinds, beds, corporate_no, opened_on, closed_on, changed_at, absent_since FROM office_register ORDER BY office_no"),
            &[],
            entry,
        )
        .await
}

/// One office of the register.
pub async fn find(work: &mut Work, office_no: &OfficeNumber) -> Result<Option<RegisterRow>> {
    work.conn
        .first(
            &sql!("SELECT office_no, name, kana, postal_code, address, phone, service_kinds, beds, corporate_no, opened_on, closed_on, changed_at, absent_since FROM office_register WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
            entry,
        )
        .await
}

/// Adds offices, or puts them in the place of what was known.
pub async fn save(work: &mut Work, rows: &[RegisterRow]) -> Result<()> {
    // The texts of the kinds live as long as the rows are written.
    let rows: Vec<(&RegisterRow, String)> = rows
        .iter()
        .map(|row| (row, super::join_kinds(&row.entry.service_kinds)))
        .collect();
    work.conn
        .upsert(&TABLE, &rows, |(row, kinds), values| {
            let entry = &row.entry;
            values.extend([
                P::S(entry.office_no.as_str()),
                P::S(&entry.name),
                P::S(&entry.kana),
                P::S(&entry.postal_code),
                P::S(&entry.address),
                P::S(&entry.phone),
                P::S(kinds),
                entry.beds.map_or(P::Null, |beds| P::I(i64::from(beds))),
                P::opt(entry.corporate_no.as_ref().map(CorporateNumber::as_str)),
                P::opt_day(entry.opened_on),
                P::opt_day(entry.closed_on),
                P::T(row.changed_at),
                P::opt_at(row.absent_since),
            ]);
        })
        .await
}

fn entry(row: &Row<'_>) -> Result<RegisterRow> {
    let corporate_no: Option<String> = row.get(8)?;
    Ok(RegisterRow {
        entry: RegisterEntry {
            office_no: super::parse(row, 0, "office_register.office_no")?,
            name: row.get(1)?,
            kana: row.get(2)?,
            postal_code: row.get(3)?,
            address: row.get(4)?,
            phone: row.get(5)?,
            service_kinds: super::split_kinds(row, 6, "office_register.service_kinds")?,
            beds: super::count(row, 7, "office_register.beds")?,
            corporate_no: corporate_no
                .map(|number| number.parse())
                .transpose()
                .map_err(|error| {
                    crate::Error::corrupt("office_register.corporate_no", format!("{error}"))
                })?,
            opened_on: row.get(9)?,
            closed_on: row.get(10)?,
        },
        changed_at: row.get(11)?,
        absent_since: row.get(12)?,
    })
}
