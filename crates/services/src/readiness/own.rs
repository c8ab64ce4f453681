//! What an insurer may declare for, and what stands there now, read afresh: a form must not begin with what was true a moment ago.

use crate::Platform;
use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, Municipality, PlatformFunction, Steps, Timestamp,
    municipalities,
};
use kiban_store::{
    Error,
    repo::readiness::{self, ContactRow, StepRow},
};
use std::collections::HashMap;

/// Everything that a municipality has declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Every declaration, the newest first.
    pub history: Vec<StepRow>,
    /// Whom to ask.
    pub contact: Option<ContactRow>,
}

impl Declared {
    /// What counts now for a function.
    pub fn steps(&self, function: PlatformFunction) -> Steps {
        let of_function = self.history.iter().filter(|row| row.function == function);
        // The newest is first, so that it is written last.
        of_function.rev().fold(Steps::default(), |steps, row| {
            steps.with(row.step, row.dates)
        })
    }

    /// When anything was last declared for a function.
    pub fn declared_at(&self, function: PlatformFunction) -> Option<Timestamp> {
        let mut of_function = self.history.iter().filter(|row| row.function == function);
        of_function.next().map(|row| row.recorded_at)
    }
}

/// The municipalities whose people a number insures, ordered by code.
///
/// # Errors
///
/// The database only.
pub async fn list_insured(
    platform: &Platform,
    insurer_no: &InsurerNumber,
) -> Result<Vec<&'static Municipality>, Error> {
    let named = readiness::list_insurers(&mut platform.store.point().await?).await?;
    let named: HashMap<LocalGovernmentCode, InsurerNumber> = named.into_iter().collect();
    let insures = |it: &&Municipality| {
        let number = named.get(&it.code).copied();
        number.unwrap_or_else(|| InsurerNumber::of_municipality(&it.code)) == *insurer_no
    };
    Ok(municipalities().iter().filter(insures).collect())
}

/// What a municipality has declared.
///
/// # Errors
///
/// The database only.
pub async fn find_declared(
    platform: &Platform,
    code: &LocalGovernmentCode,
) -> Result<Declared, Error> {
    let mut work = platform.store.point().await?;
    Ok(Declared {
        history: readiness::list_history(&mut work, code).await?,
        contact: readiness::find_contact(&mut work, code).await?,
    })
}
