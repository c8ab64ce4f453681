//! The nightly round through registrations without a sign of life.

use super::{SilenceSettings, Step, after, alive_on, decide, letter};
use crate::{
    CallContext, Platform, audit_trail,
    days::first_instant,
    person_notices::{self, NoticeFacts},
};
use kiban_access::Caller;
use kiban_audit::{Action, Actor, Door};
use kiban_domain::{Date, EndReason, InsurerNumber, OfficeNumber, tokyo_date};
use kiban_store::{
    Error, Work,
    repo::{
        audit::first_id_at,
        eligibility::relation_ground,
        insurers, looks,
        relations::Ending,
        silence::{self, Behind, SilentRow},
    },
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many registrations are decided about in one unit of work.
const BATCH: i64 = 200;

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Registrations about which an office is asked from today on.
    pub asked: usize,
    /// Registrations that ended without an answer.
    pub ended: usize,
    /// Offices that got a letter.
    pub letters: usize,
}

/// Asks about what is silent, ends what nobody answered about, and writes the offices their letter of the week. `care_url`
/// is the care door's address as browsers see it.
///
/// It may run at any time, in several processes at once, and again after it was interrupted: each question is asked, each
/// registration ended and each letter written once.
///
/// # Errors
///
/// The database, or a trail that could not be sealed: then nothing ends, because a look of last night may not be found yet.
pub async fn look_after(
    platform: &Platform,
    settings: SilenceSettings,
    care_url: &str,
) -> Result<Done, Error> {
    audit_trail::seal_all(platform).await?;
    let mut done = Done::default();
    let insurers = insurers::list(&mut platform.store.point().await?).await?;
    let mut offices = BTreeSet::new();
    for insurer in insurers {
        look_after_insurer(
            platform,
            settings,
            insurer.insurer_no,
            &mut done,
            &mut offices,
        )
        .await?;
    }
    let untold = silence::list_untold(&mut platform.store.point().await?).await?;
    offices.extend(untold.iter().map(|office_no| office_no.as_str().to_owned()));
    for office_no in offices {
        let Ok(office_no) = office_no.parse::<OfficeNumber>() else {
            continue;
        };
        done.letters += usize::from(letter::write(platform, office_no, care_url).await?);
    }
    Ok(done)
}

async fn look_after_insurer(
    platform: &Platform,
    settings: SilenceSettings,
    insurer_no: InsurerNumber,
    done: &mut Done,
    offices: &mut BTreeSet<String>,
) -> Result<(), Error> {
    let today = platform.today();
    let until = after(today, -settings.ask_after_days);
    let until_at = first_instant(until.tomorrow().unwrap_or(until));
    let mut behind: Behind = (String::new(), String::new(), Uuid::nil());
    loop {
        let mut work = platform.store.point().await?;
        let rows =
            silence::list_silent(&mut work, &insurer_no, &behind, (until, until_at), BATCH).await?;
        drop(work);
        let Some(last) = rows.last() else {
            return Ok(());
        };
        behind = (
            last.person.insured_no.as_str().to_owned(),
            last.office_no.as_str().to_owned(),
            last.relation_id,
        );
        offices.extend(rows.iter().map(|row| row.office_no.as_str().to_owned()));
        let mut steps = Vec::with_capacity(rows.len());
        for row in rows {
            let used_on = used_on(platform, &row).await?;
            match decide(&row, used_on, today, settings) {
                Step::Leave => {}
                step => steps.push((row, step)),
            }
        }
        let inside = platform.clone();
        let (asked, ended) = platform
            .store
            .write::<_, Error, _>(move |work| {
                Box::pin(async move { apply(work, &inside, &steps, today).await })
            })
            .await?;
        done.asked += asked;
        done.ended += ended;
    }
}

/// When the registration was looked at by last, by Japan's calendar, if that is after what is written down.
async fn used_on(platform: &Platform, row: &SilentRow) -> Result<Option<Date>, Error> {
    let from = first_id_at(first_instant(alive_on(row)))?;
    let mut work = platform.audit.read().await?;
    let (person, office_no) = (&row.person, &row.office_no);
    let used = looks::find_last_use(&mut work, person, office_no, row.relation_id, from).await?;
    Ok(used.map(tokyo_date))
}

async fn apply(
    work: &mut Work,
    platform: &Platform,
    steps: &[(SilentRow, Step)],
    today: Date,
) -> Result<(usize, usize), Error> {
    let (mut newly_asked, mut ended) = (0, 0);
    for (row, step) in steps {
        match *step {
            Step::Leave => {}
            Step::Note { alive_on, asked } => {
                let noted = silence::note(work, row, alive_on, asked).await?;
                newly_asked += usize::from(noted && row.asked.is_none() && asked.is_some());
            }
            Step::End => ended += usize::from(end(work, platform, row, today).await?),
        }
    }
    Ok((newly_asked, ended))
}

async fn end(
    work: &mut Work,
    platform: &Platform,
    row: &SilentRow,
    today: Date,
) -> Result<bool, Error> {
    let ending = Ending {
        valid_from: row.valid_from,
        valid_to: today,
        voided_from: None,
        reason: EndReason::NoAnswer,
        note: None,
        at: platform.now(),
        by: "system".to_owned(),
    };
    if !silence::end_unanswered(work, row, &ending).await? {
        return Ok(false);
    }
    let facts = NoticeFacts::RelationEnded {
        office: person_notices::named(work, &row.office_no).await?,
        service_kind: row.service_kind.as_str().to_owned(),
        last_day: Some(ending.valid_to),
        reason: ending.reason.code().to_owned(),
    };
    person_notices::tell(work, platform, &row.person, &facts).await?;
    let entry = system(row)
        .event(
            platform,
            row.person.insurer_no.as_str(),
            Action::EndRelation,
        )
        .about(row.person.insured_no.as_str())
        .purpose(ending.reason.code())
        .ground(relation_ground(row.relation_id))
        .to_entry();
    work.record(&entry).await?;
    Ok(true)
}

/// The program itself, acting on a registration of an office; in that office's access log the act is found.
fn system(row: &SilentRow) -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::System, row.office_no.as_str()),
        request_id: "silence".to_owned(),
    }
}
