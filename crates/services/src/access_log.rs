//! Who of the own office looked at whose data, when and why (C11).
//!
//! The sealer finds the looks, so the newest seconds are missing. Reading the log is itself recorded.

use crate::{CallContext, Platform, days::first_instant, staff::StaffRole};
use kiban_access::{
    ListPersons, LogReader, Permit, PersonKey, ReadAccessLog, Refusal, list_persons,
    read_access_log,
};
use kiban_audit::{Action, Entry, Event, NO_INSURER};
use kiban_domain::{Date, OfficeNumber, ServiceKind};
use kiban_store::{
    Error,
    repo::{
        audit::first_id_at,
        certificates,
        eligibility::relation_ground,
        looks::{self, Stretch},
        relations, staff,
    },
};
use std::collections::HashMap;
use uuid::Uuid;

/// The most entries that one page shows.
pub const PAGE_MAX: usize = 100;
/// The most entries that one file takes: some megabytes.
pub const FILE_MAX: usize = 10_000;
/// Persons that one question may name; each is a search of its own.
pub const PERSONS_MAX: usize = 20;

/// Which looks are asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// About these persons only, [`PERSONS_MAX`] at the most; `None` is everybody, lists included.
    pub persons: Option<Vec<PersonKey>>,
    /// Of this member only, by login. Who may see their own looks only gets those, whatever stands here.
    pub staff: Option<String>,
    /// First day, in Japan.
    pub from: Option<Date>,
    /// Last day, inclusive.
    pub to: Option<Date>,
    /// Older than this entry: the last one of the page before.
    pub before: Option<Uuid>,
}

/// One look or change.
#[derive(Debug, Clone)]
pub struct Look {
    /// What was recorded.
    pub event: Event,
    /// The member's name; the login when the account is gone, `None` for software.
    pub staff_name: Option<String>,
    /// Whom it was about; `None` for lists.
    pub person: Option<PersonKey>,
    /// The person's name, when the office serves or served the person.
    pub person_name: Option<String>,
    /// Whether the office serves the person today.
    pub serving: bool,
    /// The registration that it rested on.
    pub registration: Option<Registered>,
    /// Terminal or system.
    pub terminal: Option<String>,
}

/// A registration as the reason of a look.
#[derive(Debug, Clone)]
pub struct Registered {
    /// For which service.
    pub service_kind: ServiceKind,
    /// The purpose stated when registering.
    pub purpose: String,
}

/// A page of the log.
#[derive(Debug)]
pub struct Log {
    /// Newest first.
    pub looks: Vec<Look>,
    /// From where the next page goes on; `None` at the end.
    pub older: Option<Uuid>,
    /// Whether the reader sees the own looks only.
    pub own_only: bool,
}

/// Why the log is not shown.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// More than [`FILE_MAX`] entries: the question must be narrowed.
    #[error("too many entries for one file")]
    TooMany,
    /// The database, or the record of this look could not be written.
    #[error("storage")]
    Storage(#[from] Error),
}

/// A page of the log, at most `limit` entries and never more than [`PAGE_MAX`].
///
/// # Errors
///
/// See [`LogError`]; never [`LogError::TooMany`].
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    role: StaffRole,
    question: &Question,
    limit: usize,
) -> Result<Log, LogError> {
    let permit = permit(context, role)?;
    let limit = limit.clamp(1, PAGE_MAX);
    let (entries, older) = find(platform, &permit, question, limit).await?;
    let looks = describe(platform, context, entries).await?;
    record(platform, context, &permit, question, Action::AuditRead).await?;
    Ok(Log {
        looks,
        older,
        own_only: permit.member().is_some(),
    })
}

