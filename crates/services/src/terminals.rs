//! The terminals of an office: list, name, renewal, stopping, reminders (W-1).

use crate::{
    CallContext, Platform,
    certificates::{CertificateTable, Standing},
    mail::{self, Letter},
    notices::{self, Event},
};
use jiff::SignedDuration;
use kiban_access::Caller;
use kiban_audit::{Action, Actor, Door, NO_INSURER};
use kiban_domain::{Body, Clock, OfficeNumber, Timestamp, tokyo_date};
use kiban_store::repo::{
    certificates::{self, HeldRow},
    offices,
    terminals::{self, TerminalRow},
};

/// Reminders are given so many days before the end, once each.
pub const REMINDERS: [i64; 3] = [60, 30, 7];
/// An old certificate counts for so many days beside the new one, unless the new one is used before.
const OVERLAP_DAYS: i64 = 7;
/// A use is noted once in so many minutes.
const SEEN_MINUTES: i64 = 10;
/// Longest name of a terminal, in characters.
pub const NAME_LENGTH: usize = 40;

/// A terminal with its certificate.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// The terminal; one that came in by the operator's command has its identifier for a name.
    pub row: TerminalRow,
    /// The newest certificate of each role, and older ones that still count.
    pub certificates: Vec<HeldRow>,
}

impl Terminal {
    /// The browser's certificate that counts now, the newest of them.
    pub fn current(&self, now: Timestamp) -> Option<&HeldRow> {
        self.certificates
            .iter()
            .rfind(|held| held.certificate.role == "browser" && counts(held, now))
    }

    /// Whether any certificate of the terminal counts.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.certificates.iter().any(|held| counts(held, now))
    }

    /// When it was last used.
    pub fn last_seen_at(&self) -> Option<Timestamp> {
        self.certificates
            .iter()
            .filter_map(|held| held.last_seen_at)
            .max()
    }
}

fn counts(held: &HeldRow, now: Timestamp) -> bool {
    held.certificate.revoked_at.is_none() && held.certificate.not_after > now
}

/// All terminals of an office, those that count first.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    clock: &dyn Clock,
    office_no: &OfficeNumber,
) -> Result<Vec<Terminal>, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let rows = terminals::list(&mut work, office_no).await?;
    let held = certificates::list_held(&mut work, office_no.as_str()).await?;
    drop(work);
    let mut all: Vec<Terminal> = rows
        .into_iter()
        .map(|row| Terminal {
            row,
            certificates: Vec::new(),
        })
        .collect();
    for held in held {
        let id = &held.certificate.holder;
        if let Some(terminal) = all.iter_mut().find(|it| it.row.terminal_id == *id) {
            terminal.certificates.push(held);
        } else {
            let row = TerminalRow {
                terminal_id: id.clone(),
                office_no: *office_no,
                name: id.clone(),
                kind: 1,
                may_set_up: false,
                created_at: held.certificate.issued_at,
            };
            all.push(Terminal {
                row,
                certificates: vec![held],
            });
        }
    }
    let now = clock.now();
    all.sort_by_key(|terminal| !terminal.is_open(now));
    Ok(all)
}

/// Why a terminal was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The office has no such terminal.
    #[error("no such terminal")]
    NotFound,
    /// The name is empty or too long.
    #[error("the name is empty or too long")]
    Name,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// One terminal of an office.
