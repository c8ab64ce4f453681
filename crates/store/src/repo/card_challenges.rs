//! Challenges for the card at a terminal (W-3a, T-1). A challenge names no person until a card has answered it.

use super::card_links::CardRow;
use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{InsurerNumber, OfficeNumber, Timestamp};
use uuid::Uuid;

/// Where a challenge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeState {
    /// The terminal has not seen it.
    Pending,
    /// It is in front of the person.
    Taken,
    /// Answered and verified.
    Done,
    /// It ended without an answer that holds.
    Failed,
    /// Nobody answered in time.
    Expired,
    /// A newer one, or the staff, ended it.
    Withdrawn,
}

impl ChallengeState {
    const ALL: [Self; 6] = [
        Self::Pending,
        Self::Taken,
        Self::Done,
        Self::Failed,
        Self::Expired,
        Self::Withdrawn,
    ];

    fn number(self) -> i64 {
        match self {
            Self::Pending => 1,
            Self::Taken => 2,
            Self::Done => 3,
            Self::Failed => 4,
            Self::Expired => 5,
            Self::Withdrawn => 6,
        }
    }

    /// A word that stays, for the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Taken => "taken",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it may still be answered.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Taken)
    }
}

/// What the card of a done challenge stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardOutcome {
    /// One insured person.
    Linked,
    /// Nobody yet.
    Unknown,
    /// Nobody any more.
    LinkEnded,
    /// More than one: an operator has to look.
    Contradiction,
}

impl CardOutcome {
    const ALL: [Self; 4] = [
        Self::Linked,
        Self::Unknown,
        Self::LinkEnded,
        Self::Contradiction,
    ];

    fn number(self) -> i64 {
        match self {
            Self::Linked => 1,
            Self::Unknown => 2,
            Self::LinkEnded => 3,
            Self::Contradiction => 4,
        }
    }
}

/// A challenge. `Debug` leaves the text out: it holds the nonce.
#[derive(Clone)]
pub struct ChallengeRow {
    /// Its identifier, 16 random bytes.
    pub challenge_id: Uuid,
    /// Whose terminal.
    pub office_no: OfficeNumber,
    /// Which terminal.
    pub terminal_id: String,
    /// A digest that only the sign-in that asked for it can give again.
    pub sign_in: Vec<u8>,
    /// Who asked for it.
    pub staff: String,
    /// What it is for: the page's name of its case.
    pub case_id: String,
    /// 1 by PIN, 2 by sight.
    pub method: i16,
    /// The text that the card signs.
    pub message: String,
    /// Four digits that page and terminal both show.
    pub code: String,
    /// Where it stands.
    pub state: ChallengeState,
    /// Why it failed: a code of the terminal, or of the check of the answer.
    pub reason: Option<String>,
    /// Tries left, where the code has a number.
    pub tries_left: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be answered.
    pub expires_at: Timestamp,
    /// When it ended, however it did.
    pub ended_at: Option<Timestamp>,
    /// What the card stands for.
    pub outcome: Option<CardOutcome>,
    /// The link's insurer, when there is one link.
    pub insurer_no: Option<InsurerNumber>,
    /// The link.
    pub link_id: Option<Uuid>,
    /// The card that answered, until the result is used.
    pub card: Option<CardRow>,
    /// When the result was used.
    pub used_at: Option<Timestamp>,
}

impl std::fmt::Debug for ChallengeRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChallengeRow")
            .field("challenge_id", &self.challenge_id)
            .field("state", &self.state)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Keeps a new challenge.
pub async fn add(work: &mut Work, row: &ChallengeRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO card_challenge (challenge_id, office_no, terminal_id, sign_in, staff, case_id, method, message, code, state, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            ),
            &[
                P::U(row.challenge_id),
                P::S(row.office_no.as_str()),
                P::S(&row.terminal_id),
                P::B(&row.sign_in),
                P::S(&row.staff),
                P::S(&row.case_id),
                P::I(i64::from(row.method)),
                P::S(&row.message),
                P::S(&row.code),
                P::I(row.state.number()),
                P::T(row.created_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The challenge with this identifier.
pub async fn find(work: &mut Work, challenge_id: Uuid) -> Result<Option<ChallengeRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT challenge_id, office_no, terminal_id, sign_in, staff, case_id, method, message, code, state, reason, tries_left, created_at, expires_at, ended_at, outcome, insurer_no, link_id, card_issuer, card_serial, used_at FROM card_challenge WHERE challenge_id = $1"
            ),
            &[P::U(challenge_id)],
            read,
        )
        .await
}

/// The challenges of a terminal that have not ended, the newest first.
pub async fn list_open(
    work: &mut Work,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Vec<ChallengeRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT challenge_id, office_no, terminal_id, sign_in, staff, case_id, method, message, code, state, reason, tries_left, created_at, expires_at, ended_at, outcome, insurer_no, link_id, card_issuer, card_serial, used_at FROM card_challenge WHERE office_no = $1 AND terminal_id = $2 AND state IN (1, 2) ORDER BY created_at DESC, challenge_id"
            ),
            &[P::S(office_no.as_str()), P::S(terminal_id)],
            read,
        )
        .await
}

/// Terminals for which a challenge waits, so that a process which did not make it can wake their polls.
pub async fn list_waiting_terminals(
    work: &mut Work,
    at: Timestamp,
) -> Result<Vec<(OfficeNumber, String)>> {
    work.conn
        .query(
            &sql!(
                "SELECT office_no, terminal_id FROM card_challenge WHERE state = 1 AND expires_at >= $1"
            ),
            &[P::T(at)],
            |row| Ok((super::parse(row, 0, "card_challenge.office_no")?, row.get(1)?)),
        )
        .await
}

