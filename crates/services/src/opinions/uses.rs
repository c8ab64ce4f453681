//! Who read an opinion after it was sent, and on which ground: for the institution that wrote it (D06).

use super::{CaseError, open_sent::find_own};
use crate::{CallContext, Platform};
use kiban_access::{PersonKey, asked_institution};
use kiban_audit::{Action, Event, Outcome};
use kiban_domain::{OfficeNumber, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        audit::first_id_at,
        insurers,
        looks::{self, Stretch},
        offices,
        opinion_submissions::SubmissionRow,
    },
};
use std::collections::HashMap;
use uuid::Uuid;

/// The most viewings of an answer.
pub const USES_MOST: usize = 200;
/// Entries about the person that are read at a time.
const STEP: i64 = 500;
/// So many times at the most: beyond that the list ends and says so.
const STEPS: usize = 40;
/// Where an opinion's bytes pass before it is sent.
const BEFORE_SENDING: &str = "opinion_check";

/// Why somebody was shown an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseGround {
    /// The municipality that asked for it.
    Insurer,
    /// An institution that is asked for an opinion about the same person.
    Asked,
    /// Consent of the person and of the physician.
    Consents,
}

/// One viewing. It names an organisation and no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionUse {
    /// When.
    pub at: Timestamp,
    /// The organisation's name; its number where the name is not known.
    pub organisation: String,
    /// Why it was shown.
    pub ground: UseGround,
    /// For what, as the word in the record.
    pub purpose: String,
}

/// Who read an opinion of the calling institution since it was sent, other institutions only, newest first, and whether there are more than are told. The sealer
/// finds viewings, so the newest seconds are missing. Asking is itself recorded.
///
/// # Errors
///
/// [`CaseError::NotFound`] also for receipts of others.
pub async fn uses(
    platform: &Platform,
    context: &CallContext,
    receipt_no: &str,
) -> Result<(Vec<OpinionUse>, bool), CaseError> {
    let permit = asked_institution(&context.caller)?;
    let mut work = platform.store.point().await?;
    let row = find_own(&mut work, platform, context, &permit, receipt_no).await?;
    let person = PersonKey {
        insurer_no: row.insurer_no,
        insured_no: row.insured_no,
    };
    let mut stretch = Stretch {
        from: first_id_at(row.submitted_at)?,
        before: Uuid::max(),
        limit: STEP,
    };
    let mut trail = platform.audit.read().await?;
    let (mut events, mut more) = (Vec::new(), true);
    for _ in 0..STEPS {
        let entries = looks::list_about(&mut trail, &permit, &person, stretch).await?;
        let parsed = entries.iter().filter_map(|it| it.parse().ok());
        events.extend(parsed.filter(|it: &Event| is_use(it, &row)));
        match entries.last() {
            Some(last) if i64::try_from(entries.len()) == Ok(STEP) => stretch.before = last.id,
            Some(_) | None => {
                more = false;
                break;
            }
        }
        if events.len() > USES_MOST {
            break;
        }
    }
    drop(trail);
    more |= events.len() > USES_MOST;
    events.truncate(USES_MOST);
    let mut names = Names::default();
    let mut uses = Vec::with_capacity(events.len());
    for event in events {
        uses.push(names.describe(&mut work, event, &row).await?);
    }
    drop(work);
    let event = context
        .event(platform, row.insurer_no.as_str(), Action::AuditRead)
        .about(row.insured_no.as_str())
        .purpose("opinion_uses")
        .ground(format!("opinion_request:{}", row.case_id));
    platform.audit.append(event.to_entry()).await?;
    Ok((uses, more))
}

/// Whether an entry says that somebody else was shown these very bytes.
fn is_use(event: &Event, row: &SubmissionRow) -> bool {
    event.action == Action::ReadDocument
        && event.outcome == Outcome::Allowed
        && event.actor.organisation != row.institution.as_str()
        && event.purpose.as_deref() != Some(BEFORE_SENDING)
        && event.ground.as_deref() == Some(&*format!("opinion_request:{}", row.case_id))
        && event
            .content
            .is_some_and(|it| hex::encode(it) == row.sha256)
}

/// Each organisation is looked up once.
#[derive(Default)]
struct Names(HashMap<String, (String, UseGround)>);

impl Names {
    async fn describe(
        &mut self,
        work: &mut Work,
        event: Event,
        row: &SubmissionRow,
    ) -> Result<OpinionUse, Error> {
        let number = event.actor.organisation;
        if !self.0.contains_key(&number) {
            let found = find(work, &number, row).await?;
            self.0.insert(number.clone(), found);
        }
        let (organisation, ground) = self.0[&number].clone();
        Ok(OpinionUse {
            at: event.at,
            organisation,
            ground,
            purpose: event.purpose.unwrap_or_default().into_owned(),
        })
    }
}

async fn find(
    work: &mut Work,
    number: &str,
    row: &SubmissionRow,
) -> Result<(String, UseGround), Error> {
    if number == row.insurer_no.as_str() {
        let insurer = insurers::find(work, &row.insurer_no).await?;
        let name = insurer.map_or_else(|| number.to_owned(), |it| it.name);
        return Ok((name, UseGround::Insurer));
    }
    let office = match number.parse::<OfficeNumber>() {
        Ok(office_no) => offices::find(work, &office_no).await?,
        Err(_) => None,
    };
    Ok(match office {
        Some(office) if office.medical => (office.name, UseGround::Asked),
        Some(office) => (office.name, UseGround::Consents),
        None => (number.to_owned(), UseGround::Consents),
    })
}
