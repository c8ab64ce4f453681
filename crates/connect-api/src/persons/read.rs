//! `GET /v1/persons/{insurer_no}/{insured_no}`, the hot path: the answer is put together from members that the store
//! holds as JSON already, and nothing is parsed or serialised.

use crate::{
    answer::{Answer, query, refused, storage, written},
    caller::System,
    items,
    router::ConnectState,
};
use axum::extract::{Path, State};
use http::{StatusCode, Uri};
use kiban_access::{Part, PersonKey, Withheld, WithheldPart};
use kiban_domain::Timestamp;
use kiban_services::persons::{self, PersonView, Question, ReadError};
use kiban_web_kit::Problem;
use serde::Deserialize;
use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

/// The longest stated purpose, in characters.
const PURPOSE_MAX: usize = 100;
/// The reasons in the order in which [`reason_index`] counts them.
const REASONS: [Withheld; 4] = [
    Withheld::ConsentMissing,
    Withheld::PhysicianConsentMissing,
    Withheld::NotForThisRole,
    Withheld::OnlyWriterOrAddressee,
];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonQuery {
    on: Option<String>,
    known_at: Option<String>,
    parts: Option<String>,
    purpose: Option<String>,
}

pub(crate) async fn read(
    system: System,
    State(state): State<ConnectState>,
    Path((insurer_no, insured_no)): Path<(String, String)>,
    uri: Uri,
) -> Answer {
    let person = items::person(&insurer_no, &insured_no)?;
    let question = question(query(&uri)?)?;
    let view = persons::read(&state.platform, &system.context, &person, &question)
        .await
        .map_err(|error| match error {
            ReadError::Refused(refusal) => refused(refusal),
            ReadError::Storage(error) => storage(&error),
        })?;
    Ok(written(StatusCode::OK, write(&person, &view)))
}

fn question(query: PersonQuery) -> Result<Question, Problem> {
    let purpose = query.purpose.filter(|purpose| !purpose.trim().is_empty());
    if purpose.as_ref().is_some_and(|text| {
        text.chars().count() > PURPOSE_MAX || text.chars().any(char::is_control)
    }) {
        return Err(items::invalid(
            "purpose",
            "利用目的は100文字以内で指定してください。",
        ));
    }
    Ok(Question {
        on: query
            .on
            .as_deref()
            .map(|text| items::day("on", text))
            .transpose()?,
        known_at: query.known_at.as_deref().map(known_at).transpose()?,
        only: query
            .parts
            .as_deref()
            .map(parts)
            .transpose()?
            .unwrap_or_default(),
        purpose: purpose.map(Cow::Owned),
    })
}

fn known_at(text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| {
        items::invalid(
            "known_at",
            "時点は「2026-08-01T09:00:00+09:00」の形で指定してください（「+」は %2B と書きます）。",
        )
    })
}

fn parts(text: &str) -> Result<Vec<Part>, Problem> {
    let codes = text
        .split(',')
        .map(str::trim)
        .filter(|code| !code.is_empty());
    codes
        .map(|code| {
            Part::from_code(code)
                .ok_or_else(|| items::invalid("parts", "知らない情報の種類が指定されています。"))
        })
        .collect()
}

fn write(person: &PersonKey, view: &PersonView) -> String {
    // Around the members there are about 900 bytes when everything is withheld.
    let mut out = String::with_capacity(view.members.size() + 1_024);
    // Numbers, codes and days never need escaping.
    out.push_str(r#"{"insurer_no":""#);
    out.push_str(person.insurer_no.as_str());
    out.push_str(r#"","insured_no":""#);
    out.push_str(person.insured_no.as_str());
    let _ = write!(out, r#"","on":"{}","stage":""#, view.on);
    out.push_str(view.stage.code());
    out.push_str(r#"","role":""#);
    out.push_str(view.permit.role().as_str());
    out.push_str(r#"","parts":{"#);
    view.members.write_to(&mut out);
    out.push_str(r#"},"withheld":["#);
    for (index, withheld) in view.permit.withheld().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(withheld_json(*withheld));
    }
    out.push_str("]}");
    out
}

/// There are few sentences and every answer holds some of them, so they are written once.
fn withheld_json(withheld: WithheldPart) -> &'static str {
    static TABLE: LazyLock<Vec<String>> = LazyLock::new(|| {
        let one = |part: Part, reason: Withheld| {
            let item = crate::wire::WithheldItem {
                part: part.as_str().to_owned(),
                label: part.label().to_owned(),
                reason: reason.code().to_owned(),
                message: reason.message(part),
            };
            serde_json::to_string(&item).unwrap_or_default()
        };
        Part::ALL
            .into_iter()
            .flat_map(|part| REASONS.map(|reason| one(part, reason)))
            .collect()
    });
    &TABLE[withheld.part as usize * REASONS.len() + reason_index(withheld.reason)]
}

fn reason_index(reason: Withheld) -> usize {
    match reason {
        Withheld::ConsentMissing => 0,
        Withheld::PhysicianConsentMissing => 1,
        Withheld::NotForThisRole => 2,
        Withheld::OnlyWriterOrAddressee => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_and_reason_finds_its_own_sentence() {
        for part in Part::ALL {
            for reason in REASONS {
                let text = withheld_json(WithheldPart { part, reason });
                let item: crate::wire::WithheldItem = serde_json::from_str(text).unwrap();
                assert_eq!(
                    (item.part.as_str(), item.reason.as_str()),
                    (part.as_str(), reason.code())
                );
                assert_eq!(item.message, reason.message(part));
            }
        }
    }
}
