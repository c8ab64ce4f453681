//! Pages of a municipality that is signed in: 業務トップ (I01), 対応状況の登録 (I02), the questionnaire.

use super::{sample_date, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, ChoiceField, DateText, FieldError, HistoryLine, Link, NewsLine, Notice,
    NoticeKind, PortalFrame, TextField,
};
use askama::Template;

/// One of the municipalities that an insurer declares for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMunicipality {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// By function: its name and the stage.
    pub functions: Vec<(String, Chip)>,
    /// When anything was last declared.
    pub updated: Option<DateText>,
}

/// 業務トップ.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_home.html")]
pub struct InsurerHomePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What the insurer is called.
    pub organisation: String,
    /// What they have to know first.
    pub notice: Option<Notice>,
    /// What is next: a link and what it is about.
    pub todos: Vec<(Link, String)>,
    /// Its municipalities.
    pub municipalities: Vec<OwnMunicipality>,
    /// Notices for municipalities.
    pub news: Vec<NewsLine>,
}

/// A function to declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFunction {
    /// Its form.
    pub href: String,
    /// The function.
    pub label: String,
    /// The stage.
    pub stage: Chip,
    /// What is next: 「データ送信の開始　予定 令和8年10月」; empty when nothing is planned.
    pub next: String,
    /// When it was last declared.
    pub updated: Option<DateText>,
}

/// 対応状況の登録: one municipality.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_readiness.html")]
pub struct InsurerReadinessPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its name.
    pub name: String,
    /// Its functions.
    pub functions: Vec<OwnFunction>,
    /// Whom people are told to ask: term and text; empty when nothing was declared.
    pub contact: Vec<(String, String)>,
    /// The form of the contact.
    pub contact_form: String,
    /// The page that everybody sees.
    pub public: String,
    /// The newest first.
    pub history: Vec<HistoryLine>,
}

/// A step in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepField {
    /// The step.
    pub label: String,
    /// Name of the field of the plan.
    pub planned_id: &'static str,
    /// When it is planned, as typed.
    pub planned: TextField,
    /// Name of the field of the day.
    pub actual_id: &'static str,
    /// When it was done, as typed.
    pub actual: TextField,
}

/// The form of one function; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_declare.html")]
pub struct DeclarePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its own address.
    pub action: String,
    /// What was seen, for who saves later.
    pub seen: String,
    /// Municipality and function: 「新潟市　証の情報」.
    pub what: String,
    /// The steps, in order.
    pub steps: Vec<StepField>,
    /// The page above.
    pub back: String,
}

/// What will be public; posts the same fields again.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_confirm.html")]
pub struct DeclareConfirmPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Where to post.
    pub action: String,
    /// What it is about.
    pub what: String,
    /// What changes: the item, what stands now, what will stand.
    pub changes: Vec<(String, String, String)>,
    /// Names and values of the form.
    pub fields: Vec<(String, String)>,
    /// What is done with it, as the button says.
    pub verb: String,
}

/// Somebody else was faster (409): both values, and the form again.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_stale.html")]
pub struct StalePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Where to post for the form again.
    pub action: String,
    /// What it is about.
    pub what: String,
    /// The item, what stands now, what was typed.
    pub lines: Vec<(String, String, String)>,
    /// Names and values of the form, with what is seen now.
    pub fields: Vec<(String, String)>,
    /// The page above.
    pub back: String,
}

/// Whom people are to ask; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_contact.html")]
pub struct OwnContactPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its own address.
    pub action: String,
    /// What was seen.
    pub seen: String,
    /// The municipality.
    pub what: String,
    /// The counter.
    pub counter: TextField,
    /// Its telephone.
    pub phone: TextField,
    /// The address of its page.
    pub address: TextField,
    /// Whose system it uses.
    pub vendor: TextField,
    /// What else it wants to say.
    pub remark: TextField,
    /// The page above.
    pub back: String,
}

/// How a question of the questionnaire is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerField {
    /// One of a few.
    Choices(ChoiceField),
    /// One of a list.
    List(ChoiceField),
    /// Some words.
    Words(TextField),
}