/// The log as it goes into a file: administrators only, at most [`FILE_MAX`] entries.
///
/// # Errors
///
/// See [`LogError`].
pub async fn export(
    platform: &Platform,
    context: &CallContext,
    role: StaffRole,
    question: &Question,
) -> Result<Vec<Look>, LogError> {
    let permit = permit(context, role)?;
    if permit.member().is_some() {
        return Err(LogError::Refused(Refusal::RoleNotEntitled));
    }
    let (entries, older) = find(platform, &permit, question, FILE_MAX).await?;
    if older.is_some() {
        return Err(LogError::TooMany);
    }
    let looks = describe(platform, context, entries).await?;
    record(platform, context, &permit, question, Action::Export).await?;
    Ok(looks)
}

/// Login and name of the members whose looks an administrator can ask for.
///
/// # Errors
///
/// See [`LogError`]; nobody for readers who see their own looks only.
pub async fn members(
    platform: &Platform,
    context: &CallContext,
    role: StaffRole,
) -> Result<Vec<(String, String)>, LogError> {
    let permit = permit(context, role)?;
    if permit.member().is_some() {
        return Ok(Vec::new());
    }
    let office_no = office_of(&permit)?;
    Ok(staff::list_names(&mut platform.store.point().await?, &office_no).await?)
}

fn permit(context: &CallContext, role: StaffRole) -> Result<Permit<ReadAccessLog>, LogError> {
    let reader = match (role, context.actor.staff.as_deref()) {
        (StaffRole::Administrator, Some(_)) => LogReader::Administrator,
        (StaffRole::CareManager | StaffRole::Staff | StaffRole::Clerk, Some(login)) => {
            LogReader::Member(login)
        }
        (StaffRole::Contractor, _) | (_, None) => {
            return Err(LogError::Refused(Refusal::RoleNotEntitled));
        }
    };
    read_access_log(&context.caller, reader).map_err(LogError::Refused)
}

fn office_of(permit: &Permit<ReadAccessLog>) -> Result<OfficeNumber, LogError> {
    let number = permit.organisation().parse();
    number.map_err(|_| LogError::Refused(Refusal::RoleNotEntitled))
}

async fn find(
    platform: &Platform,
    permit: &Permit<ReadAccessLog>,
    question: &Question,
    limit: usize,
) -> Result<(Vec<Entry>, Option<Uuid>), LogError> {
    // One more than asked for tells whether there is more.
    let stretch = stretch(question, limit + 1)?;
    let staff = question.staff.as_deref();
    let mut work = platform.audit.read().await?;
    let mut entries = match &question.persons {
        None => looks::list_of_office(&mut work, permit, staff, stretch).await?,
        Some(persons) => {
            let mut entries = Vec::new();
            for person in persons.iter().take(PERSONS_MAX) {
                entries.extend(
                    looks::list_of_person(&mut work, permit, person, staff, stretch).await?,
                );
            }
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
            entries
        }
    };
    let more = entries.len() > limit;
    entries.truncate(limit);
    let older = entries.last().filter(|_| more).map(|entry| entry.id);
    Ok((entries, older))
}

fn stretch(question: &Question, limit: usize) -> Result<Stretch, Error> {
    let from = question.from.map(begin_of).transpose()?;
    let after_last = question.to.and_then(|to| to.tomorrow().ok());
    let until = after_last.map(begin_of).transpose()?;
    let before = [until, question.before].into_iter().flatten().min();
    Ok(Stretch {
        from: from.unwrap_or(Uuid::nil()),
        before: before.unwrap_or(Uuid::max()),
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    })
}

/// The smallest identifier of a day in Japan; days before 1970 begin with the first identifier.
fn begin_of(day: Date) -> Result<Uuid, Error> {
    first_id_at(first_instant(day))
}

/// Adds the names that entries leave out; each person, member and certificate is looked up once.
async fn describe(
    platform: &Platform,
    context: &CallContext,
    entries: Vec<Entry>,
) -> Result<Vec<Look>, LogError> {
    let names = list_persons(&context.caller).map_err(LogError::Refused)?;
    let mut known = Known::of(platform, names).await?;
    let mut looks = Vec::with_capacity(entries.len());
    for entry in entries {
        // What does not read as an entry was altered after it had been sealed: verification names it, nothing is shown.
        if let Ok(event) = entry.parse() {
            looks.push(known.look(event).await?);
        }
    }
    Ok(looks)
}

