//! ユーザ登録 (P19): from the kind of office to the letter, and the page that the letter leads to.

use super::{errors_of, sample_frame};
use crate::{Choice, ChoiceField, FieldError, Notice, PortalFrame, TextField};
use askama::Template;

/// Where somebody is on the way; every step posts to `/signup` and carries what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpStep {
    /// 区分.
    Kind,
    /// 番号.
    Number,
    /// 番号の確認: what the register says, or what has to be typed.
    Office,
    /// 担当者.
    Person,
    /// 規約.
    Terms,
}

impl SignUpStep {
    /// The words of the step indicator.
    pub const LABELS: [&'static str; 5] = ["区分", "番号の確認", "担当者", "規約", "メールの確認"];

    /// The value of the field that tells the step.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Number => "number",
            Self::Office => "office",
            Self::Person => "person",
            Self::Terms => "terms",
        }
    }

    /// The step of a field.
    pub fn of(code: &str) -> Option<Self> {
        [
            Self::Kind,
            Self::Number,
            Self::Office,
            Self::Person,
            Self::Terms,
        ]
        .into_iter()
        .find(|step| step.code() == code)
    }

    /// Its place in the step indicator, from 1.
    pub fn place(self) -> usize {
        match self {
            Self::Kind => 1,
            Self::Number | Self::Office => 2,
            Self::Person => 3,
            Self::Terms => 4,
        }
    }

    /// What the page of the step is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Kind => "ユーザ登録（区分の選択）",
            Self::Number => "ユーザ登録（番号の入力）",
            Self::Office => "ユーザ登録（事業所の確認）",
            Self::Person => "ユーザ登録（担当者の入力）",
            Self::Terms => "ユーザ登録（規約と内容の確認）",
        }
    }

    /// The words of the button that goes on.
    pub fn button(self) -> &'static str {
        match self {
            Self::Kind => "番号の入力へ進む",
            Self::Number => "番号を確認する",
            Self::Office => "担当者の入力へ進む",
            Self::Person => "規約の確認へ進む",
            Self::Terms => "確認のメールを受け取る",
        }
    }
}

/// An office as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOffice {
    /// Its name.
    pub name: String,
    /// Where it is; may be empty.
    pub address: String,
    /// Its services in words; may be empty.
    pub services: String,
}

/// One of the steps.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_up.html")]
pub struct SignUpPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Makes one letter of a form sent twice.
    pub once: String,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// Which step is shown.
    pub step: SignUpStep,
    /// As what the office registers.
    pub sort: ChoiceField,
    /// The words of the kind; empty while none is chosen.
    pub kind_label: String,
    /// The value of the kind; empty while none is chosen.
    pub kind_code: String,
    /// The number.
    pub office_no: TextField,
    /// What the register says of it; `None` when it has not got it.
    pub found: Option<FoundOffice>,
    /// Name of an office that the register has not got.
    pub office_name: TextField,
    /// Its postal code.
    pub postal_code: TextField,
    /// Its address.
    pub address: TextField,
    /// Its telephone.
    pub office_phone: TextField,
    /// Its services, as codes.
    pub services: TextField,
    /// Who registers.
    pub name: TextField,
    /// Where the link goes.
    pub mail: TextField,
    /// The person's telephone.
    pub phone: TextField,
    /// Whether the terms are agreed to.
    pub agreed: ChoiceField,
}

