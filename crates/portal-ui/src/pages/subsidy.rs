//! 助成金のご案内 (P06) and 助成額の試算 (P07).

use super::sample_frame;
use crate::{
    Choice, ChoiceField, FunctionTab, Link, Notice, NoticeKind, PortalFrame, Section, TextField,
};
use askama::Template;

/// A class of institutions that write opinions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassCells {
    /// Its name.
    pub label: String,
    /// 「4分の3」.
    pub rate: String,
    /// The ceiling.
    pub limit: String,
}

/// The ceilings and rates of a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubsidyTables {
    /// The scheme's name.
    pub title: String,
    /// For care offices.
    pub categories: Vec<CategoryCells>,
    /// For institutions that write opinions.
    pub classes: Vec<ClassCells>,
}

/// What a scheme says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubsidyGuide {
    /// Its name.
    pub title: String,
    /// Whether applications are taken.
    pub state: Notice,
    /// When, with the doubt of the source.
    pub period: String,
    /// The days of purchase that count.
    pub costs: String,
    /// The consumption tax in percent.
    pub tax: u32,
    /// How amounts are rounded.
    pub rounding: String,
    /// How often a category counts.
    pub count: String,
    /// Its ceilings and rates.
    pub tables: SubsidyTables,
    /// Where the figures come from.
    pub source: String,
}

/// 助成金のご案内.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy.html")]
pub struct SubsidyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The scheme of the day; nothing when there is none.
    pub guide: Option<SubsidyGuide>,
}

pub(crate) fn sample_tables() -> SubsidyTables {
    SubsidyTables {
        title: "令和7年度の助成金".into(),
        categories: vec![CategoryCells {
            label: "訪問・通所・短期滞在系".into(),
            kinds: "訪問介護、通所介護".into(),
            readers: "3台".into(),
            limit: "64,000円".into(),
        }],
        classes: vec![ClassCells {
            label: "199床以下の病院・診療所".into(),
            rate: "4分の3".into(),
            limit: "398,000円".into(),
        }],
    }
}

impl SubsidyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let none = Self {
            frame: sample_frame().of(Section::Apply),
            guide: None,
        };
        let open = Self {
            guide: Some(SubsidyGuide {
                title: "令和7年度の助成金".into(),
                state: Notice::new(NoticeKind::Info, "申請を受け付けています（あと77日）", ""),
                period: "令和7年10月17日（金）から令和8年3月13日（金）まで（予定）".into(),
                costs: "令和7年4月1日（火）から令和8年3月13日（金）まで".into(),
                tax: 10,
                rounding: "1円未満切捨て".into(),
                count: "区分ごとに1回".into(),
                tables: sample_tables(),
                source: "介護保険最新情報 Vol.1428（令和7年10月17日）".into(),
            }),
            ..none.clone()
        };
        vec![("open", open), ("none", none)]
    }
}

/// A cost of the calculation, as its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostFields {
    /// What its fields' names begin with: `c1`.
    pub prefix: String,
    /// Its name: 「経費1」.
    pub label: String,
    /// What it was for and how many readers; nothing where there is one kind only.
    pub kind: Option<(ChoiceField, TextField)>,
    /// The amount.
    pub amount: TextField,
    /// Whether the tax is in it.
    pub tax: ChoiceField,
    /// The day; may be empty.
    pub on: TextField,
}

impl CostFields {
    /// The name of one of its fields.
    pub fn id(&self, field: &str) -> String {
        format!("{}_{field}", self.prefix)
    }

    fn errors(&self) -> Vec<(String, String)> {
        let kind = self.kind.iter();
        let kind = kind
            .flat_map(|(kind, quantity)| [("kind", &kind.error), ("quantity", &quantity.error)]);
        let others = [
            ("amount", &self.amount.error),
            ("tax", &self.tax.error),
            ("on", &self.on.error),
        ];
        kind.chain(others)
            .filter_map(|(field, error)| Some((self.id(field), error.clone()?)))
            .collect()
    }
}

/// A service that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindBox {
    /// Its field: `k11`.
    pub name: String,
    /// Its name.
    pub label: String,
    /// Its category; with 「推定」 where that is inferred.
    pub note: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The questions to a care office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareQuestions {
    /// The services, by group.
    pub groups: Vec<(String, Vec<KindBox>)>,
    /// What is wrong with the choice of services.
    pub kinds_error: Option<String>,
    /// The costs.
    pub lines: Vec<CostFields>,
    /// Whether another cost can be added.
    pub more: bool,
}

/// The questions to an institution that writes opinions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionQuestions {
    /// Hospital or clinic.
    pub institution: ChoiceField,
    /// The beds.
    pub beds: TextField,
    /// The costs.
    pub lines: Vec<CostFields>,
    /// Whether another cost can be added.
    pub more: bool,
}

/// One cost of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkedCost {
    /// Its name: 「経費1 カードリーダー購入経費」.
    pub label: String,
    /// What was typed: 「24,000円（税込）」.
    pub typed: String,
    /// With tax.
    pub with_tax: String,
    /// How many count; empty where nothing is counted.
    pub counted: String,
    /// What counts.
    pub eligible: String,
    /// What is cut and why; empty when nothing.
    pub cut: String,
}

/// One category of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCells {
    /// Its name.
    pub label: String,
    /// The services in it.
    pub kinds: String,
    /// How many readers.
    pub readers: String,
    /// The ceiling.
    pub limit: String,
}

