//! 設定 (D10): doctors, departments and phrases of an institution, and the form for one of them.

use askama::Template;

use super::medical_opinions::medical_frame;
use crate::form::errors_of;
use crate::{Choice, ChoiceField, FieldError, Frame, Notice, NoticeKind, TextField};

/// What an institution keeps for writing opinions.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_settings.html")]
pub struct MedicalSettingsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Whether the member may change anything.
    pub may_change: bool,
    /// Doctors.
    pub doctors: Vec<SettingRow>,
    /// Departments.
    pub departments: Vec<SettingRow>,
    /// Phrases.
    pub phrases: Vec<SettingRow>,
}

/// One thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// Its address; `/remove` behind it takes it out.
    pub href: String,
    /// Its name or title.
    pub name: String,
    /// What else there is, under the heads of its table.
    pub cells: Vec<String>,
}

impl MedicalSettingsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |kind: &str, name: &str, cells: &[&str]| SettingRow {
            href: format!("/medical/settings/{kind}/0193b3f0-0000-7000-8000-000000000000"),
            name: name.into(),
            cells: cells.iter().map(|it| (*it).to_owned()).collect(),
        };
        let page = Self {
            frame: medical_frame(),
            notice: Some(Notice::new(NoticeKind::Success, "医師を登録しました", "")),
            may_change: true,
            doctors: vec![row("doctors", "見本 一郎", &["見本 一郎", "D-001"])],
            departments: vec![row("departments", "内科", &[])],
            phrases: vec![row(
                "phrases",
                "独居",
                &["特記すべき事項", "独居であり、見守りが必要である。"],
            )],
        };
        let reader = Self {
            notice: None,
            may_change: false,
            ..page.clone()
        };
        let none = Self {
            notice: None,
            doctors: vec![],
            departments: vec![],
            phrases: vec![],
            ..page.clone()
        };
        vec![("list", page), ("reader", reader), ("none", none)]
    }
}

/// The form for a doctor, a department or a phrase; posts `id` and its fields to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_setting_form.html")]
pub struct MedicalSettingFormPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// 「医師の登録」.
    pub title: String,
    /// Where it is sent.
    pub action: String,
    /// Names what is made, so that sending the form twice makes one.
    pub id: String,
    /// Its button.
    pub button: String,
    /// Field `name` with its words: 「医師の名前」, 「診療科名」, 「定型文の名前」.
    pub name_label: String,
    /// The name or title.
    pub name: TextField,
    /// What only doctors have: fields `printed_name` and `doctor_no`.
    pub doctor: Option<(TextField, TextField)>,
    /// What only phrases have: fields `item` and `body`.
    pub phrase: Option<(ChoiceField, TextField)>,
}

impl MedicalSettingFormPage {
    /// The errors in their order on the page.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut fields = Vec::new();
        if let Some((item, _)) = &self.phrase {
            fields.push(("item", &item.error));
        }
        fields.push(("name", &self.name.error));
        if let Some((printed, number)) = &self.doctor {
            fields.push(("printed_name", &printed.error));
            fields.push(("doctor_no", &number.error));
        }
        if let Some((_, body)) = &self.phrase {
            fields.push(("body", &body.error));
        }
        errors_of(fields)
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let doctor = Self {
            frame: medical_frame(),
            title: "医師の登録".into(),
            action: "/medical/settings/doctors/new".into(),
            id: "0193b3f0-0000-7000-8000-000000000000".into(),
            button: "医師を登録する".into(),
            name_label: "医師の名前".into(),
            name: TextField::default(),
            doctor: Some((TextField::default(), TextField::default())),
            phrase: None,
        };
        let rejected = Self {
            name: TextField::default().with_error("医師の名前を入力してください"),
            ..doctor.clone()
        };
        let department = Self {
            title: "診療科の登録".into(),
            action: "/medical/settings/departments/new".into(),
            button: "診療科を登録する".into(),
            name_label: "診療科名".into(),
            doctor: None,
            ..doctor.clone()
        };
        let items = vec![
            Choice::new(
                "course",
                "経過及び投薬内容を含む治療内容（560文字まで）",
                "",
            ),
            Choice::new("remarks", "特記すべき事項（400文字まで）", "").chosen(),
        ];
        let phrase = Self {
            title: "定型文の変更".into(),
            action: "/medical/settings/phrases/0193b3f0-0000-7000-8000-000000000000".into(),
            button: "定型文を変更する".into(),
            name_label: "定型文の名前".into(),
            name: TextField::of("独居"),
            doctor: None,
            phrase: Some((
                ChoiceField::of(items.clone()),
                TextField::of("独居であり、見守りが必要である。"),
            )),
            ..doctor.clone()
        };
        let long = Self {
            phrase: Some((
                ChoiceField::of(items),
                TextField::of("独居").with_error("定型文は、400文字までで入力してください"),
            )),
            ..phrase.clone()
        };
        vec![
            ("doctor", doctor),
            ("rejected", rejected),
            ("department", department),
            ("phrase", phrase),
            ("phrase_rejected", long),
        ]
    }
}