impl SignUpPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("kind", &self.sort.error),
            ("office_no", &self.office_no.error),
            ("office_name", &self.office_name.error),
            ("postal_code", &self.postal_code.error),
            ("address", &self.address.error),
            ("office_phone", &self.office_phone.error),
            ("services", &self.services.error),
            ("name", &self.name.error),
            ("mail", &self.mail.error),
            ("phone", &self.phone.error),
            ("agreed", &self.agreed.error),
        ])
    }

    /// What the steps before have said, for hidden fields.
    pub fn kept(&self) -> Vec<(&'static str, &str)> {
        let all = [
            (1, "kind", &*self.kind_code),
            (2, "office_no", &*self.office_no.value),
            (2, "office_name", &*self.office_name.value),
            (2, "postal_code", &*self.postal_code.value),
            (2, "address", &*self.address.value),
            (2, "office_phone", &*self.office_phone.value),
            (2, "services", &*self.services.value),
            (3, "name", &*self.name.value),
            (3, "mail", &*self.mail.value),
            (3, "phone", &*self.phone.value),
        ];
        let shown = |name: &str| match self.step {
            SignUpStep::Kind => name == "kind",
            SignUpStep::Number => name == "office_no",
            SignUpStep::Office => {
                self.found.is_none()
                    && matches!(
                        name,
                        "office_name" | "postal_code" | "address" | "office_phone" | "services"
                    )
            }
            SignUpStep::Person => matches!(name, "name" | "mail" | "phone"),
            SignUpStep::Terms => false,
        };
        all.into_iter()
            .filter(|(_, name, value)| !value.is_empty() && !shown(name))
            .map(|(_, name, value)| (name, value))
            .collect()
    }

    /// What the office is called, as far as it is known.
    pub fn office(&self) -> &str {
        self.found
            .as_ref()
            .map_or(&self.office_name.value, |found| &found.name)
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let kind = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            once: "sample-once".into(),
            notice: None,
            step: SignUpStep::Kind,
            sort: ChoiceField::of(vec![
                Choice::new(
                    "care_office",
                    "介護事業所",
                    "介護サービスの指定を受けた事業所です。",
                ),
                Choice::new("medical", "主治医意見書作成医療機関", ""),
            ]),
            kind_label: String::new(),
            kind_code: String::new(),
            office_no: TextField::default(),
            found: None,
            office_name: TextField::default(),
            postal_code: TextField::default(),
            address: TextField::default(),
            office_phone: TextField::default(),
            services: TextField::default(),
            name: TextField::default(),
            mail: TextField::default(),
            phone: TextField::default(),
            agreed: ChoiceField::of(vec![Choice::new("yes", "利用規約に同意します", "")]),
        };
        let refused = Self {
            sort: kind.sort.clone().with_error("区分を選択してください"),
            ..kind.clone()
        };
        let number = Self {
            step: SignUpStep::Number,
            kind_code: "care_office".into(),
            kind_label: "介護事業所".into(),
            office_no: TextField::of("137990")
                .with_error("事業所番号は、10桁で入力してください（例：1379900010）"),
            ..kind.clone()
        };
        let found = Self {
            step: SignUpStep::Office,
            office_no: TextField::of("1379900010"),
            found: Some(FoundOffice {
                name: "見本ケアプランセンター".into(),
                address: "東京都見本区1-1".into(),
                services: "居宅介護支援".into(),
            }),
            ..number.clone()
        };
        let unlisted = Self {
            found: None,
            office_name: TextField::default().with_error("名称を入力してください"),
            ..found.clone()
        };
        let person = Self {
            step: SignUpStep::Person,
            name: TextField::of("見本 担当"),
            mail: TextField::of("tantou@hikari"),
            ..found.clone()
        };
        let terms = Self {
            step: SignUpStep::Terms,
            mail: TextField::of("tantou@hikari.example"),
            agreed: kind
                .agreed
                .clone()
                .with_error("利用規約への同意を選択してください"),
            ..person.clone()
        };
        vec![
            ("kind", kind),
            ("refused", refused),
            ("number", number),
            ("found", found),
            ("unlisted", unlisted),
            ("person", person),
            ("terms", terms),
        ]
    }
}

/// A letter is on its way.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_up_sent.html")]
pub struct SignUpSentPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Where it goes.
    pub mail: String,
    /// Whether letters end in the sandbox's own folder.
    pub sandbox: bool,
}

impl SignUpSentPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame(),
            mail: "tantou@hikari.example".into(),
            sandbox: true,
        };
        vec![("sent", page)]
    }
}
