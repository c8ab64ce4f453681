//! 対応状況の管理 (O12) and the rounds of the questionnaire.

use super::{errors_of, sample_frame};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, FieldError, Link, Notice, Pager, TextField,
};
use askama::Template;

/// A municipality.
#[derive(Debug, Clone)]
pub struct MunicipalityLine {
    /// Its page.
    pub href: String,
    /// Its name with its prefecture.
    pub name: String,
    /// Its stage with certificates, by its own word.
    pub stage: Chip,
    /// What its traffic says.
    pub measured: String,
    /// When it last declared anything.
    pub updated: String,
    /// What is late; a dash when nothing is.
    pub late: String,
    /// When its insurer was last reminded, and by whom.
    pub reminded: String,
}

/// All municipalities.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_readiness.html")]
pub struct OpsReadinessPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What was searched for.
    pub query: String,
    /// Filter by prefecture.
    pub prefecture: ChoiceField,
    /// Filter by what is late.
    pub late: ChoiceField,
    /// How many of all are late.
    pub summary: String,
    /// One page of the list, ordered by code.
    pub lines: Vec<MunicipalityLine>,
    /// Where one stands in it.
    pub pager: Pager,
}

/// A function of a municipality, declared beside measured.
#[derive(Debug, Clone)]
pub struct FunctionLine {
    /// The function.
    pub label: String,
    /// The stage by the municipality's word.
    pub stage: Chip,
    /// Its steps with plans and days, in words.
    pub steps: Vec<String>,
    /// What the traffic says.
    pub measured: String,
}

/// One municipality; its forms post `go` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_municipality.html")]
pub struct OpsMunicipalityPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Its own address.
    pub action: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its name with its prefecture.
    pub name: String,
    /// The page that everybody sees.
    pub public: Link,
    /// Term and text.
    pub facts: Vec<(String, String)>,
    /// Its functions.
    pub functions: Vec<FunctionLine>,
    /// Whether its insurer may be reminded now.
    pub may_remind: bool,
    /// Which function is corrected.
    pub function: ChoiceField,
    /// Which step.
    pub step: ChoiceField,
    /// The plan, as typed; empty takes it away.
    pub planned: TextField,
    /// The day, as typed; empty takes it away.
    pub actual: TextField,
    /// Why.
    pub reason: TextField,
    /// When, what and by whom, the newest first.
    pub history: Vec<(String, String, String)>,
}

/// A round.
#[derive(Debug, Clone)]
pub struct OpsRoundLine {
    /// Its page.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Whether it can be answered.
    pub state: Chip,
    /// From when until when.
    pub period: String,
    /// How many answered.
    pub answered: String,
}

/// The rounds, and the form that opens one; posts to `/ops/surveys`.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_surveys.html")]
pub struct OpsSurveysPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The newest first.
    pub rounds: Vec<OpsRoundLine>,
    /// What it is to be called.
    pub title: TextField,
    /// The day the answers are to tell of.
    pub record_day: TextField,
    /// The first day.
    pub opens_on: TextField,
    /// The last day.
    pub closes_on: TextField,
    /// The questions, in their text form.
    pub source: TextField,
}

/// One round; its form posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "ops_survey.html")]
pub struct OpsSurveyPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Its own address.
    pub action: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// What it is called.
    pub title: String,
    /// Whether it can be answered.
    pub state: Chip,
    /// Term and text.
    pub facts: Vec<(String, String)>,
    /// Who did not answer, ordered by code; at most a hundred.
    pub silent: Vec<String>,
    /// How many more did not.
    pub more: usize,
    /// The results that everybody sees.
    pub public: String,
    /// Every answer, words included.
    pub file: String,
    /// Whether it can be closed.
    pub open: bool,
}

impl OpsReadinessPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choice = |label: &str| ChoiceField::of(vec![Choice::new("", label, "").chosen()]);
        let page = Self {
            frame: sample_frame("/ops/readiness"),
            query: String::new(),
            prefecture: choice("すべての都道府県"),
            late: choice("すべて"),
            summary: "1,741団体のうち、登録のない市町村は3団体です。".into(),
            lines: vec![MunicipalityLine {
                href: "/ops/readiness/151009".into(),
                name: "新潟市（新潟県）".into(),
                stage: Chip::new("準備中", ChipColor::Yellow),
                measured: "—".into(),
                updated: "令和8年11月20日".into(),
                late: "予定を過ぎた段階があります".into(),
                reminded: "—".into(),
            }],
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
        };
        let none = Self {
            lines: Vec::new(),
            query: "宇宙".into(),
            ..page.clone()
        };
        vec![("some", page), ("none", none)]
    }
}

