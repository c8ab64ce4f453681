use crate::{CallContext, Platform};
use kiban_access::Caller;
use kiban_audit::{Action, Door, NO_INSURER};
use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, PlatformFunction, ReadinessStep, StepFault, Steps,
    Timestamp, municipality,
};
use kiban_store::{
    Work,
    repo::readiness::{self, ContactRow, StepRow},
};

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
    /// Why the operator corrects it; empty when the municipality declares itself.
    pub reason: String,
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

impl Seen {
    /// Whether the newest declaration is what the writer had seen.
    fn knows(self, newest: Option<Timestamp>) -> bool {
        match self {
            Self::Nothing => newest.is_none(),
            Self::UpTo(seen) => newest == Some(seen),
            Self::Whatever => true,
        }
    }
}

/// Why nothing was declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// There is no such municipality, or the caller does not insure it.
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
        reason,
    } = declaration;
    municipality(&code).ok_or(DeclareError::NoSuchMunicipality)?;
    let faults = steps.faults(platform.today());
    if !faults.is_empty() {
        return Err(DeclareError::Faults(faults));
    }
    let now = platform.now();
    let declared_by = context.name();
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("readiness:{}:{}", code.as_str(), function.code()))
        .to_entry();
    let own_number = InsurerNumber::of_municipality(&code);
    let context = context.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !may_declare(work, &context, &code).await? {
                    return Err(DeclareError::NoSuchMunicipality);
                }
                readiness::take_turn(work, &code, &own_number).await?;
                let history = readiness::list_history(work, &code).await?;
                let of_function = |row: &&StepRow| row.function == function;
                let newest = history.iter().find(of_function).map(|row| row.recorded_at);
                if !seen.knows(newest) {
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
                        reason: reason.clone(),
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
/// [`DeclareError::NoSuchMunicipality`], [`DeclareError::Stale`], [`DeclareError::Storage`].
pub async fn set_contact(
    platform: &Platform,
    context: &CallContext,
    mut row: ContactRow,
    seen: Seen,
) -> Result<(), DeclareError> {
    municipality(&row.municipality).ok_or(DeclareError::NoSuchMunicipality)?;
    row.recorded_at = platform.now();
    row.declared_by = context.name();
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("readiness-contact:{}", row.municipality.as_str()))
        .to_entry();
    let context = context.clone();
    platform
        .store
        .write::<(), DeclareError, _>(move |work| {
            Box::pin(async move {
                if !may_declare(work, &context, &row.municipality).await? {
                    return Err(DeclareError::NoSuchMunicipality);
                }
                let own_number = InsurerNumber::of_municipality(&row.municipality);
                readiness::take_turn(work, &row.municipality, &own_number).await?;
                let newest = readiness::find_contact(work, &row.municipality).await?;
                if !seen.knows(newest.map(|row| row.recorded_at)) {
                    return Err(DeclareError::Stale);
                }
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

/// Whether the caller may declare for a municipality: its insurer for itself, the operator for all. Everybody else learns that there
/// is no such municipality.
pub(crate) async fn may_declare(
    work: &mut Work,
    context: &CallContext,
    code: &LocalGovernmentCode,
) -> Result<bool, kiban_store::Error> {
    match &context.caller {
        // A prefecture and a visitor decide like the operator about care data, of which they see none; here the door tells them apart.
        Caller::Operator => Ok(context.actor.door == Door::Operator),
        Caller::Insurer(insurer_no) => {
            let named = readiness::find_insurer(work, code).await?;
            let insures = named.unwrap_or_else(|| InsurerNumber::of_municipality(code));
            Ok(insures == *insurer_no)
        }
        Caller::Office(_) | Caller::Medical { .. } | Caller::Person(_) => Ok(false),
    }
}
