use std::collections::BTreeMap;

use super::{Questionnaire, SurveyAnswers, SurveyDate};
use crate::{Municipality, MunicipalityKind, PopulationClass};

/// The years that one class answered to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassYears {
    /// By fiscal year, how many.
    pub years: BTreeMap<i16, usize>,
    /// How many answered 未定.
    pub undecided: usize,
    /// How many answered the questionnaire but not this question.
    pub silent: usize,
}

impl ClassYears {
    /// How many named a year: the denominator of the shares.
    pub fn planned(&self) -> usize {
        self.years.values().sum()
    }

    /// How many of the class answered the questionnaire.
    pub fn answered(&self) -> usize {
        self.planned() + self.undecided + self.silent
    }

    fn add(&mut self, date: Option<SurveyDate>) {
        match date {
            Some(SurveyDate::Year(year)) => *self.years.entry(year).or_default() += 1,
            Some(SurveyDate::Undecided) => self.undecided += 1,
            None => self.silent += 1,
        }
    }
}

/// How many chose what, in the order of the question; the last is how many did not answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceCounts {
    /// By choice: its code and how many.
    pub choices: Vec<(String, usize)>,
    /// How many answered the questionnaire but not this question.
    pub silent: usize,
}

/// What was answered to one question that wants a year, with its denominators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyCounts {
    /// How many were asked.
    pub asked: usize,
    /// By class, from the largest; those who told no class stand in [`Self::whole`] only.
    pub classes: Vec<(PopulationClass, ClassYears)>,
    /// All of them.
    pub whole: ClassYears,
    /// By kind of municipality: how many answered, of how many asked. Who did not answer told no class either.
    pub kinds: Vec<(MunicipalityKind, usize, usize)>,
}

impl SurveyCounts {
    /// Counts the answers to the question `key`. `answers` are those that count, at most one a municipality; `asked` is everybody.
    pub fn of(
        questions: &Questionnaire,
        key: &str,
        asked: &[Municipality],
        answers: &[(&Municipality, SurveyAnswers)],
    ) -> Self {
        let mut classes: BTreeMap<PopulationClass, ClassYears> = BTreeMap::new();
        let mut whole = ClassYears::default();
        for (municipality, answer) in answers {
            let date = answer.date(key);
            whole.add(date);
            if let Some(class) = answer.class(questions, municipality) {
                classes.entry(class).or_default().add(date);
            }
        }
        let kind = |kind: MunicipalityKind| {
            let answered = answers.iter().filter(|(it, _)| it.kind == kind).count();
            let of = asked.iter().filter(|it| it.kind == kind).count();
            (kind, answered, of)
        };
        Self {
            asked: asked.len(),
            classes: PopulationClass::ALL
                .iter()
                .map(|class| (*class, classes.remove(class).unwrap_or_default()))
                .collect(),
            whole,
            kinds: MunicipalityKind::ALL.map(kind).to_vec(),
        }
    }
}

impl ChoiceCounts {
    /// Counts the answers to a question with these choices.
    pub fn of<'a>(
        key: &str,
        choices: &[(String, String)],
        answers: impl IntoIterator<Item = &'a SurveyAnswers>,
    ) -> Self {
        let mut counts = Self {
            choices: choices.iter().map(|(code, _)| (code.clone(), 0)).collect(),
            silent: 0,
        };
        for answer in answers {
            let value = answer.get(key);
            match counts.choices.iter_mut().find(|(code, _)| code == value) {
                Some((_, count)) => *count += 1,
                None => counts.silent += 1,
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{municipalities, municipality};

    #[test]
    fn p3_counts_have_their_denominators_and_add_up() {
        let questions: Questionnaire =
            "class|class|required|人口区分\nwhen|year|required|年度|2024-2030"
                .parse()
                .unwrap();
        let answer = |code: &str, class: &str, when: &str| {
            let pairs = [("class", class), ("when", when)];
            let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
            let it = municipality(&code.parse().unwrap()).unwrap();
            (it, SurveyAnswers::of(pairs))
        };
        let answers = [
            answer("151009", "under_50k", "FY2026"),
            answer("131121", "", "undecided"),
            answer("132217", "over_50k", "FY2027"),
            answer("152021", "over_50k", ""),
            answer("152048", "", "FY2027"),
        ];
        let counts = SurveyCounts::of(&questions, "when", municipalities(), &answers);
        assert_eq!((counts.asked, counts.whole.answered()), (1741, 5));
        assert_eq!(counts.whole.planned(), 3);
        let of = |class| {
            let (_, years) = counts.classes.iter().find(|it| it.0 == class).unwrap();
            (years.answered(), years.planned(), years.undecided)
        };
        assert_eq!(of(PopulationClass::DesignatedOrWard), (2, 1, 1));
        assert_eq!(of(PopulationClass::Large), (2, 1, 0));
        assert_eq!(of(PopulationClass::Small), (0, 0, 0));
        let classes: usize = counts.classes.iter().map(|it| it.1.answered()).sum();
        assert_eq!(classes, 4, "one told no class");
        assert_eq!(counts.kinds.iter().map(|it| it.2).sum::<usize>(), 1741);
        assert_eq!(counts.kinds[0], (MunicipalityKind::DesignatedCity, 1, 20));
    }
}
