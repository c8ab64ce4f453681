//! Who of an organisation looked at whose data: the trail's entries, found by office, member, person and time (C11, Z-2).
//!
//! `audit_look` is an index that the sealer fills; what comes out are the entries themselves, as they were written.

use super::eligibility::relation_ground;
use crate::{
    Work,
    engine::{Kind, P, Row, Table},
    error::Result,
    sql,
};
use kiban_access::{AskedInstitution, Permit, PersonKey, ReadAccessLog, ReadPerson};
use kiban_audit::{Action, Entry, Event, Outcome};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// Where an entry is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// Insurer number of the lane.
    pub insurer_no: String,
    /// The insured person concerned; empty for acts on several persons.
    pub insured_no: String,
    /// Identifier of the entry.
    pub entry_id: Uuid,
    /// Office, institution or insurer number of who acted.
    pub organisation: String,
    /// Login of the member who acted; software has none.
    pub staff: Option<String>,
}

const LOOK: Table = Table {
    name: "audit_look",
    columns: &[
        ("insurer_no", Kind::Text),
        ("insured_no", Kind::Text),
        ("entry_id", Kind::Id),
        ("organisation", Kind::Text),
        ("staff", Kind::Text),
    ],
    key: &["insurer_no", "insured_no", "entry_id"],
};

/// Adds what the sealer has just sealed.
pub async fn add(work: &mut Work, looks: &[LookRow]) -> Result<()> {
    work.conn
        .insert(&LOOK, looks, |look, values| {
            values.extend([
                P::S(&look.insurer_no),
                P::S(&look.insured_no),
                P::U(look.entry_id),
                P::S(&look.organisation),
                P::opt(look.staff.as_deref()),
            ]);
        })
        .await
}

/// A stretch of time, newest first: identifiers begin with their millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The smallest identifier that belongs to it.
    pub from: Uuid,
    /// The first identifier behind it; the last one of a page goes on from there.
    pub before: Uuid,
    /// How many entries at the most.
    pub limit: i64,
}

/// The newest entries of the permitted office, or of the one member whom the permit names.
pub async fn list_of_office(
    work: &mut Work,
    permit: &Permit<ReadAccessLog>,
    staff: Option<&str>,
    stretch: Stretch,
) -> Result<Vec<Entry>> {
    let Stretch {
        from,
        before,
        limit,
    } = stretch;
    let organisation = permit.organisation();
    let Some(staff) = permit.member().or(staff) else {
        return work
            .conn
            .query(
                &sql!(
                    "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.organisation = $1 AND l.entry_id >= $2 AND l.entry_id < $3 ORDER BY l.entry_id DESC LIMIT $4"
                ),
                &[P::S(organisation), P::U(from), P::U(before), P::I(limit)],
                entry,
            )
            .await;
    };
    work.conn
        .query(
            &sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.organisation = $1 AND l.staff = $5 AND l.entry_id >= $2 AND l.entry_id < $3 ORDER BY l.entry_id DESC LIMIT $4"
            ),
            &[
                P::S(organisation),
                P::U(from),
                P::U(before),
                P::I(limit),
                P::S(staff),
            ],
            entry,
        )
        .await
}

/// The newest entries of the permitted office about one person.
///
/// A person has few looks, an office many: `|| ''` keeps SQLite, which has no statistics here, from choosing the index by
/// office.
pub async fn list_of_person(
    work: &mut Work,
    permit: &Permit<ReadAccessLog>,
    person: &PersonKey,
    staff: Option<&str>,
    stretch: Stretch,
) -> Result<Vec<Entry>> {
    let Stretch {
        from,
        before,
        limit,
    } = stretch;
    let (insurer_no, insured_no) = (person.insurer_no.as_str(), person.insured_no.as_str());
    let organisation = permit.organisation();
    let Some(staff) = permit.member().or(staff) else {
        return work
            .conn
            .query(
                &sql!(
                    "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.entry_id < $4 AND l.organisation || '' = $6 ORDER BY l.entry_id DESC LIMIT $5"
                ),
                &[
                    P::S(insurer_no),
                    P::S(insured_no),
                    P::U(from),
                    P::U(before),
                    P::I(limit),
                    P::S(organisation),
                ],
                entry,
            )
            .await;
    };
    work.conn
        .query(
            &sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.entry_id < $4 AND l.organisation || '' = $6 AND l.staff || '' = $7 ORDER BY l.entry_id DESC LIMIT $5"
            ),
            &[
                P::S(insurer_no),
                P::S(insured_no),
                P::U(from),
                P::U(before),
                P::I(limit),
                P::S(organisation),
                P::S(staff),
            ],
            entry,
        )
        .await
}

