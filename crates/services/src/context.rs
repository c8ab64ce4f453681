//! Who calls, as every use case wants to know it.

use crate::Platform;
use kiban_access::Caller;
use kiban_audit::{Action, Actor, Event};

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
