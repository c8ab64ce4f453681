//! What a row does to the record it names. Pure.

use kiban_domain::Date;
use kiban_exchange::municipal::{Op, Row};
use kiban_store::repo::{
    facts::{FactState, NewFact, Standing},
    relations::FOREVER,
};
use ring::digest::{Context, SHA256};

/// The first day of what has no beginning.
pub(crate) const ALWAYS: Date = Date::constant(1, 1, 1);

/// What is to be done about a row.
pub(crate) enum Step {
    /// The record is new.
    Insert(NewFact),
    /// The record changes: this version is superseded by the new one.
    Replace(i64, NewFact),
    /// The record ends: this version is superseded by one that says so.
    Cancel(i64, NewFact),
    /// Nothing changes.
    Keep,
    /// The insured person is not known yet.
    Wait,
}

/// Decides about one row of a set.
pub(crate) fn decide(row: &Row, needs_person: bool, standing: &Standing) -> Step {
    if needs_person && !standing.person_known {
        return Step::Wait;
    }
    let state = match row.op {
        Op::Upsert => FactState::Live,
        Op::Cancel => FactState::Cancelled,
    };
    let current = standing.current.as_ref();
    if state == FactState::Cancelled
        && current.is_none_or(|version| version.state == FactState::Cancelled)
    {
        return Step::Keep;
    }
    let mut fact = fact_of(row, state);
    match current {
        None => {
            fact.version = 1;
            Step::Insert(fact)
        }
        Some(version) if version.state == state && version.digest == fact.digest => Step::Keep,
        Some(version) => {
            fact.version = version.version + 1;
            match state {
                FactState::Live | FactState::Closed => Step::Replace(version.version, fact),
                FactState::Cancelled => Step::Cancel(version.version, fact),
            }
        }
    }
}

fn fact_of(row: &Row, state: FactState) -> NewFact {
    let valid_from = row.valid_from.unwrap_or(ALWAYS);
    let valid_to = row.valid_to.unwrap_or(FOREVER);
    NewFact {
        insured_no: row.insured_no.as_str().to_owned(),
        record_key: row.record_key.clone(),
        version: 0,
        valid_from,
        valid_to,
        history_no: row.history_no,
        updated_at: row.updated_at,
        state,
        digest: digest_of(state, valid_from, valid_to, row.history_no, &row.body).to_vec(),
        body: row.body.clone(),
    }
}

/// What makes two deliveries of a record the same: everything but the time of its change.
pub(crate) fn digest_of(
    state: FactState,
    valid_from: Date,
    valid_to: Date,
    history_no: u32,
    body: &str,
) -> [u8; 16] {
    let mut hash = Context::new(&SHA256);
    let mut head = [0_u8; 14];
    head[0] = state as u8;
    for (at, day) in [(1, valid_from), (5, valid_to)] {
        head[at..at + 2].copy_from_slice(&day.year().to_be_bytes());
        head[at + 2] = day.month().to_be_bytes()[0];
        head[at + 3] = day.day().to_be_bytes()[0];
    }
    head[9..13].copy_from_slice(&history_no.to_be_bytes());
    hash.update(&head);
    hash.update(body.as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.finish().as_ref()[..16]);
    digest
}

/// The digest of a row that puts a record in.
pub(crate) fn digest_of_row(row: &Row) -> [u8; 16] {
    digest_of(
        FactState::Live,
        row.valid_from.unwrap_or(ALWAYS),
        row.valid_to.unwrap_or(FOREVER),
        row.history_no,
        &row.body,
    )
}
