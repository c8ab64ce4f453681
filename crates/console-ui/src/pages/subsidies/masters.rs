use super::{Grid, GridCell};
use crate::{
    ChangeLine, Chip, ChipColor, ConsoleFrame, FieldError, Notice, NoticeKind, TextField,
    pages::sample_frame,
};
use askama::Template;

/// Budgets and what became of them (O05); each form posts `scheme`, `first`, `last`, `care`, `opinion` and `reason`.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_budget.html")]
pub struct SubsidyBudgetPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// The schemes.
    pub schemes: Vec<BudgetScheme>,
}

/// A scheme with its budgets.
#[derive(Debug, Clone)]
pub struct BudgetScheme {
    /// Its word.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Its period, and where that stands now.
    pub period: String,
    /// Each programme: budget, granted, in transfer, paid, left.
    pub budgets: Grid,
    /// How many applications stand where.
    pub stages: Grid,
    /// How many by prefecture.
    pub prefectures: Grid,
    /// The form; nothing for who only looks.
    pub form: Option<BudgetForm>,
}

/// The form by which a period and budgets are proposed.
#[derive(Debug, Clone, Default)]
pub struct BudgetForm {
    /// The first day of applications.
    pub first: TextField,
    /// The last one.
    pub last: TextField,
    /// The budget of care offices, in yen; may be empty.
    pub care: TextField,
    /// That of institutions.
    pub opinion: TextField,
    /// Why.
    pub reason: TextField,
    /// What else is wrong.
    pub wrong: Vec<String>,
}

impl SubsidyBudgetPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for form in self.schemes.iter().filter_map(|it| it.form.as_ref()) {
            let of = |message: &String| FieldError {
                target: "change",
                message: message.clone(),
            };
            for field in [
                &form.first,
                &form.last,
                &form.care,
                &form.opinion,
                &form.reason,
            ] {
                errors.extend(field.error.iter().map(of));
            }
            errors.extend(form.wrong.iter().map(of));
        }
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let grid = |label: &str| {
            Grid::new(label, &[("区分", false), ("金額", true)])
                .with(vec![GridCell::of("予算"), GridCell::of("1,000,000円")])
        };
        let scheme = BudgetScheme {
            code: "2025".into(),
            title: "令和7年度の助成金".into(),
            period: "令和7年10月17日から令和8年3月13日まで（受付中）".into(),
            budgets: grid("予算と執行"),
            stages: grid("状態ごとの件数"),
            prefectures: grid("都道府県ごとの件数"),
            form: Some(BudgetForm::default()),
        };
        let open = Self {
            frame: sample_frame("/ops/subsidy/budget"),
            schemes: vec![scheme.clone()],
        };
        let mut refused = open.clone();
        refused.schemes[0].form = Some(BudgetForm {
            reason: TextField::default().with_error("理由を入力してください"),
            wrong: vec!["[applications] last：違います".into()],
            ..BudgetForm::default()
        });
        let read = Self {
            schemes: vec![BudgetScheme {
                form: None,
                ..scheme
            }],
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("read", read)]
    }
}

/// Schemes in revisions (O11), and a form that posts `content` or a file with `reason`.
#[derive(Debug, Clone, Template)]
#[template(path = "masters.html")]
pub struct MastersPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// The revisions, the newest of each scheme first.
    pub revisions: Grid,
    /// The categories of services in force, with how sure they are.
    pub kinds: Grid,
    /// The text that is proposed; nothing for who only looks.
    pub content: Option<TextField>,
    /// Why.
    pub reason: TextField,
    /// What is wrong, by place.
    pub wrong: Vec<String>,
}

/// A revision (O11); posts `act` (`approve`, `refuse`).
#[derive(Debug, Clone, Template)]
#[template(path = "master.html")]
pub struct MasterPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The scheme's word.
    pub code: String,
    /// Its revision.
    pub revision: i64,
    /// How it stands.
    pub chip: Chip,
    /// Who proposed it, why: term and text.
    pub facts: Vec<(String, String)>,
    /// What it changes of the one before.
    pub changes: Vec<ChangeLine>,
    /// The whole text.
    pub content: String,
    /// Single buttons: word and label.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// Why this person may not do more; empty when they may.
    pub why_not: String,
}

impl MastersPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let of = |target: &'static str, message: &String| FieldError {
            target,
            message: message.clone(),
        };
        let mut errors: Vec<_> = self.wrong.iter().map(|it| of("content", it)).collect();
        let content = self.content.iter().filter_map(|it| it.error.as_ref());
        errors.extend(content.map(|it| of("content", it)));
        errors.extend(self.reason.error.iter().map(|it| of("reason", it)));
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: sample_frame("/ops/masters"),
            revisions: Grid::new("制度の一覧", &[("制度", false), ("状態", false)]).with(vec![
                GridCell::link("/ops/masters/2025/1", "2025（第1版）"),
                GridCell::chip(Chip::new("有効", ChipColor::Green)),
            ]),
            kinds: Grid::new(
                "サービスの種類の区分",
                &[("サービス", false), ("区分", false)],
            )
            .with(vec![GridCell::of("訪問介護（11）"), GridCell::of("訪問系")]),
            content: Some(TextField::of("code = \"2025\"")),
            reason: TextField::default(),
            wrong: Vec::new(),
        };
        let refused = Self {
            reason: TextField::default().with_error("理由を入力してください"),
            wrong: vec!["code：ありません".into()],
            ..open.clone()
        };
        let read = Self {
            content: None,
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("read", read)]
    }
}

impl MasterPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let proposed = Self {
            frame: sample_frame("/ops/masters").below("/ops/masters", "制度の値"),
            notice: Some(Notice::new(NoticeKind::Success, "提案しました", "")),
            code: "2025".into(),
            revision: 2,
            chip: Chip::new("承認待ち", ChipColor::Yellow),
            facts: vec![("理由".into(), "締切の延長".into())],
            changes: vec![ChangeLine {
                mark: "+",
                word: "追加",
                number: 1,
                text: "last = \"2026-03-31\"".into(),
            }],
            content: "code = \"2025\"".into(),
            buttons: vec![
                ("approve", "承認の確認へ進む"),
                ("refuse", "却下の確認へ進む"),
            ],
            why_not: String::new(),
        };
        let own = Self {
            buttons: Vec::new(),
            why_not: "あなたが提案しました。".into(),
            changes: Vec::new(),
            notice: None,
            ..proposed.clone()
        };
        vec![("proposed", proposed), ("own", own)]
    }
}
