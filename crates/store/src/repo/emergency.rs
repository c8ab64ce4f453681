//! Emergency windows, the search they allow, and the views that offices asked for.

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_access::{
    EmergencyRead, EmergencySearch, EmergencyWindow, ManageEmergency, Permit, PersonKey,
};
use kiban_domain::{
    Date, EmergencyArea, EmergencyReason, InsurerNumber, LookFinding, OfficeNumber, Timestamp,
};
use uuid::Uuid;

/// A stretch of time in which offices may look without a check of identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowRow {
    /// Its identifier.
    pub window_id: Uuid,
    /// Where.
    pub area: EmergencyArea,
    /// Why, in the operator's words.
    pub reason: String,
    /// First instant.
    pub starts_at: Timestamp,
    /// The first instant after it, as planned.
    pub ends_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was switched off before its end.
    pub closed_at: Option<Timestamp>,
    /// By whom.
    pub closed_by: Option<String>,
}

impl WindowRow {
    /// The window as a decision sees it: its end is the planned one or the instant at which it was switched off.
    pub fn window(&self) -> EmergencyWindow {
        EmergencyWindow {
            id: self.window_id.to_string(),
            area: self.area.clone(),
            from: self.starts_at,
            until: self.closed_at.unwrap_or(self.ends_at).min(self.ends_at),
        }
    }
}

/// Adds a window.
pub async fn add_window(
    work: &mut Work,
    _permit: &Permit<ManageEmergency>,
    row: &WindowRow,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO emergency_window (window_id, area, reason, starts_at, ends_at, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &[
                P::U(row.window_id),
                P::S(&row.area.to_string()),
                P::S(&row.reason),
                P::T(row.starts_at),
                P::T(row.ends_at),
                P::T(row.created_at),
                P::S(&row.created_by),
            ],
        )
        .await?;
    Ok(())
}

/// Switches a window off; false when it was over at `at` or switched off already.
pub async fn close_window(
    work: &mut Work,
    _permit: &Permit<ManageEmergency>,
    window_id: Uuid,
    at: Timestamp,
    by: &str,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE emergency_window SET closed_at = $2, closed_by = $3 WHERE window_id = $1 AND closed_at IS NULL AND ends_at > $2"
            ),
            &[P::U(window_id), P::T(at), P::S(by)],
        )
        .await?;
    Ok(touched == 1)
}

/// One window.
pub async fn find_window(work: &mut Work, window_id: Uuid) -> Result<Option<WindowRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT window_id, area, reason, starts_at, ends_at, created_at, created_by, closed_at, closed_by FROM emergency_window WHERE window_id = $1"
            ),
            &[P::U(window_id)],
            window,
        )
        .await
}

/// All windows, newest first. There are few.
pub async fn list_windows(work: &mut Work) -> Result<Vec<WindowRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT window_id, area, reason, starts_at, ends_at, created_at, created_by, closed_at, closed_by FROM emergency_window ORDER BY starts_at DESC, window_id DESC"
            ),
            &[],
            window,
        )
        .await
}

/// The windows that are open at `now`.
pub async fn list_open_windows(work: &mut Work, now: Timestamp) -> Result<Vec<WindowRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT window_id, area, reason, starts_at, ends_at, created_at, created_by, closed_at, closed_by FROM emergency_window WHERE starts_at <= $1 AND ends_at > $1 AND (closed_at IS NULL OR closed_at > $1) ORDER BY ends_at DESC, window_id"
            ),
            &[P::T(now)],
            window,
        )
        .await
}

fn window(row: &Row<'_>) -> Result<WindowRow> {
    Ok(WindowRow {
        window_id: row.get(0)?,
        area: super::parse(row, 1, "emergency_window.area")?,
        reason: row.get(2)?,
        starts_at: row.get(3)?,
        ends_at: row.get(4)?,
        created_at: row.get(5)?,
        created_by: row.get(6)?,
        closed_at: row.get(7)?,
        closed_by: row.get(8)?,
    })
}

/// A person born on the day that was searched for: what tells people apart, and nothing about their care.
#[derive(Clone, PartialEq, Eq)]
pub struct BornRow {
    /// Who.
    pub person: PersonKey,
    /// Name.
    pub name: String,
    /// Kana name, normalised.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// 1 male, 2 female.
    pub sex: i16,
    /// Last day on which this is true.
    pub good_until: Date,
}

/// Those of the permitted insurer's persons who were born on `birth_date`.
///
/// The largest city has about a hundred; readings of a name are compared by the caller, because two spellings can be
/// one name ([`kiban_domain::Kana::matches`]).
pub async fn list_born(
    work: &mut Work,
    permit: &Permit<EmergencySearch>,
    birth_date: Date,
) -> Result<Vec<BornRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, name, name_kana, birth_date, sex, good_until FROM eligibility_current WHERE insurer_no = $1 AND birth_date = $2 ORDER BY insured_no"
            ),
            &[P::S(permit.insurer_no().as_str()), P::D(birth_date)],
            |row| {
                Ok(BornRow {
                    person: PersonKey {
                        insurer_no: super::parse(row, 0, "eligibility_current.insurer_no")?,
                        insured_no: super::parse(row, 1, "eligibility_current.insured_no")?,
                    },
                    name: row.get(2)?,
                    name_kana: row.get(3)?,
                    birth_date: row.get(4)?,
                    sex: row.get(5)?,
                    good_until: row.get(6)?,
                })
            },
        )
        .await
}

