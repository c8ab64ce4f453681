//! What each step asks, with what was typed and what is wrong with it.

use crate::public::words;
use kiban_domain::{
    AccountKind, CostKind, Declaration, FieldFault, LineField, Programme, ServiceKind,
    SubsidyFault, SubsidyForm, Tax, field_label,
};
use kiban_portal_ui::{Ask, Asked, AskedTogether, Choice, ChoiceField, TextField};
use kiban_services::subsidies::SubsidyCase;

/// A step that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Kinds,
    Costs,
    Account,
}

impl Step {
    pub(super) const ALL: [Self; 3] = [Self::Kinds, Self::Costs, Self::Account];

    /// Its word in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Costs => "costs",
            Self::Account => "account",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether it asks for this field.
    pub(super) fn asks(self, field: &str) -> bool {
        let costs = field.starts_with("line.");
        let account = field.starts_with("account.") || field.starts_with("declare.");
        match self {
            Self::Kinds => !costs && !account,
            Self::Costs => costs,
            Self::Account => account,
        }
    }

    /// The step that asks for this field.
    pub(super) fn asking(field: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.asks(field)).unwrap_or(Self::Kinds)
    }
}

/// The fields of a step.
pub(super) struct Questions<'a> {
    pub(super) case: &'a SubsidyCase,
    pub(super) form: &'a SubsidyForm,
    pub(super) faults: &'a [FieldFault],
}

