//! 本人確認 by the My Number card at the terminal (C03, W-3a).

use askama::Template;

use crate::{Frame, MenuItem, sample};

/// How the person shows that the card is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardWay {
    /// The person types the PIN at the card reader.
    Pin,
    /// Staff compare face and photograph.
    Sight,
}

impl CardWay {
    /// What the audit trail's pages call it too.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pin => "暗証番号で確認",
            Self::Sight => "目視で確認",
        }
    }
}

/// Where the check stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardStage {
    /// Not begun.
    Start {
        /// Whether the way by sight is offered.
        sight: bool,
    },
    /// The program at the card reader has not seen it.
    Pending {
        /// Whether it should have by now.
        slow: bool,
    },
    /// It is in front of the person.
    Taken,
    /// The card stands for a person.
    Linked,
    /// The card stands for nobody.
    Unknown {
        /// It did once.
        ended: bool,
    },
    /// The card stands for several: an operator has to look.
    Contradiction,
    /// It ended without an answer that holds.
    Failed {
        /// What happened and what to do next.
        sentence: String,
        /// Who can mend it, in words.
        mender: String,
        /// Tries left, when a PIN or code was wrong.
        left: Option<u8>,
        /// Whether the PIN is locked.
        locked: bool,
        /// Whether another try may help.
        again: bool,
    },
    /// Nobody answered in time.
    Expired,
    /// A newer check, or the staff, ended it.
    Withdrawn,
    /// The result was used or is too old.
    Spent,
}

/// The page: start at `/care/persons/new/card`, then `/care/persons/new/card/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "card_check.html")]
pub struct CardCheckPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where it stands.
    pub stage: CardStage,
    /// Name of the challenge, for addresses; empty at the start.
    pub id: String,
    /// Name of the case; field `case`.
    pub case: String,
    /// Four digits that the card reader's window shows too.
    pub code: String,
    /// By PIN, or by sight.
    pub way: CardWay,
}

impl CardCheckPage {
    /// The page's own address once there is a challenge.
    pub fn path(&self) -> String {
        format!("/care/persons/new/card/{}", self.id)
    }

    /// Where the five items are typed instead; a verified card goes with it, to be linked when they agree.
    pub fn paper(&self) -> String {
        let with_card = match self.stage {
            CardStage::Linked | CardStage::Unknown { .. } => self.way == CardWay::Pin,
            _ => false,
        };
        if with_card {
            format!(
                "/care/persons/new/paper?card={}&case={}",
                self.id, self.case
            )
        } else {
            "/care/persons/new/paper".to_owned()
        }
    }

    /// The word that our script compares with what the server says; empty when nothing will change any more.
    pub fn waiting(&self) -> &'static str {
        match self.stage {
            CardStage::Pending { .. } => "pending",
            CardStage::Taken => "taken",
            _ => "",
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |stage, way| Self {
            frame: sample::frame(MenuItem::Register),
            stage,
            id: "000102030405060708090a0b0c0d0e0f".into(),
            case: "c0ffee".into(),
            code: "0042".into(),
            way,
        };
        let pin = |stage| page(stage, CardWay::Pin);
        let failed = |sentence: &str, mender: &str, left, locked, again| CardStage::Failed {
            sentence: sentence.into(),
            mender: mender.into(),
            left,
            locked,
            again,
        };
        vec![
            ("start", pin(CardStage::Start { sight: true })),
            ("start_pin_only", pin(CardStage::Start { sight: false })),
            ("pending", pin(CardStage::Pending { slow: false })),
            ("slow", pin(CardStage::Pending { slow: true })),
            ("taken", pin(CardStage::Taken)),
            ("taken_sight", page(CardStage::Taken, CardWay::Sight)),
            ("linked", pin(CardStage::Linked)),
            ("linked_sight", page(CardStage::Linked, CardWay::Sight)),
            ("unknown", pin(CardStage::Unknown { ended: false })),
            (
                "unknown_sight",
                page(CardStage::Unknown { ended: false }, CardWay::Sight),
            ),
            ("ended", pin(CardStage::Unknown { ended: true })),
            ("contradiction", pin(CardStage::Contradiction)),
            (
                "wrong_pin",
                pin(failed(
                    "暗証番号が違います。あと2回まちがえると使えなくなります。",
                    "ご本人",
                    Some(2),
                    false,
                    true,
                )),
            ),
            (
                "locked",
                pin(failed(
                    "暗証番号が使えなくなっています。",
                    "市区町村の窓口",
                    None,
                    true,
                    false,
                )),
            ),
            ("expired", pin(CardStage::Expired)),
            ("withdrawn", pin(CardStage::Withdrawn)),
            ("spent", pin(CardStage::Spent)),
        ]
    }
}
