use super::{Round, RoundState, rounds};
use crate::{CallContext, Platform, readiness};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{AnswerFault, LocalGovernmentCode, SurveyAnswers, Timestamp, municipality};
use kiban_store::{
    Error,
    repo::survey_rounds::{self, AnswerRow},
};
use std::collections::BTreeMap;

/// What a municipality has answered so far.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// How many versions there are: the next writer says which one it saw.
    pub version: i64,
    /// The newest version, a draft or not.
    pub newest: SurveyAnswers,
    /// Whether the newest version is a draft.
    pub draft: bool,
    /// What counts, and since when.
    pub submitted: Option<(SurveyAnswers, Timestamp)>,
    /// Who saved the newest version, and when.
    pub saved: Option<(String, Timestamp)>,
}

/// An answer to be saved.
#[derive(Debug, Clone)]
pub struct Saving {
    /// To which round.
    pub round_no: i64,
    /// Whose.
    pub municipality: LocalGovernmentCode,
    /// The answers.
    pub answers: SurveyAnswers,
    /// Whether they are submitted, and not kept as a draft.
    pub submit: bool,
    /// How many versions the writer had seen.
    pub seen: i64,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is no such round, or the caller does not insure this municipality.
    #[error("no such round or municipality")]
    NotFound,
    /// It cannot be answered yet, or no more.
    #[error("the round is not open")]
    NotOpen(RoundState),
    /// Answers that cannot be, by their questions' keys.
    #[error("{} answers cannot be", .0.len())]
    Faults(Vec<(String, AnswerFault)>),
    /// Somebody else saved since; it is left as it is.
    #[error("somebody was faster")]
    Stale,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// What a municipality has answered to a round so far.
///
/// # Errors
///
/// The database only.
pub async fn find_answer(
    platform: &Platform,
    round_no: i64,
    code: &LocalGovernmentCode,
) -> Result<Given, Error> {
    let mut work = platform.store.point().await?;
    let versions = survey_rounds::list_versions(&mut work, round_no, code).await?;
    let Some(newest) = versions.first() else {
        return Ok(Given::default());
    };
    let counts = versions.iter().find(|row| row.submitted);
    Ok(Given {
        version: newest.version,
        newest: content(newest)?,
        draft: !newest.submitted,
        submitted: counts
            .map(|row| Ok::<_, Error>((content(row)?, row.saved_at)))
            .transpose()?,
        saved: Some((newest.saved_by.clone(), newest.saved_at)),
    })
}

pub(super) fn content(row: &AnswerRow) -> Result<SurveyAnswers, Error> {
    let content: BTreeMap<String, String> =
        serde_json::from_str(&row.content).map_err(|error| Error::Corrupt {
            place: "survey_answer.content".to_owned(),
            reason: error.to_string(),
        })?;
    Ok(SurveyAnswers::of(content))
}

/// Saves a draft or submits; a submitted answer can be changed until the round ends, and a draft made after it does not take its
/// place before it is submitted.
///
/// # Errors
///
/// See [`SaveError`].
pub async fn save(
    platform: &Platform,
    context: &CallContext,
    saving: Saving,
) -> Result<(), SaveError> {
    let code = saving.municipality;
    let it = municipality(&code).ok_or(SaveError::NotFound)?;
    let round: Round = rounds::find(platform, saving.round_no)
        .await?
        .ok_or(SaveError::NotFound)?;
    match round.state(platform.today()) {
        RoundState::Open => {}
        state @ (RoundState::Coming | RoundState::Closed) => return Err(SaveError::NotOpen(state)),
    }
    let answers = saving.answers.asked_of(&round.questions, it);
    let faults = answers.faults(&round.questions, it, !saving.submit);
    if !faults.is_empty() {
        return Err(SaveError::Faults(faults));
    }
    let content: BTreeMap<&str, &str> = answers.iter().collect();
    let row = AnswerRow {
        round_no: saving.round_no,
        municipality: code,
        version: saving.seen + 1,
        submitted: saving.submit,
        content: serde_json::to_string(&content).unwrap_or_default(),
        saved_by: context.name(),
        saved_at: platform.now(),
    };
    let word = if saving.submit { "submit" } else { "draft" };
    let ground = format!("survey:{}:{}:{word}", saving.round_no, code.as_str());
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let entry = event.ground(ground).to_entry();
    let context = context.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !readiness::may_declare(work, &context, &code).await? {
                    return Err(SaveError::NotFound);
                }
                let newest = survey_rounds::list_versions(work, row.round_no, &code).await?;
                let newest = newest.first().map_or(0, |row| row.version);
                if newest + 1 != row.version || !survey_rounds::add_answer(work, &row).await? {
                    return Err(SaveError::Stale);
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}
