//! Which card stands for which insured person (W-3a).

use crate::{Work, engine::P, error::Result, sql};
use kiban_access::PersonKey;
use kiban_domain::{InsurerNumber, Timestamp};
use uuid::Uuid;

/// A card as the table knows it: issuer's key and serial number of the certificate. Personal data with limits by law, so
/// `Debug` hides it. Source: the My Number card, section 8.
#[derive(Clone, PartialEq, Eq)]
pub struct CardRow {
    /// Identifier of the issuer's key.
    pub issuer_key_id: Vec<u8>,
    /// Serial number, big-endian, without leading zeros.
    pub serial: Vec<u8>,
}

/// Shows nothing.
impl std::fmt::Debug for CardRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardRow(…)")
    }
}

/// A link, without the card: whoever looked it up had the card's key.
#[derive(Debug, Clone)]
pub struct CardLinkRow {
    /// Its identifier: what logs and the audit trail name.
    pub link_id: Uuid,
    /// Whom the card stands for.
    pub person: PersonKey,
    /// Why it was believed: `five_items`.
    pub how: String,
    /// When it was made.
    pub linked_at: Timestamp,
    /// By which staff account.
    pub linked_by: String,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended: `moved`, `operator`.
    pub ended_why: Option<String>,
}

/// Makes a link.
pub async fn add(work: &mut Work, row: &CardLinkRow, card: &CardRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO card_link (insurer_no, link_id, insured_no, issuer_key_id, serial, how, linked_at, linked_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.link_id),
                P::S(row.person.insured_no.as_str()),
                P::B(&card.issuer_key_id),
                P::B(&card.serial),
                P::S(&row.how),
                P::T(row.linked_at),
                P::S(&row.linked_by),
            ],
        )
        .await?;
    Ok(())
}

/// Every link that the card ever had, of all insurers, the newest first.
///
/// A card does not say whose insured person its holder is: finding that out is what the table is for. So this statement goes
/// over all insurers (on a distributed database to every shard), once for each answer of a card.
pub async fn list_of_card(work: &mut Work, card: &CardRow) -> Result<Vec<CardLinkRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, link_id, insured_no, how, linked_at, linked_by, ended_at, ended_why FROM card_link WHERE serial = $1 AND issuer_key_id = $2 ORDER BY linked_at DESC, link_id DESC"
            ),
            &[P::B(&card.serial), P::B(&card.issuer_key_id)],
            |row| {
                let insurer_no = super::parse(row, 0, "card_link.insurer_no")?;
                let insured_no = super::parse(row, 2, "card_link.insured_no")?;
                Ok(CardLinkRow {
                    link_id: row.get(1)?,
                    person: PersonKey { insurer_no, insured_no },
                    how: row.get(3)?,
                    linked_at: row.get(4)?,
                    linked_by: row.get(5)?,
                    ended_at: row.get(6)?,
                    ended_why: row.get(7)?,
                })
            },
        )
        .await
}

/// The person of a link that has not ended.
pub async fn find_living(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    link_id: Uuid,
) -> Result<Option<PersonKey>> {
    work.conn
        .first(
            &sql!(
                "SELECT insured_no FROM card_link WHERE insurer_no = $1 AND link_id = $2 AND ended_at IS NULL"
            ),
            &[P::S(insurer_no.as_str()), P::U(link_id)],
            |row| {
                let insured_no = super::parse(row, 0, "card_link.insured_no")?;
                Ok(PersonKey { insurer_no: *insurer_no, insured_no })
            },
        )
        .await
}

/// Ends a link; false when it had ended or there is none.
pub async fn end(
    work: &mut Work,
    person: &PersonKey,
    link_id: Uuid,
    at: Timestamp,
    why: &str,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE card_link SET ended_at = $3, ended_why = $4 WHERE insurer_no = $1 AND link_id = $2 AND ended_at IS NULL"
            ),
            &[P::S(person.insurer_no.as_str()), P::U(link_id), P::T(at), P::S(why)],
        )
        .await?;
    Ok(touched == 1)
}
