//! 担当登録 (C03, last steps): the person is known now; what the office does for them, and the consent.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Choice, ChoiceField, DateField, DateText, EraChoice, FieldError, Frame, Link, MenuItem, Notice,
    NoticeKind, sample,
};

/// 担当登録; posts to `/care/persons/new/register` at every step, `go` telling which button was pressed.
#[derive(Debug, Clone, Template)]
#[template(path = "register.html")]
pub struct RegisterPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Which step is shown.
    pub stage: RegisterStage,
    /// Reference of the identity check that agreed; field `check`.
    pub check: String,
    /// The person the check found; shown from here on only.
    pub person: ConfirmedPerson,
    /// The offer of another office that registering accepts.
    pub handover: Option<Notice>,
    /// Kind of service; field `service_kind`, values from the office's own kinds.
    pub service: ChoiceField,
    /// Why the office needs the information; field `purpose`.
    pub purpose: ChoiceField,
    /// First day; fields `from_era`, `from_year`, `from_month`, `from_day`.
    pub from: DateField,
    /// Consent confirmed; field `consent`, one choice with value `1`.
    pub consent: ChoiceField,
}

/// A step of [`RegisterPage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterStage {
    /// Filling in; the button posts `go=confirm`.
    Input,
    /// Reading once more; the buttons post `go=back` and `go=register`.
    Confirm {
        /// The first day, understood.
        from: DateText,
        /// Last day, or in words how long: 「終了の登録をするまで」.
        until: String,
    },
    /// Registered.
    Done {
        /// The person's page.
        person: Link,
    },
}

/// Whom the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedPerson {
    /// Name in kana, as it was checked; the name itself is shown once the office is registered.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// 「男」「女」.
    pub sex: String,
    /// Municipality.
    pub insurer: String,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
}

impl RegisterPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("service_kind", &self.service.error),
            ("purpose", &self.purpose.error),
            ("from", &self.from.error),
            ("consent", &self.consent.error),
        ])
    }

    /// The answers to 同意の確認, which is one box to tick.
    pub fn consents(chosen: bool) -> ChoiceField {
        let words = "ご本人（または代理の方）に説明し、情報を確認することの同意を得ました";
        let help = "同意は、いつでも取りやめられることも説明してください。";
        ChoiceField::of(vec![Choice {
            chosen,
            ..Choice::new("1", words, help)
        }])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let services = |chosen: &str| {
            let all = [
                ("43", "居宅介護支援"),
                ("46", "介護予防支援"),
                ("11", "訪問介護"),
            ];
            ChoiceField::of(
                all.map(|(value, label)| Choice {
                    chosen: value == chosen,
                    ..Choice::new(value, label, "")
                })
                .to_vec(),
            )
        };
        let purposes = |chosen: &str| {
            let all = [
                (
                    "care_plan",
                    "ケアプランの作成・見直し",
                    "居宅サービス計画または介護予防サービス計画を作るため",
                ),
                (
                    "service",
                    "サービスの提供",
                    "利用者負担や限度額を確かめるため",
                ),
                (
                    "application",
                    "認定申請の代行",
                    "ご本人に代わって申請の手続きをするため",
                ),
            ];
            ChoiceField::of(
                all.map(|(value, label, help)| Choice {
                    chosen: value == chosen,
                    ..Choice::new(value, label, help)
                })
                .to_vec(),
            )
        };
        let page = Self {
            frame: sample::frame(MenuItem::Register),
            stage: RegisterStage::Input,
            check: "sample-check".into(),
            handover: Some(Notice::new(
                NoticeKind::Info,
                "居宅介護支援センター見本から、この方の引継ぎの申し出があります",
                "ケアマネジメントのサービスで担当登録をすると、引継ぎを受け入れます。",
            )),
            person: ConfirmedPerson {
                kana: "カクウ タロウ".into(),
                birth: sample::date(1938, 4, 12),
                sex: "男".into(),
                insurer: "架空市".into(),
                masked_no: "＊＊＊＊＊＊＊345".into(),
            },
            service: services("43"),
            purpose: purposes(""),
            from: DateField::of(EraChoice::Reiwa, "8", "6", "24"),
            consent: Self::consents(false),
        };
        let rejected = Self {
            service: services("").with_error("担当するサービスの種類を選択してください"),
            purpose: purposes("").with_error("確認する目的を選択してください"),
            from: DateField::of(EraChoice::Heisei, "38", "6", "24").with_error(
                "平成は31年4月30日までです。令和元年5月1日以後は令和で入力してください",
            ),
            consent: Self::consents(false).with_error("同意の確認を選択してください"),
            ..page.clone()
        };
        let confirm = Self {
            stage: RegisterStage::Confirm {
                from: sample::date(2026, 6, 24),
                until: "終了の登録をするまで".into(),
            },
            purpose: purposes("care_plan"),
            consent: Self::consents(true),
            ..page.clone()
        };
        let done = Self {
            stage: RegisterStage::Done {
                person: sample::person_link(0),
            },
            ..confirm.clone()
        };
        vec![
            ("input", page),
            ("rejected", rejected),
            ("confirm", confirm),
            ("done", done),
        ]
    }

    /// The words of the chosen answers.
    fn chosen_labels(field: &ChoiceField) -> String {
        let chosen: Vec<&str> = field
            .choices
            .iter()
            .filter(|choice| choice.chosen)
            .map(|choice| choice.label.as_str())
            .collect();
        chosen.join("、")
    }

    /// What the confirmation carries on, as name and value of hidden fields.
    fn carried(&self) -> Vec<(&'static str, &str)> {
        let mut carried = vec![("check", self.check.as_str())];
        for (name, field) in [
            ("service_kind", &self.service),
            ("purpose", &self.purpose),
            ("consent", &self.consent),
        ] {
            carried.extend(
                field
                    .choices
                    .iter()
                    .filter(|choice| choice.chosen)
                    .map(|choice| (name, choice.value.as_str())),
            );
        }
        let DateField {
            era,
            year,
            month,
            day,
            error: _,
        } = &self.from;
        carried.extend([
            ("from_era", era.code()),
            ("from_year", year),
            ("from_month", month),
            ("from_day", day),
        ]);
        carried
    }
}
