//! 認定申請の進捗 (C07).

use askama::Template;

use crate::{
    Chip, ChipColor, DateText, Frame, MenuItem, Notice, NoticeKind, PersonHead, StepState, sample,
};

/// 認定申請の進捗: steps with dates, the day count, and whose turn it is.
#[derive(Debug, Clone, Template)]
#[template(path = "progress.html")]
pub struct ProgressPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// The application under way, or the last one.
    pub application: Option<ApplicationProgress>,
    /// Earlier applications, newest first.
    pub past: Vec<PastApplication>,
}

/// One application and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationProgress {
    /// 「更新申請」.
    pub kind: String,
    /// 申請年月日.
    pub filed: DateText,
    /// State.
    pub chip: Chip,
    /// The day count while it is under way.
    pub clock: Option<StageClock>,
    /// Whose turn it is: 「医療機関（主治医意見書の作成）」; empty once it is over.
    pub turn: String,
    /// A deferral or withdrawal.
    pub notice: Option<Notice>,
    /// The steps in order.
    pub steps: Vec<ProgressStep>,
    /// When the municipality last changed this.
    pub updated: String,
}

/// Days since the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageClock {
    /// Days since the application, 0 on the day itself.
    pub day: u16,
    /// The legal limit in days, 30.
    pub limit: u16,
    /// How near the limit is.
    pub level: ClockLevel,
    /// The day of the limit.
    pub due: DateText,
    /// What to expect, in words; empty when nothing is known.
    pub expected: String,
}

/// How near the limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockLevel {
    /// Up to day 24.
    Calm,
    /// From day 25.
    Near,
    /// Past the limit.
    Over,
}

impl ClockLevel {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Calm => "期限内",
            Self::Near => "期限が近づいています",
            Self::Over => "期限を過ぎています",
        }
    }

    /// Colour of its chip.
    pub fn color(self) -> ChipColor {
        match self {
            Self::Calm => ChipColor::Blue,
            Self::Near => ChipColor::Yellow,
            Self::Over => ChipColor::Orange,
        }
    }
}

/// A step on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressStep {
    /// 「申請受付」「認定調査・主治医意見書」.
    pub title: String,
    /// Where it stands.
    pub state: StepState,
    /// When it was or will be.
    pub date: Option<DateText>,
    /// A remark: 「予定です」; may be empty.
    pub note: String,
    /// What goes on side by side within this step.
    pub lanes: Vec<Lane>,
}

/// One of two things that go on at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// 認定調査 or 主治医意見書.
    pub title: String,
    /// 依頼, 実施済み, 受領済み.
    pub chip: Chip,
    /// Named days; absent ones read 「まだです」.
    pub dates: Vec<LaneDate>,
}

/// A day within a [`Lane`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneDate {
    /// 「依頼日」.
    pub term: String,
    /// The day, once known.
    pub date: Option<DateText>,
}

/// An application that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastApplication {
    /// 申請年月日.
    pub filed: DateText,
    /// 「新規申請」.
    pub kind: String,
    /// Result: 「要介護1」 or 取下げ.
    pub chip: Chip,
    /// When it was certified.
    pub certified: Option<DateText>,
    /// 「28日」.
    pub took: String,
}

impl ProgressPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let date = sample::date;
        let step = |title: &str, state, date: Option<DateText>, note: &str| ProgressStep {
            title: title.into(),
            state,
            date,
            note: note.into(),
            lanes: vec![],
        };
        let lane = |title: &str, chip, dates: &[(&str, Option<DateText>)]| Lane {
            title: title.into(),
            chip,
            dates: dates
                .iter()
                .map(|(term, date)| LaneDate {
                    term: (*term).into(),
                    date: date.clone(),
                })
                .collect(),
        };
        let survey = lane(
            "認定調査",
            Chip::new("実施済み", ChipColor::Green),
            &[
                ("依頼日", Some(date(2026, 6, 1))),
                ("実施日", Some(date(2026, 6, 9))),
            ],
        );
        let opinion = lane(
            "主治医意見書",
            Chip::new("依頼済み", ChipColor::Yellow),
            &[("依頼日", Some(date(2026, 6, 1))), ("受領日", None)],
        );
        let both = ProgressStep {
            lanes: vec![survey, opinion],
            ..step(
                "認定調査・主治医意見書",
                StepState::Now,
                None,
                "2つは並行して進みます。",
            )
        };
        let running = ApplicationProgress {
            kind: "更新申請".into(),
            filed: date(2026, 5, 28),
            chip: Chip::new("意見書作成依頼済", ChipColor::Blue),
            clock: Some(StageClock {
                day: 28,
                limit: 30,
                level: ClockLevel::Near,
                due: date(2026, 6, 27),
                expected: "架空市では、意見書の受領から結果通知まで、多くの場合12日から18日かかっています。".into(),
            }),
            turn: "医療機関（主治医意見書の作成）".into(),
            notice: None,
            steps: vec![
                step("申請受付", StepState::Done, Some(date(2026, 5, 28)), ""),
                both,
                step("一次判定", StepState::Later, None, ""),
                step("介護認定審査会", StepState::Later, Some(date(2026, 7, 8)), "予定です"),
                step("二次判定・認定", StepState::Later, None, ""),
                step("結果通知", StepState::Later, None, ""),
            ],
            updated: "令和8年6月23日 21時05分".into(),
        };
        let deferred = ApplicationProgress {
            clock: Some(StageClock {
                day: 36,
                limit: 30,
                level: ClockLevel::Over,
                due: date(2026, 6, 27),
                expected: String::new(),
            }),
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "市町村が延期を通知しました（令和8年6月26日）",
                "理由：主治医意見書の受領に時間がかかっているため。見込み：令和8年7月15日ごろ。",
            )),
            ..running.clone()
        };
        let finished = ApplicationProgress {
            chip: Chip::new("結果通知済", ChipColor::Green),
            clock: None,
            turn: String::new(),
            steps: [
                "申請受付",
                "認定調査・主治医意見書",
                "一次判定",
                "介護認定審査会",
                "二次判定・認定",
                "結果通知",
            ]
            .into_iter()
            .zip([28, 29, 30, 30, 31, 31])
            .map(|(title, day)| step(title, StepState::Done, Some(date(2026, 5, day)), ""))
            .collect(),
            ..running.clone()
        };
        let page = |application| Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            application,
            past: vec![PastApplication {
                filed: date(2024, 6, 20),
                kind: "更新申請".into(),
                chip: Chip::new("要介護2", ChipColor::Blue),
                certified: Some(date(2024, 7, 25)),
                took: "35日".into(),
            }],
        };
        vec![
            ("running", page(Some(running))),
            ("deferred", page(Some(deferred))),
            ("finished", page(Some(finished))),
            (
                "none",
                Self {
                    past: vec![],
                    ..page(None)
                },
            ),
        ]
    }
}
