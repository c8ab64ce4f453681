//! Repositories: every statement about one kind of thing in one place, the same text on both engines.
//!
//! To add one: a file here, plain row structs, functions that take [`crate::Work`]; personal data come out only
//! against a permit (see [`eligibility::SealedPerson`]). The contract tests in `tests/` run each on both engines.

pub mod accounts;
pub mod answers;
pub mod articles;
pub mod audit;
pub mod card_challenges;
pub mod card_links;
pub mod certificate_answers;
pub mod certificates;
pub mod companies;
pub mod consents;
pub mod contents;
pub mod documents;
pub mod eligibility;
pub mod emergency;
pub mod facts;
pub mod forms;
pub mod handovers;
pub mod identity;
pub mod inquiries;
pub mod inquiry_files;
pub mod inquiry_templates;
pub mod insurers;
pub mod invitations;
pub mod kept_inputs;
pub mod looks;
pub mod mail;
pub mod mail_refusals;
pub mod memberships;
pub mod notices;
pub mod office_changes;
pub mod office_checklists;
pub mod office_profiles;
pub mod office_register;
pub mod offices;
pub mod operating;
pub mod opinion_applicants;
pub mod opinion_drafts;
pub mod opinion_papers;
pub mod opinion_reminders;
pub mod opinion_settings;
pub mod opinion_submissions;
pub mod opinions;
pub mod opinions_sent;
pub mod passkeys;
pub mod payments;
pub mod person_notices;
pub mod portal_bodies;
pub mod portal_links;
pub mod portal_sessions;
pub mod portal_unlocks;
pub mod portal_users;
pub mod progress;
pub mod progress_letters;
pub mod questions;
pub mod rates;
pub mod reader_tests;
pub mod readiness;
pub mod readiness_readers;
pub mod readiness_reminders;
pub mod registrations;
pub mod relations;
pub mod sessions;
pub mod setup;
pub mod sign_ups;
pub mod silence;
pub mod staff;
pub mod statistics;
pub mod subsidies;
pub mod subsidy_files;
pub mod subsidy_ledger;
pub mod subsidy_schemes;
pub mod survey_rounds;
pub mod terminals;
pub mod transfers;
pub mod uploads;
pub mod waiting;

use crate::{
    engine::Row,
    error::{Error, Result},
};
use kiban_domain::ServiceKind;
use std::{fmt::Display, str::FromStr};

/// Reads a column that holds a domain value as text.
pub(crate) fn parse<T>(row: &Row<'_>, index: usize, place: &'static str) -> Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    row.with_text(index, |text| {
        text.parse().map_err(|error| Error::corrupt(place, error))
    })?
}

/// Kinds of service as one column holds them.
pub(crate) fn join_kinds(kinds: &[ServiceKind]) -> String {
    let kinds: Vec<&str> = kinds.iter().map(ServiceKind::as_str).collect();
    kinds.join(",")
}

/// Reads a column that holds kinds of service.
pub(crate) fn split_kinds(
    row: &Row<'_>,
    index: usize,
    place: &'static str,
) -> Result<Vec<ServiceKind>> {
    row.with_text(index, |text| {
        text.split(',')
            .filter(|kind| !kind.is_empty())
            .map(|kind| kind.parse().map_err(|error| Error::corrupt(place, error)))
            .collect()
    })?
}

/// Reads a column that holds how many there are, if anybody knows.
pub(crate) fn count(row: &Row<'_>, index: usize, place: &'static str) -> Result<Option<u32>> {
    let number: Option<i64> = row.get(index)?;
    number
        .map(|number| u32::try_from(number).map_err(|error| Error::corrupt(place, error)))
        .transpose()
}