impl OpsMunicipalityPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("function", &self.function.error),
            ("step", &self.step.error),
            ("planned", &self.planned.error),
            ("actual", &self.actual.error),
            ("reason", &self.reason.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choice = |label: &str| ChoiceField::of(vec![Choice::new("x", label, "").chosen()]);
        let page = Self {
            frame: sample_frame("/ops/readiness").below("/ops/readiness", "対応状況の管理"),
            action: "/ops/readiness/151009".into(),
            notice: None,
            name: "新潟市（新潟県）".into(),
            public: Link::new("/readiness/151009", "公開ページを見る"),
            facts: vec![("保険者番号".into(), "151001".into())],
            functions: vec![FunctionLine {
                label: "証の情報".into(),
                stage: Chip::new("準備中", ChipColor::Yellow),
                steps: vec!["連携機能の改修　予定 令和8年6月".into()],
                measured: "データはまだ届いていません".into(),
            }],
            may_remind: true,
            function: choice("証の情報"),
            step: choice("連携機能の改修"),
            planned: TextField::default(),
            actual: TextField::default(),
            reason: TextField::default(),
            history: vec![(
                "令和8年11月20日".into(),
                "証の情報　連携機能の改修　予定 令和8年6月".into(),
                "7K3F9QW1".into(),
            )],
        };
        let refused = Self {
            may_remind: false,
            planned: TextField::of("来年").with_error("予定を確かめてください"),
            actual: TextField::of("x").with_error("実際の日を確かめてください"),
            reason: TextField::default().with_error("訂正の理由を入力してください"),
            history: Vec::new(),
            ..page.clone()
        };
        vec![("some", page), ("refused", refused)]
    }
}

impl OpsSurveysPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("title", &self.title.error),
            ("record_day", &self.record_day.error),
            ("opens_on", &self.opens_on.error),
            ("closes_on", &self.closes_on.error),
            ("source", &self.source.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let some = Self {
            frame: sample_frame("/ops/surveys"),
            notice: None,
            rounds: vec![OpsRoundLine {
                href: "/ops/surveys/1".into(),
                title: "第1回の調査".into(),
                state: Chip::new("受付中", ChipColor::Blue),
                period: "令和8年11月1日から令和8年11月15日まで".into(),
                answered: "12".into(),
            }],
            title: TextField::default(),
            record_day: TextField::default(),
            opens_on: TextField::default(),
            closes_on: TextField::default(),
            source: TextField::of("class|class|required|人口区分"),
        };
        let wrong = |text: &str| TextField::of("x").with_error(text);
        let refused = Self {
            rounds: Vec::new(),
            title: wrong("調査の名前を確かめてください"),
            record_day: wrong("回答の基準日を確かめてください"),
            opens_on: wrong("はじめの日を確かめてください"),
            closes_on: wrong("終わりの日を確かめてください"),
            source: wrong("1行目：設問を確かめてください"),
            ..some.clone()
        };
        vec![("some", some), ("refused", refused)]
    }
}

impl OpsSurveyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: sample_frame("/ops/surveys").below("/ops/surveys", "市町村への調査"),
            action: "/ops/surveys/1".into(),
            notice: None,
            title: "第1回の調査".into(),
            state: Chip::new("受付中", ChipColor::Blue),
            facts: vec![("回答した市町村".into(), "1,741団体のうち12団体".into())],
            silent: vec!["新潟市（新潟県）".into()],
            more: 1_628,
            public: "/readiness/surveys/1".into(),
            file: "/ops/surveys/1/answers.csv".into(),
            open: true,
        };
        let closed = Self {
            open: false,
            silent: Vec::new(),
            more: 0,
            ..open.clone()
        };
        vec![("open", open), ("closed", closed)]
    }
}
