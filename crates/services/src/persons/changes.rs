//! What changed about a person since somebody of the office last looked (W-5), by when the platform came to know it (S-6).

use super::{PersonView, Question, ReadError, known, open, part_of, record};
use crate::{
    CallContext, Platform, days::first_instant, eligibility::split_opinion,
    relations::caller_office,
};
use jiff::SignedDuration;
use kiban_access::{Part, PartSet, PersonKey};
use kiban_domain::{Date, Timestamp, tokyo_date};
use kiban_store::repo::{
    audit::first_id_at,
    facts::{FactRow, FactState},
    looks,
};
use std::collections::BTreeMap;

/// A delivery that was being written while the last look was answered may not have been in that answer. What came so shortly
/// before a look is told once more: twice is better than not at all.
const WHILE_LOOKING: SignedDuration = SignedDuration::from_mins(1);

/// From when on changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From the last look of a member of the caller's office on an earlier day; nothing is told at a first look.
    LastLook,
    /// From the beginning of a day in Japan.
    Day(Date),
}

/// A person as read today, with what changed.
pub struct PersonChanges {
    /// The day's reading.
    pub view: PersonView,
    /// What changed; `None` when there is nothing to compare with.
    pub changes: Option<Changes>,
}

/// What changed in the parts that may be shown.
pub struct Changes {
    /// The day from which on it is told.
    pub since: Date,
    /// Record by record, in the order of [`Part::ALL`], within a part the latest first.
    pub changed: Vec<Change>,
}

impl Changes {
    /// The parts in which something changed, each once.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = self.changed.iter().map(|it| it.part).collect();
        parts.dedup();
        parts
    }
}

/// One record that came in, changed, or was cancelled.
pub struct Change {
    /// Its part.
    pub part: Part,
    /// As it was known; `None` for a record that came in.
    pub before: Option<FactRow>,
    /// As it is known now; `None` for one that was cancelled.
    pub after: Option<FactRow>,
    /// When the platform learned it; `None` where only its consequence shows, as with a consent that an office took back.
    pub at: Option<Timestamp>,
    /// The record of the part that lies before one that came in: what it takes the place of.
    pub precedes: Option<FactRow>,
}

/// Reads a person with what changed: one look, recorded once with everything that it showed.
///
/// # Errors
///
/// As [`super::read`].
pub async fn read_with_changes(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    question: &Question,
    since: Since,
) -> Result<PersonChanges, ReadError> {
    let view = open(platform, context, person, question).await?;
    let changes = changes_of(platform, context, &view, since).await?;
    let parts = changes.as_ref().map(Changes::parts).unwrap_or_default();
    record(platform, context, person, question, &view, &parts).await?;
    Ok(PersonChanges { view, changes })
}

/// What changed in the parts that may be shown; nothing is recorded here.
pub(super) async fn changes_of(
    platform: &Platform,
    context: &CallContext,
    view: &PersonView,
    since: Since,
) -> Result<Option<Changes>, ReadError> {
    let base = match since {
        Since::Day(day) => Some((day, first_instant(day))),
        Since::LastLook => last_look(platform, context, view).await?,
    };
    let Some((since, at)) = base else {
        return Ok(None);
    };
    let mut work = platform.store.point().await?;
    let before = known(&mut work, &view.permit, Some(just_before(at))).await?;
    let now = known(&mut work, &view.permit, None).await?;
    drop(work);
    let mut changed = compare(before, now, view.permit.shown());
    for change in &mut changed {
        change.at = change.at.filter(|learned| at <= *learned);
    }
    Ok(Some(Changes { since, changed }))
}

/// The day of the last look on an earlier day, or of the first look of today when there was none before, and the instant up to
/// which its reader certainly saw everything.
async fn last_look(
    platform: &Platform,
    context: &CallContext,
    view: &PersonView,
) -> Result<Option<(Date, Timestamp)>, ReadError> {
    let Some(office_no) = caller_office(&context.caller) else {
        return Ok(None);
    };
    let before = first_id_at(first_instant(platform.today()))?;
    let mut work = platform.audit.read().await?;
    let mut looked = looks::find_last_look(&mut work, &view.permit, office_no, before).await?;
    if looked.is_none() {
        // What comes in after the very first look is told on the same day.
        looked = looks::find_first_look(&mut work, &view.permit, office_no, before).await?;
    }
    Ok(looked.map(|at| (tokyo_date(at), at - WHILE_LOOKING)))
}

/// What was recorded at `at` itself came in from `at` on.
fn just_before(at: Timestamp) -> Timestamp {
    at - SignedDuration::from_micros(1)
}

/// The records that differ, part by part.
fn compare(before: Vec<FactRow>, now: Vec<FactRow>, shown: PartSet) -> Vec<Change> {
    let (before, now) = (keyed(before, shown), keyed(now, shown));
    let mut changed: Vec<Change> = now
        .iter()
        .filter_map(|(key, after)| change(key.0, before.get(key), Some(after)))
        .chain(
            before
                .iter()
                .filter(|(key, _)| !now.contains_key(*key))
                .filter_map(|(key, row)| change(key.0, Some(row), None)),
        )
        .collect();
    for change in changed.iter_mut().filter(|it| it.before.is_none()) {
        let Some(after) = &change.after else { continue };
        let order = |row: &FactRow| (row.valid_from, row.history_no);
        let part = now.iter().filter(|(key, _)| key.0 == change.part);
        let earlier = part
            .map(|(_, row)| row)
            .filter(|row| is_live(row) && order(row) < order(after));
        change.precedes = earlier.max_by_key(|row| order(row)).cloned();
    }
    changed.sort_by_key(|it| (it.part, std::cmp::Reverse(it.at)));
    changed
}

/// The shown records by part, set and key; the committee's opinion is a part of its own beside its certification.
fn keyed(rows: Vec<FactRow>, shown: PartSet) -> BTreeMap<(Part, i16, String), FactRow> {
    let mut keyed = BTreeMap::new();
    for mut row in rows {
        let Some(part) = part_of(&row) else { continue };
        if part == Part::Certification {
            let (rest, opinion) = split_opinion(&row.body);
            row.body = rest;
            if shown.contains(Part::CommitteeOpinion) && !opinion.is_empty() {
                let key = (Part::CommitteeOpinion, row.dataset, row.record_key.clone());
                let mut alone = row.clone();
                alone.body = opinion;
                keyed.insert(key, alone);
            }
        }
        if shown.contains(part) {
            keyed.insert((part, row.dataset, row.record_key.clone()), row);
        }
    }
    keyed
}

fn is_live(row: &FactRow) -> bool {
    row.state != FactState::Cancelled
}

/// The difference between two versions of a record; `None` when a reader would see none.
fn change(part: Part, before: Option<&FactRow>, after: Option<&FactRow>) -> Option<Change> {
    let at = after.or(before)?.recorded_at;
    let (before, after) = (
        before.filter(|row| is_live(row)),
        after.filter(|row| is_live(row)),
    );
    let same = match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) if part == Part::CommitteeOpinion => before.body == after.body,
        (Some(before), Some(after)) => {
            before.body == after.body
                && (before.valid_from, before.valid_to) == (after.valid_from, after.valid_to)
        }
        (_, _) => false,
    };
    (!same).then(|| Change {
        part,
        before: before.cloned(),
        after: after.cloned(),
        at: Some(at),
        precedes: None,
    })
}
