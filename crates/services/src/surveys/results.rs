use super::{Round, answer, rounds};
use crate::{Platform, watched::Watched};
use jiff::SignedDuration;
use kiban_domain::{
    FiscalYear, Municipality, Question, QuestionKind, SurveyAnswers, SurveyCounts, SurveyDate,
    Timestamp, municipalities, municipality, tokyo_date,
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

    /// The names of the columns of [`Self::lines`].
    pub fn head(&self, words: bool) -> Vec<String> {
        let first = ["全国地方公共団体コード", "都道府県", "市町村", "回答日"];
        let first = first.into_iter().map(str::to_owned);
        let asked = self.columns(words).map(|it| it.label.clone());
        first.chain(asked).collect()
    }

    /// One municipality a line, for a file; `words` brings what was written in words too, which is the operator's.
    pub fn lines(&self, words: bool) -> Vec<Vec<String>> {
        let line = |it: &Answered| {
            let mut line = vec![
                it.municipality.code.as_str().to_owned(),
                it.municipality.prefecture.to_owned(),
                it.municipality.name.to_owned(),
                tokyo_date(it.at).to_string(),
            ];
            line.extend(self.columns(words).map(|question| self.said(it, question)));
            line
        };
        self.answered.iter().map(line).collect()
    }

    fn columns(&self, words: bool) -> impl Iterator<Item = &Question> {
        let all = self.round.questions.questions().iter();
        all.filter(move |it| words || it.kind != QuestionKind::Text)
    }

    fn said(&self, it: &Answered, question: &Question) -> String {
        let value = it.answers.get(&question.key);
        match &question.kind {
            QuestionKind::Class => it
                .answers
                .class(&self.round.questions, it.municipality)
                .map_or_else(String::new, |class| class.label().to_owned()),
            QuestionKind::Choice(choices) => choices
                .iter()
                .find(|(code, _)| code == value)
                .map_or_else(String::new, |(_, words)| words.clone()),
            QuestionKind::Year(..) => match it.answers.date(&question.key) {
                Some(SurveyDate::Year(year)) => {
                    FiscalYear::beginning_in(year).map_or_else(String::new, |year| year.to_string())
                }
                Some(SurveyDate::Undecided) => "未定".to_owned(),
                None => String::new(),
            },
            QuestionKind::Text => value.to_owned(),
        }
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
