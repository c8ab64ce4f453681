use std::{collections::BTreeSet, str::FromStr};

use crate::PopulationClass;

/// Longest answer in words, in characters.
pub const TEXT_LONGEST: usize = 1_000;
/// Most questions of a questionnaire: more than a page can ask is a mistake.
const MOST: usize = 40;
/// Longest question or choice, in characters.
const WORDS: usize = 200;

/// What kind of answer a question wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// The population class; asked of those whose class does not follow from their kind.
    Class,
    /// One of these: code and words.
    Choice(Vec<(String, String)>),
    /// A fiscal year between these, both included, or 未定.
    Year(i16, i16),
    /// Some words, at most [`TEXT_LONGEST`] characters.
    Text,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What answers and addresses name it by: small letters, digits, `_`.
    pub key: String,
    /// The question.
    pub label: String,
    /// What is wanted.
    pub kind: QuestionKind,
    /// Whether it must be answered before the whole is submitted.
    pub required: bool,
    /// Whether the charts begin with it.
    pub leading: bool,
}

/// The questions of a round, in their order.
///
/// Text form: one question a line, `key|kind|required or optional|question|choices`; lines that begin with `#` say something to
/// people. Kinds: `class`, `choice` (`code=words, code=words`), `year` (`2024-2030`), `text`; a star before the kind marks the
/// question that the charts begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questionnaire {
    questions: Vec<Question>,
}

/// Why a line is no question: its number from 1, and what is wrong in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}行目：{wrong}")]
pub struct QuestionFault {
    /// The line; 0 is the whole.
    pub line: usize,
    /// What is wrong.
    pub wrong: &'static str,
}

impl Questionnaire {
    /// The questions.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// One question.
    pub fn find(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|it| it.key == key)
    }

    /// The questions that want a year: those that charts are made of, the leading one first.
    pub fn years(&self) -> Vec<&Question> {
        let all = self.questions.iter();
        let mut years: Vec<_> = all
            .filter(|it| matches!(it.kind, QuestionKind::Year(..)))
            .collect();
        years.sort_by_key(|it| !it.leading);
        years
    }
}

impl FromStr for Questionnaire {
    type Err = Vec<QuestionFault>;

    /// # Errors
    ///
    /// Every line that is no question, in their order.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut questions, mut faults) = (Vec::<Question>::new(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = match question(line) {
                Ok(it) if questions.iter().any(|known| known.key == it.key) => {
                    "同じ名前の設問が前の行にもあります"
                }
                Ok(it) => {
                    questions.push(it);
                    continue;
                }
                Err(wrong) => wrong,
            };
            faults.push(QuestionFault {
                line: at + 1,
                wrong,
            });
        }
        let classes = questions
            .iter()
            .filter(|it| it.kind == QuestionKind::Class)
            .count();
        let leading = questions.iter().filter(|it| it.leading).count();
        for (is_wrong, wrong) in [
            (questions.is_empty(), "設問がありません"),
            (questions.len() > MOST, "設問は40問までにしてください"),
            (classes > 1, "人口区分の設問は1つだけにしてください"),
            (leading > 1, "「*」を付ける設問は1つだけにしてください"),
        ] {
            if is_wrong && faults.is_empty() {
                faults.push(QuestionFault { line: 0, wrong });
            }
        }
        if faults.is_empty() {
            Ok(Self { questions })
        } else {
            Err(faults)
        }
    }
}

fn question(line: &str) -> Result<Question, &'static str> {
    let items: Vec<&str> = line.split('|').map(str::trim).collect();
    let [key, kind, need, label, rest @ ..] = &items[..] else {
        return Err("「名前|種類|必須か任意|設問|選択肢」の形で書いてください");
    };
    if !is_key(key) {
        return Err("設問の名前は、英小文字と数字と「_」で30文字までにしてください");
    }
    let required = match *need {
        "required" => true,
        "optional" => false,
        _ => return Err("3番目には required か optional と書いてください"),
    };
    if label.is_empty() || label.chars().count() > WORDS {
        return Err("設問は200文字までで書いてください");
    }
    let (leading, kind) = match kind.strip_prefix('*') {
        Some(kind) => (true, kind),
        None => (false, *kind),
    };
    let kind = match (kind, rest) {
        ("class", []) => QuestionKind::Class,
        ("text", []) => QuestionKind::Text,
        ("choice", [choices]) => QuestionKind::Choice(self::choices(choices)?),
        ("year", [years]) => self::years(years)?,
        ("class" | "text" | "choice" | "year", _) => {
            return Err("選択肢は、choice と year にだけ、1つ書いてください");
        }
        _ => return Err("種類は class, choice, year, text のどれかです"),
    };
    if leading && !matches!(kind, QuestionKind::Year(..)) {
        return Err("「*」は year の設問にだけ付けられます");
    }
    Ok(Question {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        kind,
        required,
        leading,
    })
}