///
/// # Errors
///
/// See [`TerminalError`].
pub async fn load(
    platform: &Platform,
    clock: &dyn Clock,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Terminal, TerminalError> {
    let all = list(platform, clock, office_no).await?;
    all.into_iter()
        .find(|terminal| terminal.row.terminal_id == terminal_id)
        .ok_or(TerminalError::NotFound)
}

/// Gives a terminal another name and kind.
///
/// # Errors
///
/// See [`TerminalError`].
pub async fn rename(
    platform: &Platform,
    context: &CallContext,
    clock: &dyn Clock,
    office_no: &OfficeNumber,
    terminal_id: &str,
    name: &str,
    tablet: bool,
) -> Result<(), TerminalError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LENGTH || name.contains(char::is_control) {
        return Err(TerminalError::Name);
    }
    let mut row = load(platform, clock, office_no, terminal_id).await?.row;
    name.clone_into(&mut row.name);
    row.kind = if tablet { 2 } else { 1 };
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("terminal-named:{terminal_id}"))
        .to_entry();
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                terminals::rename(work, &row).await?;
                work.record(&entry).await
            })
        })
        .await?;
    Ok(())
}

/// Stops a terminal that was lost: every certificate of it ends now, and so does every code that would give it another. Gives
/// back their serials, so that a table in memory can be told at once; other processes learn of it within a second.
///
/// # Errors
///
/// See [`TerminalError`].
pub async fn stop(
    platform: &Platform,
    context: &CallContext,
    clock: &dyn Clock,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Vec<String>, TerminalError> {
    load(platform, clock, office_no, terminal_id).await?;
    let now = platform.now();
    let (office_no, terminal_id) = (*office_no, terminal_id.to_owned());
    let (inside, context) = (platform.clone(), context.clone());
    let stopped = platform
        .store
        .write::<_, kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                // A certificate that is being issued at this moment is there when the turn comes, or is not issued any more.
                offices::take_turn(work, &office_no).await?;
                terminals::end_tickets(work, &office_no, &terminal_id, now).await?;
                let mut stopped = Vec::new();
                for held in certificates::list_held(work, office_no.as_str()).await? {
                    let row = held.certificate;
                    if row.holder != terminal_id || row.revoked_at.is_some() {
                        continue;
                    }
                    if certificates::revoke(work, &row.serial, now, "lost").await? {
                        let entry = context
                            .event(&inside, NO_INSURER, Action::CertificateRevoked)
                            .ground(format!("certificate:{}", row.serial))
                            .to_entry();
                        work.record(&entry).await?;
                        stopped.push(row.serial);
                    }
                }
                Ok(stopped)
            })
        })
        .await?;
    Ok(stopped)
}

/// Notes that a terminal's certificate is used, once in ten minutes; the first use of a new one ends the one it replaces.
///
/// # Errors
///
/// The database only.
pub async fn note_use(
    platform: &Platform,
    table: &CertificateTable,
    serial: &str,
) -> Result<(), kiban_store::Error> {
    let now = platform.now();
    if table.standing(serial) != Some(Standing::Good)
        || !table.is_use_due(serial, now, SignedDuration::from_mins(SEEN_MINUTES))
    {
        return Ok(());
    }
    let mut work = platform.store.point().await?;
    let old = certificates::find_replaced(&mut work, serial).await?;
    drop(work);
    if let Some(old) = &old {
        supersede(platform, table, old).await?;
    }
    let serial = serial.to_owned();
    platform
        .store
        .write(move |work| Box::pin(async move { certificates::touch(work, &serial, now).await }))
        .await
}

async fn supersede(
    platform: &Platform,
    table: &CertificateTable,
    old: &str,
) -> Result<(), kiban_store::Error> {
    let entry = system()
        .event(platform, NO_INSURER, Action::CertificateRevoked)
        .ground(format!("certificate:{old}"))
        .to_entry();
    let now = platform.now();
    let serial = old.to_owned();
    let ended = platform
        .store
        .write::<_, kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                let ended = certificates::revoke(work, &serial, now, "superseded").await?;
                if ended {
                    work.record(&entry).await?;
                }
                Ok(ended)
            })
        })
        .await?;
    if ended {
        table.stop(old);
    }
    Ok(())
}

fn system() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::System, "terminals"),
        request_id: "job".to_owned(),
    }
}