/// The newest entries about a person, whoever acted. The permitted institution wrote an opinion about the person; what of the entries is about that
/// opinion, and so may be told, the caller picks out.
pub async fn list_about(
    work: &mut Work,
    _permit: &Permit<AskedInstitution>,
    person: &PersonKey,
    stretch: Stretch,
) -> Result<Vec<Entry>> {
    let Stretch {
        from,
        before,
        limit,
    } = stretch;
    work.conn
        .query(
            &sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.entry_id < $4 ORDER BY l.entry_id DESC LIMIT $5"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::U(from),
                P::U(before),
                P::I(limit),
            ],
            entry,
        )
        .await
}

/// How many entries are read at a time while one that fits is sought.
const SEEK: i64 = 50;

/// The newest entry about a person by an organisation, in a stretch of time, that fits. With `members` the looks of software,
/// which name nobody, are passed over.
async fn find_newest(
    work: &mut Work,
    person: &PersonKey,
    organisation: &str,
    members: bool,
    from: Uuid,
    mut before: Uuid,
    fits: impl Fn(&Event) -> bool + Send,
) -> Result<Option<Event>> {
    loop {
        let sql = if members {
            sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.entry_id < $4 AND l.organisation || '' = $6 AND l.staff IS NOT NULL ORDER BY l.entry_id DESC LIMIT $5"
            )
        } else {
            sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.entry_id < $4 AND l.organisation || '' = $6 ORDER BY l.entry_id DESC LIMIT $5"
            )
        };
        let params = [
            P::S(person.insurer_no.as_str()),
            P::S(person.insured_no.as_str()),
            P::U(from),
            P::U(before),
            P::I(SEEK),
            P::S(organisation),
        ];
        let entries = work.conn.query(&sql, &params, entry).await?;
        // What does not read as an entry was altered after it had been sealed: verification names it.
        let mut events = entries.iter().filter_map(|entry| entry.parse().ok());
        if let Some(found) = events.find(|event| fits(event)) {
            return Ok(Some(found));
        }
        match entries.last() {
            Some(last) if entries.len() == usize::try_from(SEEK).unwrap_or(usize::MAX) => {
                before = last.id;
            }
            Some(_) | None => return Ok(None),
        }
    }
}

fn is_shown(event: &Event) -> bool {
    event.action == Action::ReadPerson
        && event.outcome == Outcome::Allowed
        && !event.parts.is_empty()
}

/// When the office of a registration last looked at the person by it, from the identifier `from` on.
///
/// This is the platform's own bookkeeping: an instant comes out, and nothing of what was seen.
pub async fn find_last_use(
    work: &mut Work,
    person: &PersonKey,
    office_no: &OfficeNumber,
    relation_id: Uuid,
    from: Uuid,
) -> Result<Option<Timestamp>> {
    let ground = relation_ground(relation_id);
    let fits = |event: &Event| is_shown(event) && event.ground.as_deref() == Some(&*ground);
    let office_no = office_no.as_str();
    let found = find_newest(work, person, office_no, false, from, Uuid::max(), fits).await?;
    Ok(found.map(|event| event.at))
}

/// When a member of `office_no` last looked at the permitted person before the identifier `before`.
pub async fn find_last_look(
    work: &mut Work,
    permit: &Permit<ReadPerson>,
    office_no: &OfficeNumber,
    before: Uuid,
) -> Result<Option<Timestamp>> {
    let (person, office_no) = (permit.person(), office_no.as_str());
    let found = find_newest(work, person, office_no, true, Uuid::nil(), before, is_shown).await?;
    Ok(found.map(|event| event.at))
}

/// When somebody of an office first saw a person in a stretch of time.
pub async fn find_first_look(
    work: &mut Work,
    permit: &Permit<ReadPerson>,
    office_no: &OfficeNumber,
    from: Uuid,
) -> Result<Option<Timestamp>> {
    let person = permit.person();
    let entries = work
        .conn
        .query(
            &sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_look l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id WHERE l.insurer_no = $1 AND l.insured_no = $2 AND l.entry_id >= $3 AND l.organisation || '' = $4 AND l.staff IS NOT NULL ORDER BY l.entry_id LIMIT $5"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::U(from),
                P::S(office_no.as_str()),
                P::I(SEEK),
            ],
            entry,
        )
        .await?;
    let mut events = entries.iter().filter_map(|entry| entry.parse().ok());
    Ok(events.find(is_shown).map(|event: Event| event.at))
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        lane: row.get(0)?,
        id: row.get(1)?,
        body: row.get(2)?,
    })
}