impl Questions<'_> {
    pub(super) fn of(&self, step: Step) -> Vec<AskedTogether> {
        match step {
            Step::Kinds => vec![self.kinds()],
            Step::Costs => self.costs(),
            Step::Account => vec![self.account(), self.declarations()],
        }
    }

    fn error(&self, name: &str) -> Option<String> {
        let mut faults = self.faults.iter();
        let found = faults.find(|it| it.field == name && it.fault != SubsidyFault::NoFile);
        found.map(FieldFault::message)
    }

    /// What a reviewer said of the field, or what helps with it.
    fn help(&self, name: &str, help: &str) -> String {
        let submission = self.case.row.submissions;
        let mut remarks = self.case.remarks.iter();
        let remark = remarks.find(|it| it.submission == submission && it.field == name);
        remark.map_or_else(
            || help.to_owned(),
            |it| format!("運営から：{}　{help}", it.remark),
        )
    }

    fn asked(&self, name: &str, label: &str, help: &str, ask: Ask) -> Asked {
        Asked {
            id: name.to_owned(),
            label: label.to_owned(),
            help: self.help(name, help),
            when: "",
            ask,
        }
    }

    fn field(&self, name: &str) -> TextField {
        TextField {
            value: self.form.get(name).to_owned(),
            error: self.error(name),
        }
    }

    fn text(&self, name: &str, help: &str, digits: bool) -> Asked {
        let label = field_label(name).unwrap_or_default();
        self.asked(name, &label, help, Ask::Text(self.field(name), digits))
    }

    fn radio<'c>(
        &self,
        name: &str,
        all: impl IntoIterator<Item = (&'c str, &'c str)>,
        usual: &str,
    ) -> Asked {
        let chosen = match self.form.get(name) {
            "" => usual,
            chosen => chosen,
        };
        let choice = |(value, label): (&str, &str)| Choice {
            chosen: value == chosen,
            ..Choice::new(value, label, "")
        };
        let field = ChoiceField {
            choices: all.into_iter().map(choice).collect(),
            error: self.error(name),
        };
        let label = field_label(name).unwrap_or_default();
        self.asked(name, &label, "", Ask::Radio(field))
    }

    fn kinds(&self) -> AskedTogether {
        let fields = match self.case.row.programme {
            Programme::Care => {
                let chosen = self.form.kinds_so_far();
                let scheme = &self.case.scheme;
                let mut kinds: Vec<ServiceKind> =
                    scheme.care().kinds.iter().map(|it| it.kind).collect();
                kinds.extend(
                    chosen
                        .iter()
                        .filter(|it| scheme.category_of(**it).is_none()),
                );
                let choice = |kind: &ServiceKind| Choice {
                    chosen: chosen.contains(kind),
                    ..Choice::new(
                        kind.as_str(),
                        kind.label(),
                        scheme
                            .category_of(*kind)
                            .map_or("助成の対象となる区分がありません", |it| {
                                &it.label
                            }),
                    )
                };
                let field = ChoiceField {
                    choices: kinds.iter().map(choice).collect(),
                    error: self.error("kinds"),
                };
                let help = "事業所が指定を受けているサービスを、すべて選択してください。";
                vec![self.asked("kinds", "サービスの種類", help, Ask::Check(field))]
            }
            Programme::Opinion => vec![
                self.radio(
                    "institution",
                    [("hospital", "病院"), ("clinic", "診療所")],
                    "",
                ),
                self.text(
                    "beds",
                    "許可を受けている病床の数です。ないときは0です。",
                    true,
                ),
                self.text("vendor", "", false),
                self.text("product", "", false),
            ],
        };
        AskedTogether {
            fields,
            ..AskedTogether::default()
        }
    }

    fn costs(&self) -> Vec<AskedTogether> {
        let mut numbers = self.form.line_numbers();
        if numbers.is_empty() {
            numbers.push(1);
        }
        numbers.into_iter().map(|it| self.cost(it)).collect()
    }

    fn cost(&self, number: u32) -> AskedTogether {
        let name = |field: LineField| format!("line.{number}.{}", field.code());
        let care = self.case.row.programme == Programme::Care;
        let mut fields = Vec::new();
        if care {
            let kinds = [CostKind::Reader, CostKind::Connection];
            let kinds = kinds.map(|it| (it.code(), it.label()));
            fields.push(self.radio(&name(LineField::Kind), kinds, "reader"));
        }
        fields.push(self.text(&name(LineField::On), "例：令和7年11月4日", false));
        fields.push(self.text(&name(LineField::Maker), "", false));
        fields.push(self.text(&name(LineField::Model), "", false));
        if care {
            let quantity = self.text(&name(LineField::Quantity), "", true);
            fields.push(quantity.wanted("カードリーダーのとき"));
            let serials = name(LineField::Serials);
            let label = field_label(&serials).unwrap_or_default();
            let help = "台数と同じ数を、読点か改行で区切って入力してください。";
            let ask = Ask::Long(self.field(&serials));
            let serials = self.asked(&serials, &label, help, ask);
            fields.push(serials.wanted("カードリーダーのとき"));
        }
        fields.push(self.text(&name(LineField::Invoice), "", false));
        fields.push(self.text(
            &name(LineField::Amount),
            "この経費の合計の金額（円）です。",
            true,
        ));
        let taxes = [Tax::Included, Tax::Excluded].map(|it| (it.code(), it.label()));
        fields.push(self.radio(&name(LineField::Tax), taxes, "included"));
        let files = self.case.files.iter();
        let files = files.filter(|it| it.line == i64::from(number) && it.removed_at.is_none());
        AskedTogether {
            title: format!("経費{number}"),
            fields,
            file_error: self
                .faults
                .iter()
                .find(|it| it.field == name(LineField::Invoice) && it.fault == SubsidyFault::NoFile)
                .map(FieldFault::message),
            line: Some(number),
            files: files
                .map(|it| {
                    let about = words::file(it.file_kind, it.size_bytes);
                    (
                        it.file_id.to_string(),
                        format!("{}（{about}）", it.file_name),
                    )
                })
                .collect(),
        }
    }

    pub(super) fn account(&self) -> AskedTogether {
        let kinds = AccountKind::ALL.iter().map(|it| (it.code(), it.label()));
        let holder = "通帳のカナ表記のとおりに入力してください。全角でも半角でも入力できます。";
        AskedTogether {
            title: "振込先の口座".into(),
            fields: vec![
                self.text("account.bank", "4桁の数字です。", true),
                self.text("account.bank_name", "", false),
                self.text("account.branch", "3桁の数字です。", true),
                self.text("account.branch_name", "", false),
                self.radio("account.kind", kinds, ""),
                self.text("account.number", "7桁以内の数字です。", true),
                self.text("account.holder", holder, false),
            ],
            ..AskedTogether::default()
        }
    }

    fn declarations(&self) -> AskedTogether {
        let one = |it: &Declaration| {
            let name = format!("declare.{}", it.code());
            let choice = Choice {
                chosen: self.form.get(&name) == "1",
                ..Choice::new("1", "確認しました", "")
            };
            let field = ChoiceField {
                choices: vec![choice],
                error: self.error(&name),
            };
            self.asked(&name, it.label(), "", Ask::Check(field))
        };
        AskedTogether {
            title: "申請にあたって確認すること".into(),
            fields: Declaration::ALL.iter().map(one).collect(),
            ..AskedTogether::default()
        }
    }
}