/// What costs come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkedOut {
    /// The programme.
    pub title: String,
    /// An identifier of its heading.
    pub id: &'static str,
    /// The subsidy.
    pub amount: String,
    /// The costs.
    pub lines: Vec<WorkedCost>,
    /// The categories; empty for an institution that writes opinions.
    pub categories: Vec<CategoryCells>,
    /// The way to the amount, step by step: term and text.
    pub steps: Vec<(String, String)>,
    /// What else there is to know.
    pub notes: Vec<String>,
    /// Where the application is begun with these values, while it can be.
    pub begin: Option<Link>,
}

/// 助成額の試算.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_estimate.html")]
pub struct EstimatePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The scheme's name.
    pub scheme: String,
    /// Who asks, as links.
    pub tabs: Vec<FunctionTab>,
    /// Who asks, as the form's value.
    pub who: String,
    /// The questions to a care office.
    pub care: Option<CareQuestions>,
    /// The questions to an institution that writes opinions.
    pub opinion: Option<OpinionQuestions>,
    /// The results.
    pub results: Vec<WorkedOut>,
    /// Worked examples.
    pub examples: Vec<Link>,
    /// Where the figures come from.
    pub source: String,
}

/// A line of an error summary whose field's name is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeError {
    /// Identifier of the field.
    pub target: String,
    /// The same words as beside the field.
    pub message: String,
}

impl EstimatePage {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<MadeError> {
        let mut errors = Vec::new();
        if let Some(care) = &self.care {
            let kinds = care.kinds_error.iter();
            errors.extend(kinds.map(|it| ("kinds".to_owned(), it.clone())));
            errors.extend(care.lines.iter().flat_map(CostFields::errors));
        }
        if let Some(opinion) = &self.opinion {
            let fields = [
                ("institution", &opinion.institution.error),
                ("beds", &opinion.beds.error),
            ];
            let fields = fields.into_iter();
            errors.extend(fields.filter_map(|(id, it)| Some((id.to_owned(), it.clone()?))));
            errors.extend(opinion.lines.iter().flat_map(CostFields::errors));
        }
        let made = |(target, message)| MadeError { target, message };
        errors.into_iter().map(made).collect()
    }

    /// Whether a group shows its services at once: something in it is chosen.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn open(&self, kinds: &[KindBox]) -> bool {
        kinds.iter().any(|it| it.chosen)
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let tax = || {
            ChoiceField::of(vec![
                Choice::new("included", "税込", "").chosen(),
                Choice::new("excluded", "税抜", ""),
            ])
        };
        let line = |prefix: &str, kind| CostFields {
            prefix: prefix.into(),
            label: "経費1".into(),
            kind,
            amount: TextField::of("24,000"),
            tax: tax(),
            on: TextField::default(),
        };
        let kinds = ChoiceField::of(vec![Choice::new("reader", "カードリーダー購入経費", "")]);
        let kind = Some((kinds, TextField::of("3")));
        let tab = FunctionTab {
            label: "両方・分からない".into(),
            href: "/subsidy/estimate?who=both".into(),
            current: true,
        };
        let page = Self {
            frame: sample_frame()
                .of(Section::Apply)
                .below("/subsidy", "助成金のご案内"),
            scheme: "令和7年度の助成金".into(),
            tabs: vec![tab],
            who: "both".into(),
            care: Some(CareQuestions {
                groups: vec![(
                    "居宅サービス".into(),
                    vec![KindBox {
                        name: "k11".into(),
                        label: "訪問介護".into(),
                        note: "訪問・通所・短期滞在系".into(),
                        chosen: true,
                    }],
                )],
                kinds_error: None,
                lines: vec![line("c1", kind)],
                more: true,
            }),
            opinion: Some(OpinionQuestions {
                institution: ChoiceField::of(vec![Choice::new("clinic", "診療所", "").chosen()]),
                beds: TextField::of("0"),
                lines: vec![line("o1", None)],
                more: false,
            }),
            results: Vec::new(),
            examples: vec![Link::new("/subsidy/estimate?who=care", "訪問介護の事業所")],
            source: "介護保険最新情報 Vol.1428（令和7年10月17日）".into(),
        };
        let result = WorkedOut {
            title: "介護事業所等への助成".into(),
            id: "result-care",
            amount: "24,000円".into(),
            lines: vec![WorkedCost {
                label: "経費1".into(),
                typed: "24,000円（税込）".into(),
                with_tax: "24,000円".into(),
                counted: "3台".into(),
                eligible: "24,000円".into(),
                cut: String::new(),
            }],
            categories: vec![CategoryCells {
                label: "訪問・通所・短期滞在系".into(),
                kinds: "訪問介護".into(),
                readers: "3台".into(),
                limit: "64,000円".into(),
            }],
            steps: vec![("対象となる経費".into(), "24,000円".into())],
            notes: vec!["見込みの額です。".into()],
            begin: Some(Link::new("/apply", "この内容で申請を始める")),
        };
        let worked = Self {
            results: vec![result],
            ..page.clone()
        };
        let mut wrong = page.clone();
        if let Some(care) = &mut wrong.care {
            care.kinds_error = Some("サービスの種類を選択してください".into());
            care.lines[0].amount = TextField::of("0").with_error("経費1の金額は…");
        }
        vec![("first", page), ("worked", worked), ("wrong", wrong)]
    }
}
