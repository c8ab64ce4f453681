//! 事業所情報 (M02) and 申請の状況 (M06).

use super::{errors_of, sample_date, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, DateText, FieldError, Link, Notice, NoticeKind, PortalFrame, TextField,
};
use askama::Template;

/// What an office says of itself; its forms post to `/mypage/office`, with `go` naming the section.
#[derive(Debug, Clone, Template)]
#[template(path = "my_office.html")]
pub struct MyOfficePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The section whose form was sent, as its value of `go`.
    pub sent: String,
    /// Its data: term and text.
    pub facts: Vec<(String, String)>,
    /// Whether the reader may change anything.
    pub administrator: bool,
    /// Telephone, which changes at once.
    pub phone: TextField,
    /// Where letters about the office go; changes at once.
    pub mail: TextField,
    /// The name it is to have.
    pub name: TextField,
    /// The postal code it is to have.
    pub postal_code: TextField,
    /// The address it is to have.
    pub address: TextField,
    /// Why, and since when.
    pub reason: TextField,
    /// The newest wish.
    pub change: Option<ChangeLine>,
}

/// A wish for another name or address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// Names it in forms.
    pub id: String,
    /// How it stands.
    pub chip: Chip,
    /// Whether it waits.
    pub waits: bool,
    /// When it was made.
    pub asked: DateText,
    /// The name it is to have.
    pub name: String,
    /// The address it is to have.
    pub address: String,
    /// What the operator said; may be empty.
    pub note: String,
}

fn frame(place: &str) -> PortalFrame {
    sample_frame()
        .with_member(sample_member())
        .at(place)
        .below("/mypage", "マイページ")
}

impl MyOfficePage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("phone", &self.phone.error),
            ("mail", &self.mail.error),
            ("name", &self.name.error),
            ("postal_code", &self.postal_code.error),
            ("address", &self.address.error),
            ("reason", &self.reason.error),
        ])
    }

    /// The words of the button that was pressed.
    pub fn pressed(&self) -> &'static str {
        if self.sent == "change" {
            "変更を申請する"
        } else {
            "連絡先を保存する"
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let shown = Self {
            frame: frame("/mypage/office"),
            notice: None,
            sent: String::new(),
            facts: vec![("名称".into(), "見本ケアプランセンター".into())],
            administrator: true,
            phone: TextField::of("03-0000-0000"),
            mail: TextField::of("kanri@hikari.example"),
            name: TextField::of("見本ケアプランセンター"),
            postal_code: TextField::default(),
            address: TextField::default(),
            reason: TextField::default(),
            change: None,
        };
        let waiting = Self {
            notice: Some(Notice::new(NoticeKind::Success, "変更を申請しました", "")),
            change: Some(ChangeLine {
                id: "0193a1b2".into(),
                chip: Chip::new("審査中", ChipColor::Blue),
                waits: true,
                asked: sample_date(1),
                name: "見本センター".into(),
                address: "東京都見本区9-9".into(),
                note: String::new(),
            }),
            ..shown.clone()
        };
        let refused = Self {
            sent: "change".into(),
            reason: TextField::default().with_error("変更の理由を入力してください"),
            ..shown.clone()
        };
        let member = Self {
            administrator: false,
            ..shown.clone()
        };
        vec![
            ("shown", shown),
            ("waiting", waiting),
            ("refused", refused),
            ("member", member),
        ]
    }
}

/// What an office has applied for.
#[derive(Debug, Clone, Template)]
#[template(path = "my_applications.html")]
pub struct MyApplicationsPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The applications, the newest first.
    pub rows: Vec<ApplicationLine>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationLine {
    /// Its page, reading its number.
    pub link: Link,
    /// What is applied for.
    pub title: String,
    /// When it came.
    pub applied: DateText,
    /// How it stands.
    pub chip: Chip,
    /// Whose turn it is; empty when it has ended.
    pub turn: String,
}

impl MyApplicationsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("/mypage/applications"),
            rows: vec![ApplicationLine {
                link: Link::new("/mypage/applications/K7QM3XPA", "K7QM-3XPA"),
                title: "事業所の登録".into(),
                applied: sample_date(1),
                chip: Chip::new("審査中", ChipColor::Blue),
                turn: "運営".into(),
            }],
        };
        let empty = Self {
            rows: Vec::new(),
            ..page.clone()
        };
        vec![("listed", page), ("empty", empty)]
    }
}

/// One application; a returned one posts its corrections to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "my_application.html")]
pub struct MyApplicationPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before, or has to be done.
    pub notice: Option<Notice>,
    /// Its number as in addresses.
    pub receipt: String,
    /// Its number as people read it.
    pub shown: String,
    /// The version that is looked at.
    pub version: i64,
    /// How it stands.
    pub chip: Chip,
    /// What was applied for: term and text.
    pub facts: Vec<(String, String)>,
    /// Its history.
    pub steps: Vec<ApplicationStep>,
    /// Whether it was returned, so that it may be corrected by this reader.
    pub correctable: bool,
    /// Whether the office's own data may be corrected: the register has not got them.
    pub unlisted: bool,
    /// Whether it may be taken back by this reader.
    pub withdrawable: bool,
    /// Name of the office.
    pub office_name: TextField,
    /// Its postal code.
    pub postal_code: TextField,
    /// Its address.
    pub address: TextField,
    /// Its telephone.
    pub office_phone: TextField,
    /// Its services, as codes.
    pub services: TextField,
    /// The applicant's telephone.
    pub phone: TextField,
    /// What the applicant says to it.
    pub note: TextField,
}

/// A line of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationStep {
    /// When: 「令和8年11月1日 10時05分」.
    pub at: String,
    /// What.
    pub step: String,
    /// Who.
    pub actor: String,
    /// What was said, in lines.
    pub note: Vec<String>,
}

impl MyApplicationPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("office_name", &self.office_name.error),
            ("postal_code", &self.postal_code.error),
            ("address", &self.address.error),
            ("office_phone", &self.office_phone.error),
            ("services", &self.services.error),
            ("phone", &self.phone.error),
            ("note", &self.note.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |step: &str, note: &str| ApplicationStep {
            at: "令和8年11月1日 10時05分".into(),
            step: step.into(),
            actor: "見本 担当".into(),
            note: note.lines().map(str::to_owned).collect(),
        };
        let review = Self {
            frame: frame("/mypage/applications").below("/mypage/applications", "申請の状況"),
            notice: None,
            receipt: "K7QM3XPA".into(),
            shown: "K7QM-3XPA".into(),
            version: 1,
            chip: Chip::new("審査中", ChipColor::Blue),
            facts: vec![("名称".into(), "見本ケアプランセンター".into())],
            steps: vec![line("申請", "")],
            correctable: false,
            unlisted: true,
            withdrawable: true,
            office_name: TextField::of("見本ケアプランセンター"),
            postal_code: TextField::default(),
            address: TextField::of("東京都見本区1-1"),
            office_phone: TextField::default(),
            services: TextField::default(),
            phone: TextField::of("03-0000-0000"),
            note: TextField::default(),
        };
        let returned = Self {
            chip: Chip::new("差戻し", ChipColor::Orange),
            steps: vec![line("申請", ""), line("差戻し", "名称を直してください。")],
            correctable: true,
            office_name: TextField::default().with_error("名称を入力してください"),
            ..review.clone()
        };
        let listed = Self {
            unlisted: false,
            office_name: TextField::of("見本ケアプランセンター"),
            ..returned.clone()
        };
        vec![
            ("review", review),
            ("returned", returned),
            ("listed", listed),
        ]
    }
}