impl AnswerField {
    fn error(&self) -> Option<&str> {
        match self {
            Self::Choices(it) | Self::List(it) => it.error.as_deref(),
            Self::Words(it) => it.error.as_deref(),
        }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionField {
    /// Name of its field.
    pub id: &'static str,
    /// The question.
    pub label: String,
    /// Whether it must be answered.
    pub required: bool,
    /// The answer.
    pub answer: AnswerField,
}

/// The questionnaire; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer_survey.html")]
pub struct SurveyFormPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before: saved, submitted.
    pub notice: Option<Notice>,
    /// Its own address.
    pub action: String,
    /// How many versions were seen.
    pub seen: String,
    /// The round.
    pub title: String,
    /// The municipality.
    pub name: String,
    /// Term and text: day of record, last day, what counts now.
    pub facts: Vec<(String, String)>,
    /// The questions, in order.
    pub questions: Vec<QuestionField>,
    /// Whether it can be answered now.
    pub open: bool,
    /// The page above.
    pub back: String,
}

/// Names of the fields of a questionnaire, whose keys are data.
pub const QUESTION_IDS: [&str; 40] = [
    "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15",
    "q16", "q17", "q18", "q19", "q20", "q21", "q22", "q23", "q24", "q25", "q26", "q27", "q28",
    "q29", "q30", "q31", "q32", "q33", "q34", "q35", "q36", "q37", "q38", "q39", "q40",
];

fn own_frame() -> PortalFrame {
    sample_frame().with_member(sample_member()).at("/insurer")
}

fn errors<'a>(
    fields: impl IntoIterator<Item = (&'static str, &'a Option<String>)>,
) -> Vec<FieldError> {
    super::errors_of(fields)
}

impl InsurerHomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: own_frame(),
            organisation: "見本市".into(),
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "お知らせのメールが届いていません",
                "",
            )),
            todos: vec![(
                Link::new("/insurer/surveys/1/151009", "第1回の調査に回答する"),
                "令和8年11月15日まで".into(),
            )],
            municipalities: vec![OwnMunicipality {
                href: "/insurer/readiness/151009".into(),
                name: "新潟市".into(),
                functions: vec![("証の情報".into(), Chip::new("準備中", ChipColor::Yellow))],
                updated: Some(sample_date(20)),
            }],
            news: vec![NewsLine {
                href: "/news/sample".into(),
                date: sample_date(2),
                category: Chip::new("お知らせ", ChipColor::Blue),
                title: "見本のお知らせ".into(),
            }],
        };
        let empty = Self {
            notice: None,
            todos: Vec::new(),
            municipalities: Vec::new(),
            news: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

impl InsurerReadinessPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            notice: None,
            name: "新潟市".into(),
            functions: vec![OwnFunction {
                href: "/insurer/readiness/151009/certificates".into(),
                label: "証の情報".into(),
                stage: Chip::new("準備中", ChipColor::Yellow),
                next: "データ送信の開始　予定 令和8年10月".into(),
                updated: Some(sample_date(20)),
            }],
            contact: vec![("担当".into(), "介護保険課".into())],
            contact_form: "/insurer/readiness/151009/contact".into(),
            public: "/readiness/151009".into(),
            history: vec![HistoryLine {
                date: sample_date(20),
                what: "証の情報　連携機能の改修".into(),
                change: "予定 令和8年6月".into(),
            }],
        };
        let empty = Self {
            contact: Vec::new(),
            history: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

impl DeclarePage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(self.steps.iter().flat_map(|it| {
            [
                (it.planned_id, &it.planned.error),
                (it.actual_id, &it.actual.error),
            ]
        }))
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            action: "/insurer/readiness/151009/certificates".into(),
            seen: String::new(),
            what: "新潟市　証の情報".into(),
            steps: vec![StepField {
                label: "介護保険システムの標準化".into(),
                planned_id: "planned_standardised",
                planned: TextField::of("令和8年度"),
                actual_id: "actual_standardised",
                actual: TextField::default(),
            }],
            back: "/insurer/readiness/151009".into(),
        };
        let mut refused = empty.clone();
        refused.steps[0].planned = TextField::of("来年").with_error("予定を確かめてください");
        refused.steps[0].actual = TextField::of("R9.1.1").with_error("実際の日を確かめてください");
        vec![("empty", empty), ("refused", refused)]
    }
}

