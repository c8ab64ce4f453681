//! What the entries of offices do to a person's consents. Pure.

use kiban_domain::DataSet;
use kiban_exchange::municipal::record::ConsentRecord;
use kiban_store::repo::{
    consents::{ConsentEntry, ConsentKind},
    facts::{FactRow, FactState},
    relations::FOREVER,
};

/// Puts the entries of one person beside the person's records, as records of the same set, so that whatever is composed
/// from records knows every consent.
///
/// The withdrawal of an insurer's record ends each version that began on or before its day: the same file sent again does
/// not bring the consent back, a consent that the insurer takes later does.
pub(crate) fn join(facts: &mut Vec<FactRow>, entries: &[ConsentEntry]) {
    for withdrawal in entries
        .iter()
        .filter(|it| it.kind == ConsentKind::Withdrawn && !it.record_key.is_empty())
    {
        for fact in facts
            .iter_mut()
            .filter(|it| it.dataset == DataSet::Consent.number())
            .filter(|it| it.record_key == withdrawal.record_key)
            .filter(|it| it.valid_from <= withdrawal.day && withdrawal.day < it.valid_to)
        {
            fact.valid_to = withdrawal.day;
            if let Ok(mut record) = serde_json::from_str::<ConsentRecord>(&fact.body) {
                record.withdrawn_on = Some(withdrawal.day.to_string());
                fact.body = body(&record);
            }
        }
    }
    let given = entries.iter().filter(|it| it.kind == ConsentKind::Given);
    for (seq, entry) in (1..).zip(given) {
        let withdrawal = withdrawal_of(entries, entry);
        let record = ConsentRecord {
            seq,
            scope: entry.scope.code().to_owned(),
            taker: entry.taker.code().to_owned(),
            taker_office_no: Some(entry.office_no.as_str().to_owned()),
            given_on: entry.day.to_string(),
            withdrawn_on: withdrawal.map(|it| it.day.to_string()),
        };
        facts.push(FactRow {
            insured_no: entry.person.insured_no.as_str().to_owned(),
            dataset: DataSet::Consent.number(),
            record_key: super::ConsentRef::Office(entry.consent_id).to_string(),
            valid_from: entry.day,
            valid_to: withdrawal.map_or(FOREVER, |it| it.day),
            history_no: if withdrawal.is_some() { 2 } else { 1 },
            updated_at: withdrawal.map_or(entry.recorded_at, |it| it.recorded_at),
            recorded_at: entry.recorded_at,
            state: FactState::Live,
            body: body(&record),
        });
    }
}

/// The entry that takes `given` back.
pub(crate) fn withdrawal_of<'e>(
    entries: &'e [ConsentEntry],
    given: &ConsentEntry,
) -> Option<&'e ConsentEntry> {
    entries.iter().find(|it| {
        it.kind == ConsentKind::Withdrawn
            && it.record_key.is_empty()
            && it.consent_id == given.consent_id
    })
}

fn body(record: &ConsentRecord) -> String {
    serde_json::to_string(record).unwrap_or_default()
}
