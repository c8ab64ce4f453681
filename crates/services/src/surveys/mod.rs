//! The questionnaire among municipalities (P-3): rounds that the operator opens, answers that municipalities give, results for everybody.

mod answer;
mod results;
mod rounds;

pub use answer::{Given, SaveError, Saving, find_answer, save};
pub use results::{Answered, Results, SurveyDesk, Surveys};
pub use rounds::{
    NewRound, OpenError, Round, RoundState, close, find, first_questions, list, open,
};
