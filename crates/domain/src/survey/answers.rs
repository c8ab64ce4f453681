use std::collections::BTreeMap;

use super::{QuestionKind, Questionnaire, TEXT_LONGEST};
use crate::{FiscalYear, Municipality, PopulationClass};

/// What a municipality answered, by the questions' keys: codes of choices, `FY2026` or `undecided`, words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveyAnswers(BTreeMap<String, String>);

/// A year as it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyDate {
    /// In this fiscal year.
    Year(i16),
    /// 未定.
    Undecided,
}

/// Why an answer cannot be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// It is needed and not there.
    Missing,
    /// It is none of those that the question offers.
    NotOffered,
    /// It has too many characters, or some that no text has.
    Words,
}

impl SurveyAnswers {
    /// Answers from keys and values; empty values count as none.
    pub fn of(answers: impl IntoIterator<Item = (String, String)>) -> Self {
        let answers = answers.into_iter().filter(|(_, value)| !value.is_empty());
        Self(answers.collect())
    }

    /// One answer; empty when there is none.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// All answers, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The year of a question that wants one.
    pub fn date(&self, key: &str) -> Option<SurveyDate> {
        match self.get(key) {
            "undecided" => Some(SurveyDate::Undecided),
            text => {
                let year = text.strip_prefix("FY")?.parse().ok()?;
                FiscalYear::beginning_in(year).map(|it| SurveyDate::Year(it.year()))
            }
        }
    }

    /// The class of the municipality: as its kind says, otherwise as it answered.
    pub fn class(
        &self,
        questions: &Questionnaire,
        municipality: &Municipality,
    ) -> Option<PopulationClass> {
        let said = || {
            let all = questions.questions().iter();
            let mut classes = all.filter(|it| it.kind == QuestionKind::Class);
            self.get(&classes.next()?.key).parse().ok()
        };
        PopulationClass::of_kind(municipality.kind).or_else(said)
    }

    /// What the questions ask of this municipality, and nothing else.
    #[must_use]
    pub fn asked_of(self, questions: &Questionnaire, municipality: &Municipality) -> Self {
        let asked = |key: &str| {
            questions.find(key).is_some_and(|it| {
                it.kind != QuestionKind::Class
                    || PopulationClass::of_kind(municipality.kind).is_none()
            })
        };
        Self(self.0.into_iter().filter(|(key, _)| asked(key)).collect())
    }

    /// What is wrong, in the order of the questions; a draft may miss answers.
    pub fn faults(
        &self,
        questions: &Questionnaire,
        municipality: &Municipality,
        draft: bool,
    ) -> Vec<(String, AnswerFault)> {
        let fault = |it: &super::Question| {
            let value = self.get(&it.key);
            if value.is_empty() {
                let known = it.kind == QuestionKind::Class
                    && PopulationClass::of_kind(municipality.kind).is_some();
                return (it.required && !draft && !known).then_some(AnswerFault::Missing);
            }
            let fits = match &it.kind {
                QuestionKind::Class | QuestionKind::Choice(_) => it.kind.offers(value),
                QuestionKind::Year(from, to) => match self.date(&it.key) {
                    Some(SurveyDate::Year(year)) => (*from..=*to).contains(&year),
                    Some(SurveyDate::Undecided) => true,
                    None => false,
                },
                QuestionKind::Text => {
                    let odd = value.contains(|it: char| it.is_control() && it != '\n');
                    let long = value.chars().count() > TEXT_LONGEST;
                    return (odd || long).then_some(AnswerFault::Words);
                }
            };
            (!fits).then_some(AnswerFault::NotOffered)
        };
        let all = questions.questions().iter();
        all.filter_map(|it| Some((it.key.clone(), fault(it)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::municipality;

    fn answers(text: &[(&str, &str)]) -> SurveyAnswers {
        let pairs = text
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()));
        SurveyAnswers::of(pairs)
    }

    #[test]
    fn p3_answers_are_checked_against_what_was_asked() {
        let questions: Questionnaire =
            "class|class|required|人口区分\nstate|choice|required|状況|done=終えた, no=まだ\nwhen|year|required|年度|2024-2030\nremark|text|optional|事情"
                .parse()
                .unwrap();
        let town = municipality(&"132217".parse().unwrap()).unwrap();
        let ward = municipality(&"131121".parse().unwrap()).unwrap();
        let faults = |answers: &SurveyAnswers, of, draft| {
            let faults = answers.faults(&questions, of, draft);
            faults.into_iter().map(|it| it.0).collect::<Vec<_>>()
        };
        let none = SurveyAnswers::default();
        assert_eq!(faults(&none, town, false), ["class", "state", "when"]);
        assert_eq!(faults(&none, ward, false), ["state", "when"]);
        assert!(faults(&none, town, true).is_empty(), "a draft may miss all");
        let odd = answers(&[
            ("class", "huge"),
            ("state", "maybe"),
            ("when", "FY2031"),
            ("remark", "a\u{8}b"),
        ]);
        assert_eq!(
            faults(&odd, town, true),
            ["class", "state", "when", "remark"]
        );
        let whole = answers(&[
            ("class", "over_50k"),
            ("state", "done"),
            ("when", "undecided"),
            ("remark", "=1+1\n<script>"),
        ]);
        assert!(faults(&whole, town, false).is_empty());
        assert_eq!(whole.date("when"), Some(SurveyDate::Undecided));
        assert_eq!(whole.class(&questions, town), Some(PopulationClass::Large));
        assert_eq!(
            whole.class(&questions, ward),
            Some(PopulationClass::DesignatedOrWard),
            "a ward cannot call itself a town"
        );
        let other = answers(&[("class", "core"), ("state", "no"), ("what", "x")]);
        let kept = other.asked_of(&questions, ward);
        assert_eq!(kept, answers(&[("state", "no")]));
    }
}
