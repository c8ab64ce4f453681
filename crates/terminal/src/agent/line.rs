//! The connection of a running program, in which a renewed certificate takes the place of the old one.

use std::sync::{Arc, PoisonError, RwLock};

use super::calls::Calls;
use crate::door::{DoorError, Settings};

/// A handle on the connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Line(Arc<RwLock<Arc<Calls>>>);

impl Line {
    pub(super) fn new(calls: Calls) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(calls))))
    }

    /// What the next call goes out with; a call under way keeps what it began with.
    pub(super) fn calls(&self) -> Arc<Calls> {
        let calls = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&calls)
    }

    /// Puts a renewed certificate in.
    ///
    /// # Errors
    ///
    /// [`DoorError`]; the old one stays.
    pub fn replace(&self, settings: &Settings) -> Result<(), DoorError> {
        let calls = Arc::new(Calls::new(settings)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = calls;
        Ok(())
    }
}
