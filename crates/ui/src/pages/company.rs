//! Offices of one company: going on as another one, the company's list, and what somebody may do in an office.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, DateField, FieldError, Frame, InvitePage, MenuItem,
    TextField, sample,
};

/// 事業所の切替え; posts `office` to `/care/offices`.
#[derive(Debug, Clone, Template)]
#[template(path = "offices.html")]
pub struct OfficesPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The office as which the member works now.
    pub now: String,
    /// The offices as which it may work.
    pub offices: Vec<OfficeChoice>,
}

/// An office as which the member may work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeChoice {
    /// Its number.
    pub office_no: String,
    /// Its name.
    pub name: String,
    /// What the member may do there.
    pub role: String,
    /// Whether it is the one as which the member works now.
    pub current: bool,
}

/// 会社の事業所: names, numbers and open tasks, without care data.
#[derive(Debug, Clone, Template)]
#[template(path = "company.html")]
pub struct CompanyPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The company's name.
    pub name: String,
    /// Its corporate number; empty when it has none.
    pub corporate_no: String,
    /// Its offices.
    pub offices: Vec<CompanyOffice>,
}

/// One office of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyOffice {
    /// Its number.
    pub office_no: String,
    /// Its name.
    pub name: String,
    /// Terminals whose certificates end soon.
    pub terminals: Chip,
    /// Contractors whose time ends soon.
    pub contractors: Chip,
    /// Whether the member works as this office now.
    pub current: bool,
}

/// What somebody may do in this office; posts `role`, the date `ends` and `codes`, and for a new member `office` and `user`, to
/// `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "role.html")]
pub struct RolePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// First heading.
    pub title: String,
    /// What will happen.
    pub lead: String,
    /// Where the form goes.
    pub action: String,
    /// Whom it is about, when that stands.
    pub facts: Vec<(String, String)>,
    /// Whom it is about, when that is to be typed.
    pub whom: Option<Whom>,
    /// The role.
    pub role: ChoiceField,
    /// A contractor's last day.
    pub ends: DateField,
    /// Whether a contractor may issue codes for terminals.
    pub codes: ChoiceField,
    /// Words of the button.
    pub button: String,
}

/// An account of another office, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// Number of the office to which it belongs.
    pub office: TextField,
    /// ユーザID there.
    pub user: TextField,
}

impl RolePage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        let whom = self.whom.as_ref();
        let (office, user) = (
            whom.and_then(|it| it.office.error.clone()),
            whom.and_then(|it| it.user.error.clone()),
        );
        errors_of([
            ("office", &office),
            ("user", &user),
            ("role", &self.role.error),
            ("ends", &self.ends.error),
            ("codes", &self.codes.error),
        ])
    }

    /// Whether a contractor may issue codes.
    pub fn codes(may: bool) -> ChoiceField {
        let choice = |value: &str, label: &str, help: &str, chosen: bool| Choice {
            chosen,
            ..Choice::new(value, label, help)
        };
        ChoiceField::of(vec![
            choice("no", "許可しない", "", !may),
            choice(
                "yes",
                "許可する",
                "端末の追加と更新のための、1回だけ使えるコードを発行できます。",
                may,
            ),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            title: "役割の変更".into(),
            lead: "変更は、次に画面を開いたときから有効になります。".into(),
            action: "/care/staff/1/role".into(),
            facts: vec![("氏名".into(), "佐藤 花子".into())],
            whom: None,
            role: InvitePage::roles("2"),
            ends: DateField::default(),
            codes: Self::codes(false),
            button: "役割を変更する".into(),
        };
        let new = Self {
            title: "ほかの事業所の職員を加える".into(),
            facts: vec![],
            whom: Some(Whom {
                office: TextField::of("1379900023"),
                user: TextField::default().with_error("ユーザIDを入力してください"),
            }),
            role: InvitePage::roles("5"),
            ends: DateField::default().with_error("利用期限を入力してください"),
            ..page.clone()
        };
        vec![("change", page), ("new_rejected", new)]
    }
}

impl OfficesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choice = |office_no: &str, name: &str, role: &str, current: bool| OfficeChoice {
            office_no: office_no.into(),
            name: name.into(),
            role: role.into(),
            current,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            now: "ケアステーション架空".into(),
            offices: vec![
                choice("1379900015", "ケアステーション架空", "介護支援専門員", true),
                choice("1379900023", "デイサービス架空", "事務", false),
            ],
        };
        vec![("two", page)]
    }
}

impl CompanyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let office = |office_no: &str, name: &str, terminals: Chip, current: bool| CompanyOffice {
            office_no: office_no.into(),
            name: name.into(),
            terminals,
            contractors: Chip::new("ありません", ChipColor::Gray),
            current,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            name: "株式会社架空ケア".into(),
            corporate_no: "2000012345678".into(),
            offices: vec![
                office(
                    "1379900015",
                    "ケアステーション架空",
                    Chip::new("2台", ChipColor::Yellow),
                    true,
                ),
                office(
                    "1379900023",
                    "デイサービス架空",
                    Chip::new("ありません", ChipColor::Gray),
                    false,
                ),
            ],
        };
        let without = Self {
            corporate_no: String::new(),
            ..page.clone()
        };
        vec![("numbered", page), ("without_number", without)]
    }
}
