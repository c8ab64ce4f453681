use super::{Grid, GridCell};
use crate::{ConsoleFrame, FieldError, Link, Notice, NoticeKind, TextField, pages::sample_frame};
use askama::Template;

/// What can be paid, and the runs (O04); posts `day` and `once`.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_payments.html")]
pub struct SubsidyPaymentsPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// How many could be paid and what they come to: term and text.
    pub facts: Vec<(String, String)>,
    /// Those that could be paid.
    pub payable: Grid,
    /// The day of the transfers; nothing for who only looks, or when there is nothing to pay.
    pub day: Option<TextField>,
    /// The runs, the newest first.
    pub runs: Grid,
}

/// One run (O04); posts `act` (`release`, `drop`) with `version`, and the bank's answer as a file to `/results`.
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_run.html")]
pub struct SubsidyRunPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its number.
    pub number: i64,
    /// The version that is looked at.
    pub version: i64,
    /// When, how much, by whom: term and text.
    pub facts: Vec<(String, String)>,
    /// Its payments.
    pub payments: Grid,
    /// Single buttons: word and label.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// Why this person may not do more; empty when they may.
    pub why_not: String,
    /// The file for the bank; nothing while there is none.
    pub file: Option<Link>,
    /// Why there is no file for the bank, though the run is released; empty when there is one.
    pub no_file: String,
    /// Whether the bank's answer can be taken in.
    pub takes_results: bool,
    /// What is wrong with the answer.
    pub findings: Vec<String>,
}

/// The ledger (O04).
#[derive(Debug, Clone, Template)]
#[template(path = "subsidy_ledger.html")]
pub struct SubsidyLedgerPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What every account holds.
    pub balances: Grid,
    /// The lines.
    pub lines: Grid,
    /// The page before and the next one.
    pub beside: Vec<Link>,
}

fn runs() -> Grid {
    let heads = [("回", false), ("状態", false), ("合計", true)];
    Grid::new("まとめた振込の一覧", &heads).with(vec![
        GridCell::link("/ops/subsidy/payments/1", "第1回"),
        GridCell::of("承認待ち"),
        GridCell::of("60,000円"),
    ])
}

impl SubsidyPaymentsPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = self.day.iter().filter_map(|it| it.error.as_ref());
        let of = |message: &String| FieldError {
            target: "day",
            message: message.clone(),
        };
        error.map(of).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let open = Self {
            frame: sample_frame("/ops/subsidy/payments"),
            notice: None,
            facts: vec![("件数".into(), "1件".into())],
            payable: Grid::new("振り込める申請の一覧", &[("受付番号", false)])
                .with(vec![GridCell::link("/ops/subsidy/K7QM3XPA", "K7QM-3XPA")]),
            day: Some(TextField::default()),
            runs: runs(),
        };
        let refused = Self {
            day: Some(
                TextField::of("昨日")
                    .with_error("振込日は、明日から60日先までの日を入力してください"),
            ),
            ..open.clone()
        };
        let empty = Self {
            payable: Grid::default(),
            day: None,
            runs: Grid::default(),
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("empty", empty)]
    }
}

impl SubsidyRunPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let of = |message: &String| FieldError {
            target: "file",
            message: message.clone(),
        };
        self.findings.iter().map(of).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let made = Self {
            frame: sample_frame("/ops/subsidy/payments").below("/ops/subsidy/payments", "振込"),
            notice: Some(Notice::new(NoticeKind::Success, "作成しました", "")),
            number: 1,
            version: 1,
            facts: vec![("振込日".into(), "令和7年12月10日".into())],
            payments: runs(),
            buttons: vec![
                ("release", "承認の確認へ進む"),
                ("drop", "取りやめの確認へ進む"),
            ],
            why_not: String::new(),
            file: None,
            no_file: String::new(),
            takes_results: false,
            findings: Vec::new(),
        };
        let released = Self {
            buttons: Vec::new(),
            file: Some(Link::new(
                "/ops/subsidy/payments/1/transfers.txt",
                "総合振込のファイルを保存する",
            )),
            takes_results: true,
            findings: vec!["2行目：結果は「済」または「不能」と入力してください".into()],
            notice: None,
            ..made.clone()
        };
        let without = Self {
            file: None,
            no_file: "振込依頼人が設定されていません。".into(),
            why_not: "あなたが作成しました。".into(),
            ..released.clone()
        };
        vec![("made", made), ("released", released), ("without", without)]
    }
}

impl SubsidyLedgerPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame("/ops/subsidy/payments").below("/ops/subsidy/payments", "振込"),
            balances: runs(),
            lines: runs(),
            beside: vec![Link::new("/ops/subsidy/ledger?page=2", "次へ")],
        };
        vec![("full", page)]
    }
}