/// Open challenges whose time is over, for the sweep.
pub async fn list_overdue(work: &mut Work, at: Timestamp) -> Result<Vec<ChallengeRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT challenge_id, office_no, terminal_id, sign_in, staff, case_id, method, message, code, state, reason, tries_left, created_at, expires_at, ended_at, outcome, insurer_no, link_id, card_issuer, card_serial, used_at FROM card_challenge WHERE state IN (1, 2) AND expires_at < $1 ORDER BY expires_at LIMIT 500"
            ),
            &[P::T(at)],
            read,
        )
        .await
}

/// Moves a pending challenge to taken; false when it was not pending any more.
pub async fn take(work: &mut Work, challenge_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE card_challenge SET state = 2, taken_at = $2 WHERE challenge_id = $1 AND state = 1"
            ),
            &[P::U(challenge_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends an open challenge without a result; false when it had ended.
pub async fn end(
    work: &mut Work,
    challenge_id: Uuid,
    state: ChallengeState,
    reason: Option<&str>,
    tries_left: Option<u8>,
    at: Timestamp,
) -> Result<bool> {
    let tries_left = tries_left.map_or(P::Null, |left| P::I(i64::from(left)));
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE card_challenge SET state = $2, reason = $3, tries_left = $4, ended_at = $5 WHERE challenge_id = $1 AND state IN (1, 2)"
            ),
            &[
                P::U(challenge_id),
                P::I(state.number()),
                P::opt(reason),
                tries_left,
                P::T(at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// What a verified answer leaves behind.
#[derive(Debug)]
pub struct Answered<'a> {
    /// What the card stands for.
    pub outcome: CardOutcome,
    /// The one link, with its insurer.
    pub link: Option<(InsurerNumber, Uuid)>,
    /// The card.
    pub card: &'a CardRow,
    /// When.
    pub at: Timestamp,
}

/// Moves a taken challenge to done; false when it was not taken any more.
pub async fn finish(work: &mut Work, challenge_id: Uuid, answered: &Answered<'_>) -> Result<bool> {
    let insurer_no = answered
        .link
        .as_ref()
        .map(|(insurer_no, _)| insurer_no.as_str());
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE card_challenge SET state = 3, outcome = $2, insurer_no = $3, link_id = $4, card_issuer = $5, card_serial = $6, ended_at = $7 WHERE challenge_id = $1 AND state = 2"
            ),
            &[
                P::U(challenge_id),
                P::I(answered.outcome.number()),
                P::opt(insurer_no),
                answered.link.as_ref().map_or(P::Null, |(_, link_id)| P::U(*link_id)),
                P::B(&answered.card.issuer_key_id),
                P::B(&answered.card.serial),
                P::T(answered.at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Uses a result, once: the card is forgotten here. False when it had been used.
pub async fn use_result(work: &mut Work, challenge_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE card_challenge SET used_at = $2, card_issuer = NULL, card_serial = NULL WHERE challenge_id = $1 AND state = 3 AND used_at IS NULL"
            ),
            &[P::U(challenge_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets the cards of results that nobody used in time, and whole challenges from before `forgotten`.
pub async fn forget(work: &mut Work, unused: Timestamp, forgotten: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!(
                "UPDATE card_challenge SET card_issuer = NULL, card_serial = NULL WHERE state = 3 AND ended_at < $1 AND card_serial IS NOT NULL"
            ),
            &[P::T(unused)],
        )
        .await?;
    work.conn
        .exec(
            &sql!("DELETE FROM card_challenge WHERE created_at < $1"),
            &[P::T(forgotten)],
        )
        .await
}

fn read(row: &Row<'_>) -> Result<ChallengeRow> {
    let state: i64 = row.get(9)?;
    let state = ChallengeState::ALL
        .into_iter()
        .find(|it| it.number() == state);
    let outcome = match row.get::<Option<i64>>(15)? {
        None => None,
        Some(number) => {
            let known = CardOutcome::ALL
                .into_iter()
                .find(|it| it.number() == number);
            Some(known.ok_or_else(|| corrupt("card_challenge.outcome"))?)
        }
    };
    let insurer_no = match row.get::<Option<String>>(16)? {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| corrupt("card_challenge.insurer_no"))?,
        ),
    };
    let card = match (
        row.get::<Option<Vec<u8>>>(18)?,
        row.get::<Option<Vec<u8>>>(19)?,
    ) {
        (Some(issuer_key_id), Some(serial)) => Some(CardRow {
            issuer_key_id,
            serial,
        }),
        _ => None,
    };
    Ok(ChallengeRow {
        challenge_id: row.get(0)?,
        office_no: super::parse(row, 1, "card_challenge.office_no")?,
        terminal_id: row.get(2)?,
        sign_in: row.get(3)?,
        staff: row.get(4)?,
        case_id: row.get(5)?,
        method: row.get(6)?,
        message: row.get(7)?,
        code: row.get(8)?,
        state: state.ok_or_else(|| corrupt("card_challenge.state"))?,
        reason: row.get(10)?,
        tries_left: row.get(11)?,
        created_at: row.get(12)?,
        expires_at: row.get(13)?,
        ended_at: row.get(14)?,
        outcome,
        insurer_no,
        link_id: row.get(17)?,
        card,
        used_at: row.get(20)?,
    })
}

fn corrupt(place: &'static str) -> Error {
    Error::corrupt(place, "not one of the list")
}
