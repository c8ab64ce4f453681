use jiff::civil::Date;

use super::{Application, Track};

/// Days after which the decision is due (介護保険法第27条第11項).
const DUE_DAYS: i32 = 30;
/// The day from which the wait is shown as a warning; our choice. Source: certification, section 3.
const WARN_DAYS: i32 = 25;

/// How the wait stands against the thirty days of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueState {
    /// Before day 25, or decided.
    InTime,
    /// Day 25 to 30.
    Near,
    /// Past day 30.
    Over,
}

/// Whose move it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// 市町村.
    Municipality,
    /// 認定調査員.
    Surveyor,
    /// 主治医.
    Physician,
    /// 介護認定審査会.
    Committee,
}

impl Turn {
    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Municipality => "市町村",
            Self::Surveyor => "認定調査員",
            Self::Physician => "主治医",
            Self::Committee => "介護認定審査会",
        }
    }
}

/// A part of the way whose days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkStage {
    /// From the application to the first request.
    Reception,
    /// From the survey's request to its visit.
    Survey,
    /// From the opinion's request to its arrival.
    Opinion,
    /// From the last of survey and opinion to the first judgement.
    PrimaryJudgement,
    /// From the first judgement to the second.
    Committee,
    /// From the second judgement to the notice.
    Notice,
}

impl WorkStage {
    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reception => "申請受付",
            Self::Survey => "認定調査",
            Self::Opinion => "主治医意見書",
            Self::PrimaryJudgement => "一次判定",
            Self::Committee => "審査会",
            Self::Notice => "認定・通知",
        }
    }
}

/// The days spent in one part of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageSpan {
    /// Which part.
    pub stage: WorkStage,
    /// Its first day.
    pub from: Date,
    /// The day it ended, or nothing while it goes on.
    pub to: Option<Date>,
    /// Days from the first day to its end or to the day looked at, never negative.
    pub days: i32,
}

/// How long an application has taken, seen on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageClock {
    /// Days since the application, up to its decision or the day looked at; 0 on the day itself.
    pub days: i32,
    /// How that stands against the thirty days.
    pub due: DueState,
    /// The last day of the thirty.
    pub due_on: Date,
    /// The parts of the way that have begun.
    pub spans: Vec<StageSpan>,
    /// Whose move it is; two while survey and opinion run side by side, none once closed.
    pub turns: Vec<Turn>,
}

impl StageClock {
    /// Looks at an application on a day.
    pub fn of(application: &Application, today: Date) -> Self {
        let progress = application.progress();
        let decided = application.certified_on.or(application.notified_on);
        let end = decided.unwrap_or(today);
        let days = days_between(application.applied_on, end);
        let due = if progress.withdrawn || progress.rejected {
            DueState::InTime
        } else if days > DUE_DAYS {
            DueState::Over
        } else if days >= WARN_DAYS && decided.is_none() {
            DueState::Near
        } else {
            DueState::InTime
        };
        let due_on = application
            .applied_on
            .saturating_add(jiff::Span::new().days(DUE_DAYS));
        Self {
            days,
            due,
            due_on,
            spans: spans(application, today),
            turns: turns(application),
        }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days()).max(0)
}

fn spans(it: &Application, today: Date) -> Vec<StageSpan> {
    let first_request = [it.survey_requested_on, it.opinion_requested_on]
        .into_iter()
        .flatten()
        .min();
    let both_there = match (it.survey_done_on, it.opinion_received_on) {
        (Some(survey), Some(opinion)) => Some(survey.max(opinion)),
        (Some(_) | None, None) | (None, Some(_)) => None,
    };
    [
        (WorkStage::Reception, Some(it.applied_on), first_request),
        (WorkStage::Survey, it.survey_requested_on, it.survey_done_on),
        (
            WorkStage::Opinion,
            it.opinion_requested_on,
            it.opinion_received_on,
        ),
        (
            WorkStage::PrimaryJudgement,
            both_there,
            it.primary_judged_on,
        ),
        (
            WorkStage::Committee,
            it.primary_judged_on,
            it.secondary_judged_on,
        ),
        (
            WorkStage::Notice,
            it.secondary_judged_on,
            it.notified_on.or(it.certified_on),
        ),
    ]
    .into_iter()
    .filter_map(|(stage, from, to)| {
        let from = from?;
        Some(StageSpan {
            stage,
            from,
            to,
            days: days_between(from, to.unwrap_or(today)),
        })
    })
    .collect()
}

fn turns(it: &Application) -> Vec<Turn> {
    let progress = it.progress();
    if progress.withdrawn || progress.rejected || it.notified_on.is_some() {
        return Vec::new();
    }
    if it.secondary_judged_on.is_some() || it.certified_on.is_some() {
        return vec![Turn::Municipality];
    }
    if it.primary_judged_on.is_some() || it.committee_scheduled_on.is_some() {
        return vec![Turn::Committee];
    }
    let track = |track: Track, asked: Turn| match track {
        Track::NotRequested => Some(Turn::Municipality),
        Track::Requested(_) => Some(asked),
        Track::Done(_) => None,
    };
    let mut turns: Vec<Turn> = [
        track(progress.survey, Turn::Surveyor),
        track(progress.opinion, Turn::Physician),
    ]
    .into_iter()
    .flatten()
    .collect();
    turns.dedup();
    // Both are there: the first judgement is the municipality's.
    if turns.is_empty() {
        vec![Turn::Municipality]
    } else {
        turns
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{super::application::tests::fresh, *};

    #[test]
    fn the_wait_is_near_from_day_25_and_over_after_day_30() {
        let it = fresh(date(2026, 4, 1));
        for (today, due) in [
            (date(2026, 4, 25), DueState::InTime),
            (date(2026, 4, 26), DueState::Near),
            (date(2026, 5, 1), DueState::Near),
            (date(2026, 5, 2), DueState::Over),
        ] {
            assert_eq!(StageClock::of(&it, today).due, due, "{today}");
        }
        assert_eq!(StageClock::of(&it, date(2026, 5, 2)).days, 31);
        assert_eq!(
            StageClock::of(&it, date(2026, 5, 2)).due_on,
            date(2026, 5, 1)
        );
    }

    #[test]
    fn turns_follow_the_dates() {
        let mut it = fresh(date(2026, 4, 1));
        let turns = |it: &Application| StageClock::of(it, date(2026, 4, 20)).turns;
        assert_eq!(turns(&it), [Turn::Municipality]);
        it.survey_requested_on = Some(date(2026, 4, 2));
        it.opinion_requested_on = Some(date(2026, 4, 3));
        assert_eq!(turns(&it), [Turn::Surveyor, Turn::Physician]);
        it.survey_done_on = Some(date(2026, 4, 10));
        assert_eq!(turns(&it), [Turn::Physician]);
        it.opinion_received_on = Some(date(2026, 4, 12));
        assert_eq!(turns(&it), [Turn::Municipality]);
        it.primary_judged_on = Some(date(2026, 4, 14));
        assert_eq!(turns(&it), [Turn::Committee]);
        let spans = StageClock::of(&it, date(2026, 4, 20)).spans;
        let days: Vec<_> = spans.iter().map(|it| (it.stage, it.days)).collect();
        assert_eq!(
            days,
            [
                (WorkStage::Reception, 1),
                (WorkStage::Survey, 8),
                (WorkStage::Opinion, 9),
                (WorkStage::PrimaryJudgement, 2),
                (WorkStage::Committee, 6),
            ]
        );
        it.notified_on = Some(date(2026, 4, 30));
        assert!(turns(&it).is_empty());
    }
}
