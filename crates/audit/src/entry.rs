//! The stored form of an event: three columns, hashed exactly as they stand.

use std::borrow::Cow;
use std::fmt;

use kiban_domain::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::json::Object;
use crate::merkle::{Hash, leaf_hash};
use crate::{Action, Actor, Door, Event, Outcome};

/// One row of the table of entries. The body is canonical JSON; not one byte of it may change.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Insurer number of the lane.
    pub lane: String,
    /// Identifier of the entry.
    pub id: Uuid,
    /// Canonical JSON: fixed key order, no spaces, absent members left out.
    pub body: String,
}

impl Entry {
    pub(crate) fn of(event: &Event) -> Self {
        let mut json = Object::new();
        json.display("at", &event.at);
        json.text("door", event.actor.door.as_str());
        json.text("organisation", &event.actor.organisation);
        json.optional("certificate", event.actor.certificate.as_deref());
        json.optional("staff", event.actor.staff.as_deref());
        json.optional("terminal_of", event.actor.terminal_of.as_deref());
        json.text("action", event.action.as_str());
        json.optional("insured_no", event.insured_no.as_deref());
        json.optional("purpose", event.purpose.as_deref());
        json.optional("ground", event.ground.as_deref());
        match &event.outcome {
            Outcome::Allowed => json.text("outcome", "allowed"),
            Outcome::Refused { reason } => {
                json.text("outcome", "refused");
                json.text("reason", reason);
            }
        }
        if !event.parts.is_empty() {
            json.list("parts", event.parts.iter().map(AsRef::as_ref));
        }
        if let Some(content) = &event.content {
            json.hex("content_sha256", content);
        }
        json.optional("request_id", event.request_id.as_deref());
        Self {
            lane: event.lane.clone(),
            id: event.id,
            body: json.finish(),
        }
    }

    /// Reads the event back.
    ///
    /// # Errors
    ///
    /// - [`InvalidEntry::Json`] when the body is not the JSON of an entry.
    /// - [`InvalidEntry::Outcome`] when the outcome and its reason disagree.
    /// - [`InvalidEntry::Content`] when the digest is not 64 hexadecimal digits.
    /// - [`InvalidEntry::NotCanonical`] when the same event would be written differently.
    pub fn parse(&self) -> Result<Event, InvalidEntry> {
        let body: Body = serde_json::from_str(&self.body)?;
        let outcome = match (body.outcome.as_str(), body.reason) {
            ("allowed", None) => Outcome::Allowed,
            ("refused", Some(reason)) => Outcome::Refused {
                reason: Cow::Owned(reason),
            },
            _ => return Err(InvalidEntry::Outcome),
        };
        let event = Event {
            id: self.id,
            at: body.at.parse().map_err(|_| InvalidEntry::Time)?,
            lane: self.lane.clone(),
            actor: Actor {
                door: Door::from(body.door.as_str()),
                organisation: body.organisation,
                certificate: body.certificate,
                staff: body.staff,
                terminal_of: body.terminal_of,
            },
            action: Action::from(body.action.as_str()),
            insured_no: body.insured_no,
            purpose: body.purpose.map(Cow::Owned),
            ground: body.ground,
            outcome,
            parts: body.parts.into_iter().map(Cow::Owned).collect(),
            content: body.content_sha256.map(|text| content(&text)).transpose()?,
            request_id: body.request_id,
        };
        let again = Self::of(&event);
        (again.body == self.body)
            .then_some(event)
            .ok_or(InvalidEntry::NotCanonical)
    }

    /// The instant in the body, or `None` when the body does not parse.
    pub fn at(&self) -> Option<Timestamp> {
        self.parse().ok().map(|event| event.at)
    }

    /// The hash that becomes this entry's leaf.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.lane, self.id, &self.body)
    }
}

/// Shows the size of the body only; it names a person.
impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("lane", &self.lane)
            .field("id", &self.id)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Why an entry's body is not one that this program wrote.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEntry {
    /// Not the JSON of an entry.
    #[error("body is not the JSON of an entry")]
    Json(#[from] serde_json::Error),
    /// The instant does not parse.
    #[error("body has no readable time")]
    Time,
    /// Outcome and reason disagree, or the outcome is unknown.
    #[error("outcome and reason disagree")]
    Outcome,
    /// The digest is not 64 hexadecimal digits.
    #[error("content digest is not 64 hexadecimal digits")]
    Content,
    /// The same event is written in another way.
    #[error("body is not in canonical form")]
    NotCanonical,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    at: String,
    door: String,
    organisation: String,
    certificate: Option<String>,
    staff: Option<String>,
    terminal_of: Option<String>,
    action: String,
    insured_no: Option<String>,
    purpose: Option<String>,
    ground: Option<String>,
    outcome: String,
    reason: Option<String>,
    #[serde(default)]
    parts: Vec<String>,
    content_sha256: Option<String>,
    request_id: Option<String>,
}

fn content(text: &str) -> Result<Hash, InvalidEntry> {
    let bytes = hex::decode(text).map_err(|_| InvalidEntry::Content)?;
    bytes.try_into().map_err(|_| InvalidEntry::Content)
}
