//! Making one-time codes.

use super::{CODE_LENGTH, OPEN_TICKETS, TICKET_MINUTES, TRIES};
use crate::{
    CallContext, Platform,
    code::{code_of, grouped, new_code},
    forms::{self, FormKey},
    staff::hash_password,
};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{OfficeNumber, Timestamp};
use kiban_store::repo::{
    certificates, staff,
    terminals::{self, TicketRow},
};
use ring::digest::{SHA256, digest};

/// A code, shown once.
#[derive(Clone)]
pub struct NewTicket {
    /// In two groups.
    pub code: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for NewTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewTicket(…)")
    }
}

/// Why no code was made.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// Ten codes of the office wait to be used.
    #[error("too many codes wait to be used")]
    TooMany,
    /// The terminal to renew has no certificate that counts; it has to come in as a new one.
    #[error("the terminal has no certificate that counts")]
    NothingToRenew,
    /// The same form was sent before, and its code was used or has ended.
    #[error("the code of this form has ended")]
    Ended,
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Makes a code that admits a new terminal of the office, or renews the certificate of `terminal_id`; good for 30 minutes.
///
/// # Errors
///
/// See [`TicketError`].
pub async fn make_ticket(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    made_by: &str,
    terminal_id: Option<String>,
) -> Result<NewTicket, TicketError> {
    let lasts = SignedDuration::from_mins(TICKET_MINUTES);
    let code = new_code(platform, CODE_LENGTH);
    let made = prepare(
        platform,
        office_no,
        made_by,
        terminal_id,
        false,
        lasts,
        code,
    )
    .await?;
    keep(
        platform,
        context,
        &FormKey::fresh(platform),
        made,
        WhoMay::Staff,
    )
    .await
}

/// Makes a code that admits a new terminal, for an administrator of the office at the portal (W-1). While the office has no
/// administrator at the care door, the terminal may make the first one there. The same form sent again gives the same code.
///
/// # Errors
///
/// See [`TicketError`].
pub async fn make_ticket_at_portal(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    office_no: OfficeNumber,
    made_by: &str,
    terminal_id: Option<String>,
) -> Result<NewTicket, TicketError> {
    let lasts = SignedDuration::from_mins(TICKET_MINUTES);
    // Only the code's hash is kept; what a repeat shows is made again from what its page and its session know.
    let code = code_of(form.seed(), CODE_LENGTH);
    let made = prepare(
        platform,
        office_no,
        made_by,
        terminal_id,
        false,
        lasts,
        code,
    )
    .await?;
    keep(platform, context, form, made, WhoMay::SetUp).await
}

/// What a ticket lets its terminal do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhoMay {
    /// Nothing beyond being a terminal.
    Staff,
    /// Setting the office up, if nobody has.
    SetUp,
}

async fn keep(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    (mut row, mut ticket): (TicketRow, NewTicket),
    who: WhoMay,
) -> Result<NewTicket, TicketError> {
    let office_no = row.office_no;
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("terminal-ticket:{}", row.ticket_id))
        .to_entry();
    let now = platform.now();
    let (inside, form) = (platform.clone(), form.clone());
    ticket.expires_at = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    let hash = &row.code_hash;
                    let made = terminals::find_ticket(work, &office_no, hash, TRIES, now).await?;
                    return made.map(|it| it.expires_at).ok_or(TicketError::Ended);
                }
                if terminals::count_open(work, &office_no, TRIES, now).await? >= OPEN_TICKETS {
                    return Err(TicketError::TooMany);
                }
                if let Some(terminal_id) = &row.terminal_id {
                    let held = certificates::list_held(work, office_no.as_str()).await?;
                    let good = |held: &certificates::HeldRow| {
                        held.certificate.holder == *terminal_id
                            && held.certificate.revoked_at.is_none()
                            && held.certificate.not_after > now
                    };
                    if !held.iter().any(good) {
                        return Err(TicketError::NothingToRenew);
                    }
                }
                if who == WhoMay::SetUp && row.terminal_id.is_none() {
                    row.first = staff::count_administrators(work, &office_no).await? == 0;
                }
                terminals::add_ticket(work, &row).await?;
                work.record(&entry).await?;
                Ok(row.expires_at)
            })
        })
        .await?;
    Ok(ticket)
}

/// A ticket that is not stored yet.
pub(super) async fn prepare(
    platform: &Platform,
    office_no: OfficeNumber,
    made_by: &str,
    terminal_id: Option<String>,
    first: bool,
    lasts: SignedDuration,
    code: String,
) -> Result<(TicketRow, NewTicket), TicketError> {
    let shown = grouped(&code, 5);
    let code_hash = hash_code(&office_no, code).await?;
    let now = platform.now();
    let expires_at = now + lasts;
    let row = TicketRow {
        ticket_id: platform.id(),
        office_no,
        code_hash,
        terminal_id,
        first,
        made_by: made_by.to_owned(),
        created_at: now,
        expires_at,
    };
    let ticket = NewTicket {
        code: shown,
        expires_at,
    };
    Ok((row, ticket))
}

/// Slow, because 50 bits would not stand long against a copy of the table; with one salt an office, so that a try costs one
/// hash however many codes wait.
pub(super) async fn hash_code(
    office_no: &OfficeNumber,
    code: String,
) -> Result<String, TicketError> {
    let salted = digest(
        &SHA256,
        format!("terminal-ticket:{}", office_no.as_str()).as_bytes(),
    );
    let mut salt = [0; 16];
    salt.copy_from_slice(&salted.as_ref()[..16]);
    tokio::task::spawn_blocking(move || hash_password(&code, salt))
        .await
        .map_err(|_| TicketError::Hashing)?
        .map_err(|_| TicketError::Hashing)
}
