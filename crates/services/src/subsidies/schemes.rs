//! Schemes in force, and changes of them by two persons (G-1, O05, O11).

use super::scheme_file::read_scheme;
use crate::{CallContext, Platform, registrations::ReviewerUser};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Opening, Scheme, SchemeFault, Timestamp};
use kiban_store::{
    Error, Work,
    repo::subsidy_schemes::{self, SchemeRow},
};

/// The schemes that come with the program.
const SHIPPED: [&str; 1] = [include_str!("../../../../data/subsidies/2025.toml")];
/// The longest reason, in characters.
const REASON: usize = 400;

/// A scheme in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The rules.
    pub scheme: Scheme,
    /// Their revision.
    pub revision: i64,
}

/// Why a scheme was not taken in or decided on.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    /// The file is none.
    #[error("{} mistakes", .0.len())]
    Faults(Vec<SchemeFault>),
    /// It says what the one in force says.
    #[error("nothing would change")]
    Same,
    /// Another change waits for its decision.
    #[error("another change waits")]
    Waiting,
    /// A reason is missing or too long.
    #[error("a reason is needed")]
    Reason,
    /// There is nothing to decide, or no more.
    #[error("nothing to decide")]
    Stale,
    /// Whoever proposed it does not decide.
    #[error("the second person must be another one")]
    SamePerson,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Takes in the schemes that come with the program, each once. Called when a server starts.
///
/// # Errors
///
/// The database only.
pub async fn take_in_shipped(platform: &Platform) -> Result<(), Error> {
    for content in SHIPPED {
        // What is shipped is read by a test.
        if let Err(SchemeError::Storage(error)) = take_in(platform, content).await {
            return Err(error);
        }
    }
    Ok(())
}

/// Takes in a scheme under which nobody has applied yet, as one that stands at once; one whose word is known stays as it is. For what comes with the
/// program and for sandboxes: elsewhere a scheme takes two persons ([`propose`]).
///
/// # Errors
///
/// [`SchemeError::Faults`], [`SchemeError::Storage`].
pub async fn take_in(platform: &Platform, content: &str) -> Result<(), SchemeError> {
    let scheme = read_scheme(content).map_err(SchemeError::Faults)?;
    let known = subsidy_schemes::list(&mut platform.store.point().await?).await?;
    if known.iter().any(|it| it.scheme == scheme.code()) {
        return Ok(());
    }
    let row = shipped(&scheme, content, platform.now());
    let added: Result<(), Error> = platform
        .store
        .write(move |work| Box::pin(async move { subsidy_schemes::add(work, &row).await }))
        .await;
    match added {
        // Another server that starts at the same moment was first.
        Err(error) if !error.is_duplicate() => Err(error.into()),
        _ => Ok(()),
    }
}

fn shipped(scheme: &Scheme, content: &str, now: Timestamp) -> SchemeRow {
    SchemeRow {
        scheme: scheme.code().to_owned(),
        revision: 1,
        state: "standing".into(),
        content: content.to_owned(),
        reason: String::new(),
        proposed_by: None,
        proposed_name: String::new(),
        proposed_at: now,
        decided_by: None,
        decided_name: String::new(),
        decided_at: None,
    }
}

/// Every scheme in force, the one whose applications begin last first.
///
/// # Errors
///
/// The database only.
pub async fn standing(platform: &Platform) -> Result<Vec<Standing>, Error> {
    let rows = subsidy_schemes::list_standing(&mut platform.store.point().await?).await?;
    let mut schemes: Vec<_> = rows.iter().filter_map(of_row).collect();
    schemes.sort_by_key(|it| std::cmp::Reverse(it.scheme.applications().first));
    Ok(schemes)
}

/// Of these the one that takes applications at this moment, else the next one, else the last one.
pub fn at(schemes: &[Standing], now: Timestamp) -> Option<&Standing> {
    let opening = |it: &&Standing| it.scheme.applications().at(now);
    let open = schemes
        .iter()
        .find(|it| matches!(opening(it), Opening::Open { .. }));
    let next = || {
        schemes
            .iter()
            .rev()
            .find(|it| opening(it) == Opening::Before)
    };
    open.or_else(next).or_else(|| schemes.first())
}