/// Ends old certificates whose successors were issued seven days ago; how many. `clock` is the machine's.
///
/// # Errors
///
/// The database only.
pub async fn end_superseded(
    platform: &Platform,
    clock: &dyn Clock,
    table: &CertificateTable,
) -> Result<u64, kiban_store::Error> {
    let before = clock.now() - SignedDuration::from_hours(24 * OVERLAP_DAYS);
    let mut work = platform.store.point().await?;
    let old = certificates::list_superseded(&mut work, before).await?;
    drop(work);
    let mut ended = 0;
    for (serial, _) in old {
        supersede(platform, table, &serial).await?;
        ended += 1;
    }
    Ok(ended)
}

/// Reminds administrators of certificates that end in 60, 30 or 7 days; how many reminders were given. Run any number of
/// times, in any number of processes, each is given once; after a pause only the nearest one.
///
/// # Errors
///
/// The database only.
pub async fn remind(platform: &Platform, clock: &dyn Clock) -> Result<u64, kiban_store::Error> {
    let now = clock.now();
    let until = now + SignedDuration::from_hours(24 * (REMINDERS[0] + 1));
    let mut work = platform.store.point().await?;
    let ending = certificates::list_ending(&mut work, now, until).await?;
    drop(work);
    let mut given = 0;
    for row in ending {
        let left = days_left(row.not_after, now);
        let Some(due) = REMINDERS.into_iter().rfind(|days| left <= *days) else {
            continue;
        };
        let Ok(office_no) = row.organisation.parse::<OfficeNumber>() else {
            continue;
        };
        let mail_ids: Vec<_> = (0..20).map(|_| platform.id()).collect();
        let (inside, notice_id) = (platform.clone(), platform.id());
        let told = platform
            .store
            .write::<_, kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    if !terminals::note_reminder(work, &row.serial, due, now).await? {
                        return Ok(false);
                    }
                    // A reminder of further ahead would come too late from now on.
                    for passed in REMINDERS.into_iter().filter(|days| *days > due) {
                        terminals::note_reminder(work, &row.serial, passed, now).await?;
                    }
                    let terminal = terminals::find(work, &office_no, &row.holder).await?;
                    let name = terminal.map_or_else(|| row.holder.clone(), |it| it.name);
                    let event = Event::CertificateEnds {
                        serial: row.serial.clone(),
                        terminal: name.clone(),
                        days: due,
                        day: tokyo_date(row.not_after),
                    };
                    let office = Body::Office(office_no);
                    notices::tell(work, &inside, notice_id, Some(office), &event).await?;
                    let mails = offices::list_mails(work, &office_no).await?;
                    for (to, mail_id) in mails.into_iter().zip(mail_ids) {
                        if let Ok(to) = to.parse() {
                            let letter = reminder(to, &office_no, &name, row.not_after, left);
                            mail::queue(work, mail_id, &inside, &letter).await?;
                        }
                    }
                    Ok(true)
                })
            })
            .await?;
        given += u64::from(told);
    }
    Ok(given)
}

/// Whole days from today to a certificate's last day, in Japan.
pub fn days_left(not_after: Timestamp, now: Timestamp) -> i64 {
    let (from, to) = (tokyo_date(now), tokyo_date(not_after));
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn reminder(
    to: kiban_domain::MailAddress,
    office_no: &OfficeNumber,
    name: &str,
    not_after: Timestamp,
    left: i64,
) -> Letter {
    let day = tokyo_date(not_after);
    Letter {
        to,
        subject: format!("端末の電子証明書の期限まで、あと{left}日です"),
        body: format!(
            "次の端末の電子証明書は、{}年{}月{}日に期限を迎えます。期限を過ぎると、この端末ではWEBサービスを使えません。\n\n\
             事業所番号　{}\n端末　　　　{name}\n\n\
             WEBサービスの「職員・端末」の「端末」で、この端末の「更新する」を押してください。\n",
            day.year(),
            day.month(),
            day.day(),
            office_no.as_str(),
        ),
    }
}
