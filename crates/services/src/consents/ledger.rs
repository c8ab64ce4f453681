//! A person's consents, whatever their source, with those that no longer hold.

use super::{ConsentRef, effect};
use crate::{
    CallContext, Platform,
    persons::{self, PersonHistory, Question, ReadError},
    relations::caller_office,
};
use kiban_access::{Part, PersonKey};
use kiban_domain::{ConsentBasis, ConsentScope, ConsentTaker, DataSet, Date, OfficeNumber};
use kiban_exchange::municipal::record::ConsentRecord;
use kiban_store::repo::{
    consents::{self, ConsentEntry},
    facts::{FactRow, FactState},
    offices, staff,
};
use std::collections::HashMap;

/// The ledger of one person.
pub struct Ledger {
    /// The reading that showed it.
    pub history: PersonHistory,
    /// Newest first; empty when the caller may not see consents.
    pub items: Vec<Item>,
}

/// One consent.
#[derive(Clone)]
pub struct Item {
    /// Which.
    pub id: ConsentRef,
    /// What it covers; `None` for a scope that this program does not know.
    pub scope: Option<ConsentScope>,
    /// Who took it.
    pub taker: Option<ConsentTaker>,
    /// The office that took it: number, and name while it is known.
    pub office: Option<(OfficeNumber, Option<String>)>,
    /// First day.
    pub given_on: Date,
    /// First day on which it no longer holds.
    pub withdrawn_on: Option<Date>,
    /// From where it came.
    pub source: Source,
    /// What was noted when it was taken, for consents of the own office only.
    pub taken: Option<Note>,
    /// What was noted when it was withdrawn, for withdrawals that the own office recorded only.
    pub withdrawn: Option<Note>,
}

/// From where a consent came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The insurer's file.
    Insurer,
    /// An office's entry.
    Office,
}

/// What an office noted.
#[derive(Clone)]
pub struct Note {
    /// On whose word.
    pub basis: ConsentBasis,
    /// Why that word counts.
    pub ground: String,
    /// Where the paper is kept.
    pub evidence: String,
    /// Name of the member; the login when the account is gone.
    pub staff: String,
}

/// Reads a person's consents; the look is recorded.
///
/// Of consents that another office took the ledger shows scope, office and days: on whose word and where the paper lies is
/// that office's own note.
///
/// # Errors
///
/// As [`persons::read`].
pub async fn ledger(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
) -> Result<Ledger, ReadError> {
    let question = Question {
        purpose: Some("view_consents".into()),
        ..Question::default()
    };
    let history = persons::read_with_versions(platform, context, person, &question).await?;
    if !history.view.permit.shown().contains(Part::Consent) {
        return Ok(Ledger {
            history,
            items: Vec::new(),
        });
    }
    let own = caller_office(&context.caller).copied();
    let mut work = platform.store.point().await?;
    let entries = consents::list_of_person(&mut work, &history.view.permit).await?;
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let members: HashMap<String, String> = match &own {
        Some(office_no) => staff::list_names(&mut work, office_no)
            .await?
            .into_iter()
            .collect(),
        None => HashMap::new(),
    };
    let mut items = Vec::new();
    for row in history
        .versions
        .iter()
        .filter(|it| it.dataset == DataSet::Consent.number() && it.state == FactState::Live)
    {
        let Ok(record) = serde_json::from_str::<ConsentRecord>(&row.body) else {
            continue;
        };
        let mut item = item_of(row, &record);
        if let Some((office_no, name)) = &mut item.office {
            let key = office_no.as_str().to_owned();
            if !names.contains_key(&key) {
                let office = offices::find(&mut work, office_no).await?;
                names.insert(key.clone(), office.map(|office| office.name));
            }
            *name = names.get(&key).cloned().flatten();
        }
        let note = |entry: &ConsentEntry| Note {
            basis: entry.basis,
            ground: entry.ground.clone(),
            evidence: entry.evidence.clone(),
            staff: members
                .get(&entry.staff)
                .cloned()
                .unwrap_or_else(|| entry.staff.clone()),
        };
        let ours = |entry: &&ConsentEntry| Some(entry.office_no) == own;
        let (given, withdrawn) = entries_of(&entries, &item.id);
        item.taken = given.filter(ours).map(note);
        item.withdrawn = withdrawn.filter(ours).map(note);
        items.push(item);
    }
    items.sort_by(|a, b| {
        b.given_on
            .cmp(&a.given_on)
            .then(b.id.to_string().cmp(&a.id.to_string()))
    });
    Ok(Ledger { history, items })
}

fn item_of(row: &FactRow, record: &ConsentRecord) -> Item {
    let id = row
        .record_key
        .parse::<ConsentRef>()
        .ok()
        .filter(|it| matches!(it, ConsentRef::Office(_)))
        .unwrap_or_else(|| ConsentRef::Insurer(row.record_key.clone()));
    let office = record
        .taker_office_no
        .as_deref()
        .and_then(|it| it.parse().ok());
    Item {
        scope: record.scope.parse().ok(),
        taker: record.taker.parse().ok(),
        office: office.map(|office_no| (office_no, None)),
        given_on: row.valid_from,
        withdrawn_on: record
            .withdrawn_on
            .as_deref()
            .and_then(|it| it.parse().ok()),
        source: match id {
            ConsentRef::Office(_) => Source::Office,
            ConsentRef::Insurer(_) => Source::Insurer,
        },
        id,
        taken: None,
        withdrawn: None,
    }
}

/// The entries that gave and took back a consent.
fn entries_of<'e>(
    entries: &'e [ConsentEntry],
    id: &ConsentRef,
) -> (Option<&'e ConsentEntry>, Option<&'e ConsentEntry>) {
    match id {
        ConsentRef::Office(consent_id) => {
            let given = entries
                .iter()
                .find(|it| it.consent_id == *consent_id && it.record_key.is_empty());
            (
                given,
                given.and_then(|given| effect::withdrawal_of(entries, given)),
            )
        }
        ConsentRef::Insurer(key) => (None, entries.iter().rev().find(|it| it.record_key == *key)),
    }
}
