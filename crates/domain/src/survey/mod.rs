//! Questionnaires among municipalities (P-3): the questions as data, answers checked against them, counts by class and year.

mod answers;
mod counts;
mod questions;

pub use answers::{AnswerFault, SurveyAnswers, SurveyDate};
pub use counts::{ChoiceCounts, ClassYears, SurveyCounts};
pub use questions::{Question, QuestionFault, QuestionKind, Questionnaire, TEXT_LONGEST};
