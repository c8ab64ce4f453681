use super::{Round, answer, rounds};
use crate::{Platform, watched::Watched};
use jiff::SignedDuration;
use kiban_domain::{
    Municipality, Question, SurveyAnswers, SurveyCounts, Timestamp, municipalities, municipality,
};
use kiban_store::{Error, repo::survey_rounds};
use std::{collections::BTreeSet, sync::Arc};

/// A municipality's answer that counts.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Whose.
    pub municipality: &'static Municipality,
    /// What it answered.
    pub answers: SurveyAnswers,
    /// When it was submitted.
    pub at: Timestamp,
}

/// A round with everything that counts.
#[derive(Debug, Clone)]
pub struct Results {
    /// The round.
    pub round: Round,
    /// Ordered by code.
    pub answered: Vec<Answered>,
}

impl Results {
    /// Counts the answers to a question that wants a year.
    pub fn count(&self, question: &Question) -> SurveyCounts {
        let answers: Vec<_> = self
            .answered
            .iter()
            .map(|it| (it.municipality, it.answers.clone()))
            .collect();
        SurveyCounts::of(
            &self.round.questions,
            &question.key,
            municipalities(),
            &answers,
        )
    }

    /// Who did not answer, ordered by code.
    pub fn silent(&self) -> Vec<&'static Municipality> {
        let answered: BTreeSet<_> = self
            .answered
            .iter()
            .map(|it| it.municipality.code)
            .collect();
        let all = municipalities().iter();
        all.filter(|it| !answered.contains(&it.code)).collect()
    }

    /// When anything was last submitted.
    pub fn newest(&self) -> Option<Timestamp> {
        self.answered.iter().map(|it| it.at).max()
    }
}

/// All rounds with their results, the newest first.
#[derive(Debug, Clone)]
pub struct Surveys {
    /// The rounds.
    pub all: Vec<Results>,
}

impl Surveys {
    /// One round.
    pub fn find(&self, round_no: i64) -> Option<&Results> {
        self.all.iter().find(|it| it.round.row.round_no == round_no)
    }
}

/// Keeps the results for every visitor; see [`Watched`]. A change is shown within two seconds.
#[derive(Debug)]
pub struct SurveyDesk(Watched<Surveys, (i64, i64, i64)>);

impl Default for SurveyDesk {
    fn default() -> Self {
        Self(Watched::new(SignedDuration::from_secs(2)))
    }
}

impl SurveyDesk {
    /// The results of now.
    ///
    /// # Errors
    ///
    /// The database, when nothing was read before.
    pub async fn current(&self, platform: &Platform) -> Result<Arc<Surveys>, Error> {
        let mark = async || survey_rounds::mark(&mut platform.store.point().await?).await;
        self.0
            .current(platform.now(), mark, async || read(platform).await)
            .await
    }
}

async fn read(platform: &Platform) -> Result<Surveys, Error> {
    let mut work = platform.store.read().await?;
    let mut all = Vec::new();
    for row in survey_rounds::list(&mut work).await? {
        let rows = survey_rounds::list_submitted(&mut work, row.round_no).await?;
        let mut answered = Vec::with_capacity(rows.len());
        for row in rows {
            // A municipality that merged away keeps its answer in the table, but is asked no more.
            if let Some(municipality) = municipality(&row.municipality) {
                answered.push(Answered {
                    municipality,
                    answers: answer::content(&row)?,
                    at: row.saved_at,
                });
            }
        }
        all.push(Results {
            round: rounds::read(row)?,
            answered,
        });
    }
    Ok(Surveys { all })
}
