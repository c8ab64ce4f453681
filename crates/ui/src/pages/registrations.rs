//! 担当登録の管理 (C12) and ending one.

use askama::Template;

use crate::{
    Chip, ChipColor, DateText, Frame, MenuItem, Notice, NoticeKind, PageNumber, Pager, Period,
    sample,
};

/// 担当登録の管理; which list is chosen by GET `show=active` or `show=ended` on `/care/registrations`.
#[derive(Debug, Clone, Template)]
#[template(path = "registrations.html")]
pub struct RegistrationsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened, such as an ended registration.
    pub notice: Option<Notice>,
    /// Which list is shown.
    pub show: RegistrationList,
    /// The rows of this page.
    pub rows: Vec<RegistrationRow>,
    /// Where one stands.
    pub pager: Pager,
}

/// Which registrations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationList {
    /// In force or ending.
    Active,
    /// Over.
    Ended,
}

impl RegistrationList {
    /// In the order shown.
    pub const ALL: [Self; 2] = [Self::Active, Self::Ended];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "有効な担当登録",
            Self::Ended => "終了した担当登録",
        }
    }

    /// Value of `show`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationRow {
    /// Name and address; an ended registration has no page of the person any more.
    pub person: String,
    /// The person's page, while it may be seen.
    pub href: Option<String>,
    /// Name in kana.
    pub kana: String,
    /// Municipality.
    pub insurer: String,
    /// Kind of service.
    pub service: String,
    /// From when to when.
    pub period: Period,
    /// 有効, 終了予定, 終了, 本人確認待ち.
    pub chip: Chip,
    /// Where to end it: `/care/registrations/{id}/end`.
    pub end: Option<String>,
}

/// Ending a registration, asked once more; posts to `/care/registrations/{id}/end`. It ends at once.
#[derive(Debug, Clone, Template)]
#[template(path = "end_registration.html")]
pub struct EndRegistrationPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Identifier of the registration, as in the address.
    pub id: String,
    /// Name of the person.
    pub person: String,
    /// Name in kana.
    pub kana: String,
    /// Kind of service.
    pub service: String,
    /// First day.
    pub since: DateText,
}

impl RegistrationsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let number = |label: &str, href: Option<&str>| PageNumber {
            label: label.into(),
            href: href.map(Into::into),
        };
        let pager = |summary: &str| Pager {
            summary: summary.into(),
            previous: None,
            pages: vec![number("1", None)],
            next: None,
            sizes: vec![
                number("20", None),
                number("50", Some("/care/registrations?size=50")),
            ],
        };
        let row = |index: usize, period, chip, end: Option<&str>| {
            let person = &sample::person_rows(index + 1)[index];
            RegistrationRow {
                person: person.name.clone(),
                href: end.map(|_| person.href.clone()),
                kana: person.kana.clone(),
                insurer: "架空市".into(),
                service: "居宅介護支援".into(),
                period,
                chip,
                end: end.map(Into::into),
            }
        };
        let open = Period {
            from: sample::date(2025, 10, 1),
            to: None,
        };
        let active = Self {
            frame: sample::frame(MenuItem::Registrations),
            notice: None,
            show: RegistrationList::Active,
            rows: vec![
                row(
                    1,
                    sample::period((2025, 4, 1), (2026, 6, 30)),
                    Chip::new("終了予定", ChipColor::Yellow),
                    Some("/care/registrations/2/end"),
                ),
                row(
                    0,
                    open.clone(),
                    Chip::new("有効", ChipColor::Green),
                    Some("/care/registrations/1/end"),
                ),
                row(
                    2,
                    open,
                    Chip::new("本人確認待ち", ChipColor::Orange),
                    Some("/care/registrations/3/end"),
                ),
            ],
            pager: pager("全3件中 1〜3件"),
        };
        let ended = Self {
            notice: Some(Notice::new(
                NoticeKind::Success,
                "試作 キヨさんの担当登録を終了しました",
                "この方の情報は、もう見られません。",
            )),
            show: RegistrationList::Ended,
            rows: vec![row(
                4,
                sample::period((2024, 4, 1), (2026, 6, 20)),
                Chip::new("終了", ChipColor::Gray),
                None,
            )],
            pager: pager("全1件中 1〜1件"),
            ..active.clone()
        };
        let empty = Self {
            rows: vec![],
            pager: pager("全0件"),
            ..active.clone()
        };
        vec![("active", active), ("ended", ended), ("empty", empty)]
    }
}

impl EndRegistrationPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Registrations),
            id: "2".into(),
            person: "見本 ハナ".into(),
            kana: "ミホン ハナ".into(),
            service: "居宅介護支援".into(),
            since: sample::date(2025, 4, 1),
        };
        vec![("asked", page)]
    }
}