/// A view that an office asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct LookRow {
    /// Its identifier.
    pub look_id: Uuid,
    /// Whom it shows.
    pub person: PersonKey,
    /// The window that it rests on.
    pub window_id: Uuid,
    /// Which office asked.
    pub office_no: OfficeNumber,
    /// Login of the member who asked.
    pub account: String,
    /// Serial number of the terminal's certificate.
    pub terminal: String,
    /// Why.
    pub reason: EmergencyReason,
    /// Why, in the member's words.
    pub statement: String,
    /// When it began.
    pub opened_at: Timestamp,
    /// The first instant after it.
    pub ends_at: Timestamp,
    /// What the operator's review found; `None` before.
    pub review: Option<ReviewRow>,
}

/// Shows what is nobody's data.
impl std::fmt::Debug for LookRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookRow")
            .field("look_id", &self.look_id)
            .field("opened_at", &self.opened_at)
            .field("ends_at", &self.ends_at)
            .finish_non_exhaustive()
    }
}

/// The operator's review of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What it found.
    pub finding: LookFinding,
    /// In words; may be empty.
    pub remark: String,
}

/// Adds a view that has just been allowed.
pub async fn add_look(
    work: &mut Work,
    _permit: &Permit<EmergencyRead>,
    row: &LookRow,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO emergency_look (insurer_no, look_id, insured_no, window_id, office_no, account, terminal, reason, statement, opened_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.look_id),
                P::S(row.person.insured_no.as_str()),
                P::U(row.window_id),
                P::S(row.office_no.as_str()),
                P::S(&row.account),
                P::S(&row.terminal),
                P::S(row.reason.code()),
                P::S(&row.statement),
                P::T(row.opened_at),
                P::T(row.ends_at),
            ],
        )
        .await?;
    Ok(())
}

/// One view, as the decision about it needs it.
pub async fn find_look(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    look_id: Uuid,
) -> Result<Option<LookRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT insurer_no, insured_no, look_id, window_id, office_no, account, terminal, reason, statement, opened_at, ends_at, reviewed_at, reviewed_by, finding, remark FROM emergency_look WHERE insurer_no = $1 AND look_id = $2"
            ),
            &[P::S(insurer_no.as_str()), P::U(look_id)],
            look,
        )
        .await
}

/// The views of an office that are not over at `now`, newest first; those of closed windows are among them.
pub async fn list_running_looks(
    work: &mut Work,
    office_no: &OfficeNumber,
    now: Timestamp,
) -> Result<Vec<LookRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT l.insurer_no, l.insured_no, l.look_id, l.window_id, l.office_no, l.account, l.terminal, l.reason, l.statement, l.opened_at, l.ends_at, l.reviewed_at, l.reviewed_by, l.finding, l.remark FROM emergency_look l JOIN insurer i ON i.insurer_no = l.insurer_no WHERE l.office_no = $1 AND l.ends_at > $2 ORDER BY l.opened_at DESC, l.look_id DESC"
            ),
            &[P::S(office_no.as_str()), P::T(now)],
            look,
        )
        .await
}

/// Views that nobody has reviewed, oldest first, at most `limit`.
pub async fn list_unreviewed(
    work: &mut Work,
    _permit: &Permit<ManageEmergency>,
    limit: i64,
) -> Result<Vec<LookRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, look_id, window_id, office_no, account, terminal, reason, statement, opened_at, ends_at, reviewed_at, reviewed_by, finding, remark FROM emergency_look WHERE reviewed_at IS NULL ORDER BY opened_at, look_id LIMIT $1"
            ),
            &[P::I(limit)],
            look,
        )
        .await
}

/// Keeps a review; false when there is no such view or it was reviewed already.
pub async fn review(
    work: &mut Work,
    _permit: &Permit<ManageEmergency>,
    insurer_no: &InsurerNumber,
    look_id: Uuid,
    review: &ReviewRow,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE emergency_look SET reviewed_at = $3, reviewed_by = $4, finding = $5, remark = $6 WHERE insurer_no = $1 AND look_id = $2 AND reviewed_at IS NULL"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::U(look_id),
                P::T(review.at),
                P::S(&review.by),
                P::S(review.finding.code()),
                P::S(&review.remark),
            ],
        )
        .await?;
    Ok(touched == 1)
}

fn look(row: &Row<'_>) -> Result<LookRow> {
    let review = match row.get::<Option<Timestamp>>(11)? {
        None => None,
        Some(at) => Some(ReviewRow {
            at,
            by: row.get(12)?,
            finding: super::parse(row, 13, "emergency_look.finding")?,
            remark: row.get(14)?,
        }),
    };
    Ok(LookRow {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "emergency_look.insurer_no")?,
            insured_no: super::parse(row, 1, "emergency_look.insured_no")?,
        },
        look_id: row.get(2)?,
        window_id: row.get(3)?,
        office_no: super::parse(row, 4, "emergency_look.office_no")?,
        account: row.get(5)?,
        terminal: row.get(6)?,
        reason: super::parse(row, 7, "emergency_look.reason")?,
        statement: row.get(8)?,
        opened_at: row.get(9)?,
        ends_at: row.get(10)?,
        review,
    })
}