struct Known {
    work: kiban_store::Work,
    permit: Permit<ListPersons>,
    office_no: Option<OfficeNumber>,
    staff: HashMap<String, String>,
    today: Date,
    persons: HashMap<PersonKey, (Option<String>, Vec<relations::RelationRow>)>,
    terminals: HashMap<String, Option<String>>,
}

impl Known {
    async fn of(platform: &Platform, permit: Permit<ListPersons>) -> Result<Self, Error> {
        let mut work = platform.store.point().await?;
        let office_no = crate::relations::caller_office(permit.caller()).copied();
        let staff = match &office_no {
            Some(office_no) => staff::list_names(&mut work, office_no).await?,
            None => Vec::new(),
        };
        Ok(Self {
            work,
            permit,
            office_no,
            staff: staff.into_iter().collect(),
            today: platform.today(),
            persons: HashMap::new(),
            terminals: HashMap::new(),
        })
    }

    async fn look(&mut self, event: Event) -> Result<Look, Error> {
        let person = key_of(&event);
        let today = self.today;
        let (person_name, serving, registration) = match &person {
            None => (None, false, None),
            Some(person) => {
                let (name, rows) = self.person(person).await?;
                let ground = event.ground.as_deref().unwrap_or_default();
                let row = rows
                    .iter()
                    .find(|row| relation_ground(row.relation_id) == ground);
                let registration = row.map(|row| Registered {
                    service_kind: row.service_kind,
                    purpose: row.purpose.clone(),
                });
                let serving =
                    |row: &relations::RelationRow| row.valid_from <= today && today <= row.valid_to;
                (name.clone(), rows.iter().any(serving), registration)
            }
        };
        let staff = event.actor.staff.as_ref();
        Ok(Look {
            staff_name: staff.map(|login| self.staff.get(login).unwrap_or(login).clone()),
            terminal: match &event.actor.certificate {
                None => None,
                Some(serial) => self.terminal(serial).await?,
            },
            person,
            person_name,
            serving,
            registration,
            event,
        })
    }

    async fn person(
        &mut self,
        person: &PersonKey,
    ) -> Result<&(Option<String>, Vec<relations::RelationRow>), Error> {
        let mut found = (None, Vec::new());
        if !self.persons.contains_key(person)
            && let Some(office_no) = &self.office_no
        {
            let name = relations::find_name(&mut self.work, &self.permit, office_no, person);
            found.0 = name.await?;
            found.1 = relations::list_of(&mut self.work, person, office_no).await?;
        }
        Ok(self.persons.entry(person.clone()).or_insert(found))
    }

    async fn terminal(&mut self, serial: &str) -> Result<Option<String>, Error> {
        if let Some(known) = self.terminals.get(serial) {
            return Ok(known.clone());
        }
        let holder = certificates::find_holder(&mut self.work, serial).await?;
        self.terminals.insert(serial.to_owned(), holder.clone());
        Ok(holder)
    }
}

fn key_of(event: &Event) -> Option<PersonKey> {
    Some(PersonKey {
        insurer_no: event.lane.parse().ok()?,
        insured_no: event.insured_no.as_deref()?.parse().ok()?,
    })
}

/// Records that the log was read: in the person's lane when one person was asked about.
async fn record(
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<ReadAccessLog>,
    question: &Question,
    action: Action,
) -> Result<(), Error> {
    let one = match question.persons.as_deref() {
        Some([person]) => Some(person),
        Some(_) | None => None,
    };
    let lane = one.map_or(NO_INSURER, |person| person.insurer_no.as_str());
    let mut event = context
        .event(platform, lane, action)
        .purpose("access_log")
        .ground(permit.ground().to_owned());
    event.insured_no = one.map(|person| person.insured_no.as_str().to_owned());
    platform.audit.append(event.to_entry()).await
}
