use crate::{
    CallContext, Platform, days,
    forms::{self, FormKey},
    notices::{self, Event},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Date, QuestionFault, Questionnaire};
use kiban_store::{
    Error,
    repo::survey_rounds::{self, RoundRow},
};

/// Longest title, in characters.
const TITLE: usize = 80;
/// A round is open for at most so many days: what is open longer is no survey of one time.
const DAYS: i32 = 366;

/// A round with its questions.
#[derive(Debug, Clone)]
pub struct Round {
    /// The row.
    pub row: RoundRow,
    /// The questions as they were asked.
    pub questions: Questionnaire,
}

/// Whether a round can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundState {
    /// Not yet.
    Coming,
    /// Now.
    Open,
    /// No more.
    Closed,
}

impl Round {
    /// Whether it can be answered on a day.
    pub fn state(&self, today: Date) -> RoundState {
        if self.row.closed_at.is_some() || today > self.row.closes_on {
            RoundState::Closed
        } else if today < self.row.opens_on {
            RoundState::Coming
        } else {
            RoundState::Open
        }
    }
}

/// A round to be opened.
#[derive(Debug, Clone)]
pub struct NewRound {
    /// What it is called, at most 80 characters.
    pub title: String,
    /// The day the answers are to tell of.
    pub record_day: Date,
    /// The first day on which it can be answered.
    pub opens_on: Date,
    /// The last, at most a year later.
    pub closes_on: Date,
    /// The questions, in their text form.
    pub source: String,
}

/// Why no round was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The title is empty or too long.
    #[error("the title is empty or too long")]
    Title,
    /// The last day is before the first or more than a year after it.
    #[error("the days do not follow each other")]
    Days,
    /// The last day has passed.
    #[error("the last day has passed")]
    Past,
    /// Lines that are no questions.
    #[error("{} lines are no questions", .0.len())]
    Questions(Vec<QuestionFault>),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The questions that a new installation begins with. Source: data/questionnaires/standardisation-and-sharing.txt.
pub fn first_questions() -> &'static str {
    include_str!("../../../../data/questionnaires/standardisation-and-sharing.txt")
}

/// Opens a round; its number. The same form sent again gives the same number.
///
/// # Errors
///
/// See [`OpenError`].
pub async fn open(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    new: NewRound,
) -> Result<i64, OpenError> {
    let title = new.title.trim().to_owned();
    if title.is_empty() || title.chars().count() > TITLE || title.contains(char::is_control) {
        return Err(OpenError::Title);
    }
    let days = new.opens_on.until(new.closes_on);
    if !days.is_ok_and(|span| (0..=DAYS).contains(&span.get_days())) {
        return Err(OpenError::Days);
    }
    if new.closes_on < platform.today() {
        return Err(OpenError::Past);
    }
    let source = new.source.replace("\r\n", "\n");
    source
        .parse::<Questionnaire>()
        .map_err(OpenError::Questions)?;
    let row = RoundRow {
        round_no: 0,
        title,
        record_day: new.record_day,
        opens_on: new.opens_on,
        closes_on: new.closes_on,
        source,
        opened_by: context.name(),
        opened_at: platform.now(),
        closed_at: None,
    };
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let entry = event.ground("survey:open").to_entry();
    let (inside, form, notice_id) = (platform.clone(), form.clone(), platform.id());
    let from = days::first_instant(row.opens_on);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let before = forms::take(work, &inside, &form, "").await?;
                if let Some(number) = before.and_then(|kept| kept.parse().ok()) {
                    return Ok(number);
                }
                let number = survey_rounds::add(work, &row).await?;
                let event = Event::SurveyOpens {
                    round: number,
                    title: row.title,
                    closes_on: row.closes_on,
                    from,
                };
                notices::tell(work, &inside, notice_id, None, &event).await?;
                forms::keep(work, &inside, &form, &number.to_string()).await?;
                work.record(&entry).await?;
                Ok(number)
            })
        })
        .await
}

/// Closes a round before its last day; false when it is closed already or not there.
///
/// # Errors
///
/// The database only.
pub async fn close(
    platform: &Platform,
    context: &CallContext,
    round_no: i64,
) -> Result<bool, Error> {
    let now = platform.now();
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let entry = event.ground(format!("survey:{round_no}:close")).to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let closed = survey_rounds::close(work, round_no, now).await?;
                if closed {
                    work.record(&entry).await?;
                }
                Ok(closed)
            })
        })
        .await
}

/// One round.
///
/// # Errors
///
/// The database only.
pub async fn find(platform: &Platform, round_no: i64) -> Result<Option<Round>, Error> {
    let row = survey_rounds::find(&mut platform.store.point().await?, round_no).await?;
    row.map(read).transpose()
}

/// All rounds, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform) -> Result<Vec<Round>, Error> {
    let rows = survey_rounds::list(&mut platform.store.point().await?).await?;
    rows.into_iter().map(read).collect()
}

pub(super) fn read(row: RoundRow) -> Result<Round, Error> {
    let questions = row.source.parse::<Questionnaire>();
    let questions = questions.map_err(|faults| {
        let first = faults.first().map_or_else(String::new, ToString::to_string);
        Error::Corrupt {
            place: "survey_round.source".to_owned(),
            reason: first,
        }
    })?;
    Ok(Round { row, questions })
}
