//! What every use case may reach.

use kiban_audit::SigningKey;
use kiban_domain::{Clock, Date, Entropy, Timestamp};
use kiban_store::{AuditLog, Objects, Store};
use std::sync::Arc;
use uuid::Uuid;

/// The platform's resources. Cheap to clone; every process of an installation has its own over the same database.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The care data.
    pub store: Store,
    /// The audit trail.
    pub audit: AuditLog,
    /// Files as they came.
    pub objects: Objects,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Signs checkpoints of the audit trail.
    pub audit_key: Arc<SigningKey>,
}

impl Platform {
    /// The present instant, to the microsecond as it is stored: what is told at once is what is told later.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The present day in Japan.
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// A new identifier that sorts by time.
    pub fn id(&self) -> Uuid {
        self.entropy.id(self.clock.now())
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }
}