fn is_key(text: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    (1..=30).contains(&text.len()) && text.bytes().all(plain)
}

fn choices(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let choices = text.split(',').map(|it| {
        let (code, words) = it.trim().split_once('=')?;
        let fits = is_key(code) && !words.is_empty() && words.chars().count() <= WORDS;
        fits.then(|| (code.to_owned(), words.to_owned()))
    });
    let choices: Option<Vec<_>> = choices.collect();
    let choices = choices.ok_or("選択肢は「code=言葉, code=言葉」の形で書いてください")?;
    let codes: BTreeSet<&str> = choices.iter().map(|(code, _)| code.as_str()).collect();
    if codes.len() < choices.len() || !(2..=20).contains(&choices.len()) {
        return Err("選択肢は2つから20までで、同じ名前を使わないでください");
    }
    Ok(choices)
}

fn years(text: &str) -> Result<QuestionKind, &'static str> {
    let wrong = "年度は「2024-2030」の形で、2015年度から2045年度までの20年以内で書いてください";
    let (from, to) = text.split_once('-').ok_or(wrong)?;
    let year = |text: &str| {
        text.parse::<i16>()
            .ok()
            .filter(|it| (2015..=2045).contains(it))
    };
    match (year(from), year(to)) {
        (Some(from), Some(to)) if from < to && to - from <= 20 => Ok(QuestionKind::Year(from, to)),
        _ => Err(wrong),
    }
}

impl QuestionKind {
    /// Whether a code is one of those that the question offers; years as `FY2026`.
    pub(super) fn offers(&self, code: &str) -> bool {
        match self {
            Self::Class => code.parse::<PopulationClass>().is_ok(),
            Self::Choice(choices) => choices.iter().any(|(known, _)| known == code),
            Self::Year(..) | Self::Text => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str =
        include_str!("../../../../data/questionnaires/standardisation-and-sharing.txt");

    #[test]
    fn p3_the_first_questionnaire_is_whole_and_its_charts_begin_with_the_migration() {
        let questions: Questionnaire = FIRST.parse().unwrap();
        let keys: Vec<_> = questions.questions().iter().map(|it| &*it.key).collect();
        assert_eq!(
            keys,
            [
                "class",
                "standardised",
                "able",
                "migrated",
                "sharing",
                "remark"
            ]
        );
        let years: Vec<_> = questions.years().iter().map(|it| &*it.key).collect();
        assert_eq!(years, ["migrated", "able", "sharing"]);
        assert_eq!(
            questions.find("sharing").unwrap().kind,
            QuestionKind::Year(2024, 2030)
        );
    }

    #[test]
    fn every_line_that_is_no_question_is_named() {
        let text = "# a\nclass|class|required|人口区分\nA|text|optional|x\nb|text|maybe|x\nc|text|optional|\nd|choice|optional|x|a=1\ne|choice|optional|x|a=1, a=2\nf|year|optional|x|2030-2024\ng|*text|optional|x\nh|text|optional|x|y\nclass|text|optional|x\nj\nk|date|optional|x";
        let faults = text.parse::<Questionnaire>().unwrap_err();
        let lines: Vec<_> = faults.iter().map(|it| it.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        let whole = |text: &str| text.parse::<Questionnaire>().unwrap_err()[0].line;
        assert_eq!(whole(""), 0);
        assert_eq!(whole("a|class|optional|x\nb|class|optional|x"), 0);
    }
}
