use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, PlatformFunction, ReadinessStep, StepFault, Steps,
    Timestamp, municipality,
};
use kiban_store::repo::readiness::{self, ContactRow, StepRow};

/// What a municipality declares about one function.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Which municipality.
    pub municipality: LocalGovernmentCode,
    /// Which function.
    pub function: PlatformFunction,
    /// The dates of every step, as they are to stand from now on.
    pub steps: Steps,
    /// What the writer had seen of this function.
    pub seen: Seen,
}

/// What a writer had seen, so that nobody overwrites what they did not know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing was declared.
    Nothing,
    /// The newest declaration was of this instant.
    UpTo(Timestamp),
    /// Does not matter: a file that an operator takes in says how things are, whoever wrote before.
    Whatever,
}

/// Why nothing was declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// There is no such municipality.
    #[error("no such municipality")]
    NoSuchMunicipality,
    /// The dates cannot be.
    #[error("{} dates cannot be", .0.len())]
    Faults(Vec<StepFault>),
    /// Somebody else declared something since; it is left as it is.
    #[error("somebody was faster")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Declares; gives back how many steps changed. The same declaration again changes nothing.
///
/// # Errors
///
/// See [`DeclareError`].
pub async fn declare(
    platform: &Platform,
    context: &CallContext,
    declaration: Declaration,
) -> Result<usize, DeclareError> {
    let Declaration {
        municipality: code,
        function,
        steps,
        seen,
    } = declaration;
    municipality(&code).ok_or(DeclareError::NoSuchMunicipality)?;
    let faults = steps.faults(platform.today());
    if !faults.is_empty() {
        return Err(DeclareError::Faults(faults));
    }
    let now = platform.now();
    let declared_by = name_of(context);
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("readiness:{}:{}", code.as_str(), function.code()))
        .to_entry();
    let own_number = InsurerNumber::of_municipality(&code);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                readiness::take_turn(work, &code, &own_number).await?;
                let history = readiness::list_history(work, &code).await?;
                let of_function = |row: &&StepRow| row.function == function;
                let newest = history.iter().find(of_function).map(|row| row.recorded_at);
                let known = match seen {
                    Seen::Nothing => newest.is_none(),
                    Seen::UpTo(seen) => newest == Some(seen),
                    Seen::Whatever => true,
                };
                if !known {
                    return Err(DeclareError::Stale);
                }
                let mut changed = 0;
                for step in ReadinessStep::ALL.iter().copied() {
                    let mut of_step = history.iter().filter(of_function);
                    let old = of_step.find(|row| row.step == step);
                    let dates = steps.of(step);
                    if old.map(|row| row.dates).unwrap_or_default() == dates {
                        continue;
                    }
                    changed += 1;
                    let row = StepRow {
                        municipality: code,
                        function,
                        step,
                        dates,
                        declared_by: declared_by.clone(),
                        recorded_at: now,
                    };
                    readiness::add_step(work, &row).await?;
                }
                if changed > 0 {
                    work.record(&entry).await?;
                }
                Ok(changed)
            })
        })
        .await
}

/// Declares whom to ask in a municipality; `row.declared_by` and `row.recorded_at` are set here.
///
/// # Errors
///
/// [`DeclareError::NoSuchMunicipality`], [`DeclareError::Storage`].
pub async fn set_contact(
    platform: &Platform,
    context: &CallContext,
    mut row: ContactRow,
) -> Result<(), DeclareError> {
    municipality(&row.municipality).ok_or(DeclareError::NoSuchMunicipality)?;
    row.recorded_at = platform.now();
    row.declared_by = name_of(context);
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("readiness-contact:{}", row.municipality.as_str()))
        .to_entry();
    platform
        .store
        .write::<(), DeclareError, _>(move |work| {
            Box::pin(async move {
                readiness::add_contact(work, &row).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Names the number that insures a municipality's people, for those that a union insures.
///
/// # Errors
///
/// [`DeclareError::NoSuchMunicipality`], [`DeclareError::Storage`].
pub async fn set_insurer(
    platform: &Platform,
    context: &CallContext,
    code: LocalGovernmentCode,
    insurer_no: InsurerNumber,
) -> Result<(), DeclareError> {
    municipality(&code).ok_or(DeclareError::NoSuchMunicipality)?;
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!(
            "readiness-insurer:{}:{}",
            code.as_str(),
            insurer_no.as_str()
        ))
        .to_entry();
    platform
        .store
        .write::<(), DeclareError, _>(move |work| {
            Box::pin(async move {
                readiness::set_insurer(work, &code, &insurer_no).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

fn name_of(context: &CallContext) -> String {
    let actor = &context.actor;
    actor
        .staff
        .clone()
        .unwrap_or_else(|| actor.organisation.clone())
}