pub(super) fn of_row(row: &SchemeRow) -> Option<Standing> {
    // What was taken in was read then; a row that cannot be read any more is left out.
    let scheme = read_scheme(&row.content).ok()?;
    Some(Standing {
        scheme,
        revision: row.revision,
    })
}

/// The scheme in force under this word.
pub(super) async fn in_force(work: &mut Work, scheme: &str) -> Result<Option<Standing>, Error> {
    let rows = subsidy_schemes::list_standing(work).await?;
    Ok(rows.iter().find(|it| it.scheme == scheme).and_then(of_row))
}

/// A revision, in force or not any more.
pub(super) async fn of_revision(
    work: &mut Work,
    scheme: &str,
    revision: i64,
) -> Result<Option<Standing>, Error> {
    let row = subsidy_schemes::find(work, scheme, revision).await?;
    Ok(row.as_ref().and_then(of_row))
}

/// Every revision, the newest of each scheme first.
///
/// # Errors
///
/// The database only.
pub async fn revisions(platform: &Platform) -> Result<Vec<SchemeRow>, Error> {
    subsidy_schemes::list(&mut platform.store.point().await?).await
}

/// Proposes a scheme, or a change of one; it comes into force when somebody else approves it. Answers its word and revision.
///
/// # Errors
///
/// See [`SchemeError`].
pub async fn propose(
    platform: &Platform,
    context: &CallContext,
    content: String,
    reason: &str,
    by: ReviewerUser,
) -> Result<(String, i64), SchemeError> {
    let scheme = read_scheme(&content).map_err(SchemeError::Faults)?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(SchemeError::Reason);
    }
    let code = scheme.code().to_owned();
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let rows = subsidy_schemes::list(work).await?;
                let own: Vec<_> = rows.iter().filter(|it| it.scheme == code).collect();
                if own.iter().any(|it| it.state == "proposed") {
                    return Err(SchemeError::Waiting);
                }
                let standing = own.iter().find(|it| it.state == "standing");
                if standing.is_some_and(|it| it.content == content) {
                    return Err(SchemeError::Same);
                }
                let revision = own.first().map_or(1, |it| it.revision + 1);
                let row = SchemeRow {
                    scheme: code.clone(),
                    revision,
                    state: "proposed".into(),
                    content,
                    reason,
                    proposed_by: Some(by.user_id),
                    proposed_name: by.name,
                    proposed_at: inside.now(),
                    decided_by: None,
                    decided_name: String::new(),
                    decided_at: None,
                };
                subsidy_schemes::add(work, &row).await.map_err(|error| {
                    if error.is_duplicate() {
                        SchemeError::Waiting
                    } else {
                        error.into()
                    }
                })?;
                record(work, &inside, &context, (&code, revision), "propose").await?;
                Ok((code, revision))
            })
        })
        .await
}

/// Approves or refuses a proposed revision.
///
/// # Errors
///
/// See [`SchemeError`].
pub async fn decide_scheme(
    platform: &Platform,
    context: &CallContext,
    (scheme, revision): (&str, i64),
    approve: bool,
    by: ReviewerUser,
) -> Result<(), SchemeError> {
    let (inside, context, scheme) = (platform.clone(), context.clone(), scheme.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = subsidy_schemes::find(work, &scheme, revision).await?;
                let row = row.ok_or(SchemeError::Stale)?;
                if row.proposed_by == Some(by.user_id) {
                    return Err(SchemeError::SamePerson);
                }
                let (state, step) = if approve {
                    ("standing", "approve")
                } else {
                    ("refused", "refuse")
                };
                let (key, person) = ((&*scheme, revision), (by.user_id, &*by.name));
                if !subsidy_schemes::decide(work, key, state, person, inside.now()).await? {
                    return Err(SchemeError::Stale);
                }
                Ok(record(work, &inside, &context, (&scheme, revision), step).await?)
            })
        })
        .await
}

async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    (scheme, revision): (&str, i64),
    step: &'static str,
) -> Result<(), Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::SchemeMoved)
        .ground(format!("scheme:{scheme}:{revision}"))
        .purpose(step)
        .to_entry();
    work.record(&entry).await
}