impl DeclareConfirmPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            action: "/insurer/readiness/151009/certificates".into(),
            what: "新潟市　証の情報".into(),
            changes: vec![(
                "データ送信の開始　予定".into(),
                "登録なし".into(),
                "令和8年10月".into(),
            )],
            fields: vec![("planned_sending".into(), "令和8年10月".into())],
            verb: "登録して公開する".into(),
        };
        vec![("some", page)]
    }
}

impl StalePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            action: "/insurer/readiness/151009/certificates".into(),
            what: "新潟市　証の情報".into(),
            lines: vec![(
                "データ送信の開始　予定".into(),
                "令和8年11月".into(),
                "令和8年10月".into(),
            )],
            fields: vec![("planned_sending".into(), "令和8年10月".into())],
            back: "/insurer/readiness/151009".into(),
        };
        vec![("one", page)]
    }
}

impl OwnContactPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors([
            ("counter", &self.counter.error),
            ("phone", &self.phone.error),
            ("address", &self.address.error),
            ("vendor", &self.vendor.error),
            ("remark", &self.remark.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            action: "/insurer/readiness/151009/contact".into(),
            seen: String::new(),
            what: "新潟市".into(),
            counter: TextField::default(),
            phone: TextField::default(),
            address: TextField::default(),
            vendor: TextField::default(),
            remark: TextField::default(),
            back: "/insurer/readiness/151009".into(),
        };
        let refused = Self {
            counter: TextField::default().with_error("担当の窓口を入力してください"),
            address: TextField::of("x").with_error("アドレスを確かめてください"),
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused)]
    }
}

impl SurveyFormPage {
    /// What has to be mended, in the order of the questions.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = |it: &QuestionField| {
            it.answer.error().map(|message| FieldError {
                target: it.id,
                message: message.to_owned(),
            })
        };
        self.questions.iter().filter_map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        use crate::Choice;
        let choices = ChoiceField::of(vec![
            Choice::new("done", "終えた", ""),
            Choice::new("working", "進めている", ""),
        ]);
        let years = ChoiceField::of(vec![
            Choice::new("", "選択してください", ""),
            Choice::new("FY2026", "令和8年度", ""),
        ]);
        let question = |at: usize, label: &str, required, answer| QuestionField {
            id: QUESTION_IDS[at],
            label: label.into(),
            required,
            answer,
        };
        let open = Self {
            frame: own_frame().below("/insurer", "業務トップ"),
            notice: None,
            action: "/insurer/surveys/1/151009".into(),
            seen: "0".into(),
            title: "第1回の調査".into(),
            name: "新潟市".into(),
            facts: vec![("回答の期限".into(), "令和8年11月15日".into())],
            questions: vec![
                question(
                    0,
                    "標準化の状況",
                    true,
                    AnswerField::Choices(choices.clone()),
                ),
                question(
                    1,
                    "データ移行を終える年度",
                    true,
                    AnswerField::List(years.clone()),
                ),
                question(2, "事情", false, AnswerField::Words(TextField::default())),
            ],
            open: true,
            back: "/insurer".into(),
        };
        let refused = Self {
            questions: vec![
                question(
                    0,
                    "標準化の状況",
                    true,
                    AnswerField::Choices(choices.with_error("標準化の状況を選択してください")),
                ),
                question(
                    1,
                    "データ移行を終える年度",
                    true,
                    AnswerField::List(years.with_error("年度を選択してください")),
                ),
                question(
                    2,
                    "事情",
                    false,
                    AnswerField::Words(TextField::of("x").with_error("1,000文字以内で")),
                ),
            ],
            ..open.clone()
        };
        let closed = Self {
            open: false,
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("closed", closed)]
    }
}
