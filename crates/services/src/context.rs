//! Who calls, as every use case wants to know it.

use crate::Platform;
use kiban_access::Caller;
use kiban_audit::{Action, Actor, Door, Event};
use kiban_domain::OfficeNumber;

/// A caller that a front has made sure of.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// For deciding.
    pub caller: Caller,
    /// For recording.
    pub actor: Actor,
    /// The request's number in the log.
    pub request_id: String,
}

impl CallContext {
    /// Somebody at the portal who does not say whence.
    pub fn portal_visitor(request_id: &str) -> Self {
        Self {
            // Of all callers the one who sees no care data at all.
            caller: Caller::Operator,
            actor: Actor::new(Door::Portal, "visitor"),
            request_id: request_id.to_owned(),
        }
    }

    /// Somebody at the portal who says to come from this office.
    pub fn portal(office_no: OfficeNumber, request_id: &str) -> Self {
        Self {
            caller: Caller::Office(office_no),
            actor: Actor::new(Door::Portal, office_no.as_str()),
            request_id: request_id.to_owned(),
        }
    }

    /// The name under which a change is kept: the member's where one is known, otherwise the organisation's.
    pub(crate) fn name(&self) -> String {
        let staff = self.actor.staff.clone();
        staff.unwrap_or_else(|| self.actor.organisation.clone())
    }

    /// Begins an audit event of this caller in the lane of `insurer_no`.
    pub fn event(&self, platform: &Platform, insurer_no: &str, action: Action) -> Event {
        let now = platform.now();
        Event::new(
            platform.entropy.id(now),
            now,
            insurer_no,
            self.actor.clone(),
            action,
        )
        .request(self.request_id.clone())
    }
}
