//! 読み取り確認 (C16): reader and card at this terminal.

use askama::Template;

use crate::{Chip, ChipColor, Frame, MenuItem, sample};

/// The page: start at `/care/reader-test`, then `/care/reader-test/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "reader_test.html")]
pub struct ReaderTestPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where it stands.
    pub stage: ReaderTestStage,
    /// Name of the test, for addresses; empty at the start.
    pub id: String,
}

/// Where a test stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderTestStage {
    /// Not begun.
    Start,
    /// The program at the card reader has not seen it.
    Waiting {
        /// Whether it should have by now.
        slow: bool,
    },
    /// The program is looking.
    Taken,
    /// What it found, in the order of the ladder.
    Answered(Vec<RungLine>),
    /// The program is too old to know the question.
    OldProgram,
    /// No program has taken it.
    Unanswered,
    /// The program took it and did not answer.
    Lost,
}

impl ReaderTestStage {
    /// The word that our script compares.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Waiting { .. } => "waiting",
            Self::Taken => "taken",
            Self::Answered(_) => "answered",
            Self::OldProgram => "old_program",
            Self::Unanswered => "unanswered",
            Self::Lost => "lost",
        }
    }
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RungLine {
    /// What was looked at.
    pub title: String,
    /// 「良好」, 「注意」, 「要対応」, 「未確認」.
    pub chip: Chip,
    /// What was found.
    pub seen: String,
    /// What to do; may be empty.
    pub remedy: String,
    /// Who can; may be empty.
    pub mender: String,
    /// Whether it does not hold.
    pub failed: bool,
}

impl ReaderTestPage {
    /// Whether something will change by itself.
    pub fn is_waiting(&self) -> bool {
        matches!(
            self.stage,
            ReaderTestStage::Waiting { .. } | ReaderTestStage::Taken
        )
    }

    /// Whether a rung does not hold.
    pub fn is_broken(&self) -> bool {
        match &self.stage {
            ReaderTestStage::Answered(rungs) => rungs.iter().any(|it| it.failed),
            _ => false,
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |stage| Self {
            frame: sample::frame(MenuItem::Office),
            stage,
            id: "000102030405060708090a0b0c0d0e0f".into(),
        };
        let rung = |title: &str, label: &str, color, seen: &str| RungLine {
            title: title.into(),
            chip: Chip::new(label, color),
            seen: seen.into(),
            remedy: String::new(),
            mender: String::new(),
            failed: false,
        };
        let good = |title| rung(title, "良好", ChipColor::Green, "問題ありません");
        let skipped = |title| {
            let seen = "前の項目を直すと確かめられます";
            rung(title, "未確認", ChipColor::Gray, seen)
        };
        let well = vec![
            good("スマートカードのサービス"),
            good("カードリーダー"),
            RungLine {
                remedy:
                    "番号に自信がないときは入力せず、お住まいの市区町村の窓口で再設定してください。"
                        .into(),
                mender: "カードをお持ちの方".into(),
                ..rung(
                    "暗証番号の残り回数",
                    "注意",
                    ChipColor::Yellow,
                    "暗証番号を入力できるのはあと1回",
                )
            },
        ];
        let broken = vec![
            good("スマートカードのサービス"),
            RungLine {
                remedy: "カードリーダーを接続してください。".into(),
                mender: "事業所の職員".into(),
                failed: true,
                ..rung(
                    "カードリーダー",
                    "要対応",
                    ChipColor::Red,
                    "カードリーダーがつながっていない",
                )
            },
            skipped("カード"),
        ];
        vec![
            ("start", page(ReaderTestStage::Start)),
            ("waiting", page(ReaderTestStage::Waiting { slow: false })),
            ("slow", page(ReaderTestStage::Waiting { slow: true })),
            ("taken", page(ReaderTestStage::Taken)),
            ("well", page(ReaderTestStage::Answered(well))),
            ("broken", page(ReaderTestStage::Answered(broken))),
            ("old_program", page(ReaderTestStage::OldProgram)),
            ("unanswered", page(ReaderTestStage::Unanswered)),
            ("lost", page(ReaderTestStage::Lost)),
        ]
    }
}
