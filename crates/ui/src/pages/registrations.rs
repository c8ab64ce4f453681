//! 担当登録の管理 (C12) and ending one.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, DateField, DateText, EraChoice, FieldError, Frame,
    MenuItem, Notice, NoticeKind, PageNumber, Pager, Period, TextField, sample,
};

/// 担当登録の管理; which list is chosen by GET `show=active`, `show=waiting` or `show=ended` on `/care/registrations`. The
/// waiting ones are answered by POST to `/care/registrations/confirm`, with `relation` for each one chosen.
#[derive(Debug, Clone, Template)]
#[template(path = "registrations.html")]
pub struct RegistrationsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened, such as an ended registration.
    pub notice: Option<Notice>,
    /// Which list is shown.
    pub show: RegistrationList,
    /// Token of the form.
    pub csrf: String,
    /// How many wait for an answer.
    pub waiting: usize,
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
    /// In force, and the office is asked whether they go on.
    Waiting,
    /// Over.
    Ended,
}

impl RegistrationList {
    /// In the order shown.
    pub const ALL: [Self; 3] = [Self::Active, Self::Waiting, Self::Ended];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "有効な担当登録",
            Self::Waiting => "継続の確認待ち",
            Self::Ended => "終了した担当登録",
        }
    }

    /// How it is sorted.
    pub fn order(self) -> &'static str {
        match self {
            Self::Active => "終了日の近い順",
            Self::Waiting => "回答がないときに終了する日の近い順",
            Self::Ended => "終了した日の新しい順",
        }
    }

    /// What is said when it has no rows.
    pub fn none(self) -> &'static str {
        match self {
            Self::Active => "有効な担当登録はまだありません。",
            Self::Waiting => "継続の確認を待っている担当登録はありません。",
            Self::Ended => "終了した担当登録はまだありません。",
        }
    }

    /// Value of `show`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
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
    /// From when to when; a registration that was a mistake never was valid.
    pub period: Option<Period>,
    /// 有効, 終了予定, 終了, 本人確認待ち.
    pub chip: Chip,
    /// What the office is asked, if it is.
    pub question: Option<ContinueQuestion>,
    /// Why it was ended; empty while it was not.
    pub reason: String,
    /// Where to hand it over: `/care/registrations/{id}/hand-over`; care management only.
    pub hand_over: Option<String>,
    /// Where to end it: `/care/registrations/{id}/end`.
    pub end: Option<String>,
}

/// Whether a registration goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContinueQuestion {
    /// Identifier of the registration; value of field `relation`.
    pub id: String,
    /// The last day on which it was used.
    pub used: DateText,
    /// The day with which it ends without an answer.
    pub ends: DateText,
}

/// Ending a registration: reason and last day, then asked once more; posts to `/care/registrations/{id}/end` with `go`
/// saying `confirm`, `back` or `end`.
#[derive(Debug, Clone, Template)]
#[template(path = "end_registration.html")]
pub struct EndRegistrationPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where one stands.
    pub stage: EndStage,
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
    /// Why; field `reason`.
    pub reason: ChoiceField,
    /// Why, in words; field `note`, needed where the reason is 「その他」.
    pub note: TextField,
    /// Last day on which the person's information may be seen; field `last`.
    pub last: DateField,
}

/// A stage of ending a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndStage {
    /// Reason and last day.
    Input,
    /// All answers once more.
    Confirm {
        /// The last day; absent for a mistake, which is taken back as a whole.
        last_day: Option<DateText>,
    },
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
                period: Some(period),
                chip,
                question: None,
                reason: if end.is_some() {
                    String::new()
                } else {
                    "契約終了".into()
                },
                hand_over: end.map(|_| "/care/registrations/1/hand-over".into()),
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
            csrf: "token".into(),
            waiting: 1,
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
                    open.clone(),
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
        let mut asked = row(
            2,
            open,
            Chip::new("継続の確認待ち", ChipColor::Orange),
            Some("/care/registrations/3/end"),
        );
        asked.question = Some(ContinueQuestion {
            id: "3".into(),
            used: sample::date(2025, 12, 20),
            ends: sample::date(2026, 7, 18),
        });
        let waiting = Self {
            show: RegistrationList::Waiting,
            rows: vec![asked],
            pager: pager("全1件中 1〜1件"),
            ..active.clone()
        };
        let answered = Self {
            notice: Some(Notice::new(
                NoticeKind::Success,
                "1件の担当登録を継続します",
                "次にしばらく利用がないときに、もう一度お尋ねします。",
            )),
            waiting: 0,
            rows: vec![],
            pager: pager("全0件"),
            ..waiting.clone()
        };
        let empty = Self {
            rows: vec![],
            pager: pager("全0件"),
            ..active.clone()
        };
        vec![
            ("active", active),
            ("waiting", waiting),
            ("answered", answered),
            ("ended", ended),
            ("empty", empty),
        ]
    }
}

impl EndRegistrationPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("reason", &self.reason.error),
            ("note", &self.note.error),
            ("last", &self.last.error),
        ])
    }

    /// The words of the chosen reason, with what was written beside it.
    pub fn chosen_reason(&self) -> String {
        let chosen = self.reason.choices.iter().find(|choice| choice.chosen);
        let label = chosen.map_or("", |choice| choice.label.as_str());
        if self.note.value.is_empty() {
            label.to_owned()
        } else {
            format!("{label}（{}）", self.note.value)
        }
    }

    /// What the confirmation sends along.
    pub fn carried(&self) -> Vec<(&'static str, String)> {
        let chosen = self.reason.choices.iter().find(|choice| choice.chosen);
        vec![
            (
                "reason",
                chosen.map_or_else(String::new, |it| it.value.clone()),
            ),
            ("note", self.note.value.clone()),
            ("last_era", self.last.era.code().to_owned()),
            ("last_year", self.last.year.clone()),
            ("last_month", self.last.month.clone()),
            ("last_day", self.last.day.clone()),
        ]
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let reasons = |chosen: &str| {
            let all = [
                ("contract_ended", "契約終了"),
                ("facility_admission", "施設入所"),
                ("mistake", "誤登録"),
                ("other", "その他"),
            ];
            ChoiceField::of(
                all.map(|(value, label)| Choice {
                    chosen: value == chosen,
                    ..Choice::new(value, label, "")
                })
                .to_vec(),
            )
        };
        let asked = Self {
            frame: sample::frame(MenuItem::Registrations),
            stage: EndStage::Input,
            reason: reasons(""),
            note: TextField::default(),
            last: DateField::of(EraChoice::Reiwa, "8", "6", "24"),
            id: "2".into(),
            person: "見本 ハナ".into(),
            kana: "ミホン ハナ".into(),
            service: "居宅介護支援".into(),
            since: sample::date(2025, 4, 1),
        };
        let confirm = Self {
            stage: EndStage::Confirm {
                last_day: Some(sample::date(2026, 6, 24)),
            },
            reason: reasons("other"),
            note: TextField::of("長期の入院"),
            ..asked.clone()
        };
        let mistake = Self {
            stage: EndStage::Confirm { last_day: None },
            reason: reasons("mistake"),
            ..asked.clone()
        };
        let rejected = Self {
            reason: reasons("").with_error("終了の理由を選択してください"),
            last: DateField::of(EraChoice::Reiwa, "7", "3", "31").with_error(
                "担当の最後の日は、令和7年4月1日から令和8年9月24日までで入力してください",
            ),
            ..asked.clone()
        };
        vec![
            ("asked", asked),
            ("confirm", confirm),
            ("mistake", mistake),
            ("rejected", rejected),
        ]
    }
}
