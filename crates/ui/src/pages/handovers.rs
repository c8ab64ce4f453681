//! 引継ぎ (W-4): offers of this office and to it, and making one.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, DateField, DateText, EraChoice, FieldError, Frame, MenuItem, Notice,
    NoticeKind, TextField, sample,
};

/// 引継ぎの申し出.
#[derive(Debug, Clone, Template)]
#[template(path = "handovers.html")]
pub struct HandoversPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Offers of other offices; whom they are about is not said.
    pub received: Vec<HandoverRow>,
    /// Our own offers.
    pub made: Vec<HandoverRow>,
}

/// One offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRow {
    /// Identifier, for `/care/handovers/{id}`.
    pub id: String,
    /// Our person; empty for offers of other offices.
    pub person: String,
    /// The other office.
    pub office: String,
    /// Where it stands.
    pub chip: Chip,
    /// When it was offered.
    pub offered: DateText,
    /// Last day of the office that offers.
    pub last_day: DateText,
    /// Until when it can be accepted.
    pub until: DateText,
    /// Value and words of what may be done: `decline`, `withdraw`, `undo`.
    pub steps: Vec<(&'static str, &'static str)>,
    /// Whether it waits for us to check the identity.
    pub waits: bool,
}

/// Offering a person; posts to `/care/registrations/{id}/hand-over` with `go` saying `confirm`, `back` or `offer`.
#[derive(Debug, Clone, Template)]
#[template(path = "hand_over.html")]
pub struct HandOverPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Identifier of the registration.
    pub id: String,
    /// Name of the person.
    pub person: String,
    /// Name in kana.
    pub kana: String,
    /// Number of the other office; field `office_no`.
    pub office_no: TextField,
    /// Last day of our registration; field `last`.
    pub last: DateField,
    /// Name of the other office and our last day, when they are shown once more.
    pub confirm: Option<(String, DateText)>,
}

impl HandOverPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("office_no", &self.office_no.error),
            ("last", &self.last.error),
        ])
    }

    /// What the confirmation sends along.
    pub fn carried(&self) -> Vec<(&'static str, String)> {
        vec![
            ("office_no", self.office_no.value.clone()),
            ("last_era", self.last.era.code().to_owned()),
            ("last_year", self.last.year.clone()),
            ("last_month", self.last.month.clone()),
            ("last_day", self.last.day.clone()),
        ]
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let asked = Self {
            frame: sample::frame(MenuItem::Registrations),
            id: "2".into(),
            person: "見本 ハナ".into(),
            kana: "ミホン ハナ".into(),
            office_no: TextField::default(),
            last: DateField::of(EraChoice::Reiwa, "8", "6", "30"),
            confirm: None,
        };
        let rejected = Self {
            office_no: TextField::of("123").with_error("事業所番号は、10桁で入力してください"),
            ..asked.clone()
        };
        let confirm = Self {
            office_no: TextField::of("1379900023"),
            confirm: Some(("居宅介護支援センター見本".into(), sample::date(2026, 6, 30))),
            ..asked.clone()
        };
        vec![
            ("asked", asked),
            ("rejected", rejected),
            ("confirm", confirm),
        ]
    }
}

impl HandoversPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |person: &str, chip, steps: &[(&'static str, &'static str)], waits| HandoverRow {
            id: "1".into(),
            person: person.into(),
            office: "居宅介護支援センター見本".into(),
            chip,
            offered: sample::date(2026, 6, 20),
            last_day: sample::date(2026, 6, 30),
            until: sample::date(2026, 7, 20),
            steps: steps.to_vec(),
            waits,
        };
        let waits = || Chip::new("返事待ち", ChipColor::Yellow);
        let done = || Chip::new("引継ぎ済み", ChipColor::Green);
        let full = Self {
            frame: sample::frame(MenuItem::Registrations),
            notice: Some(Notice::new(
                NoticeKind::Success,
                "引継ぎを申し出ました",
                "相手の事業所が本人確認をして受け入れると、引継ぎが終わります。",
            )),
            received: vec![
                row("", waits(), &[("decline", "断る")], true),
                row("", done(), &[("undo", "受入れを取り消す")], false),
            ],
            made: vec![row(
                "見本 ハナ",
                waits(),
                &[("withdraw", "取り下げる")],
                false,
            )],
        };
        let empty = Self {
            notice: None,
            received: vec![],
            made: vec![],
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}
