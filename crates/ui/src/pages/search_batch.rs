//! 資格一括照会 (C13): many of the office's own persons at once.

use askama::Template;

use crate::form::errors_of;
use crate::{Chip, ChipColor, DateText, FieldError, Frame, MenuItem, TextField, sample};

/// The question; posts to `/care/search-batch` as `multipart/form-data` with `on`, `soon`, `file`, and `go` `all` or `list`.
#[derive(Debug, Clone, Template)]
#[template(path = "search_batch.html")]
pub struct SearchBatchPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The day asked about; field `on`.
    pub on: TextField,
    /// Whether only persons whose certification ends soon are wanted; field `soon`.
    pub soon: bool,
    /// What is wrong with the file that was sent; field `file`.
    pub file_error: Option<String>,
}

impl SearchBatchPage {
    /// What is wrong, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("on", &self.on.error), ("file", &self.file_error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let start = Self {
            frame: sample::frame(MenuItem::Persons),
            on: TextField::of("令和8年11月1日"),
            soon: false,
            file_error: None,
        };
        let rejected = Self {
            on: TextField::of("令和8年13月1日")
                .with_error("月は、1から12までで入力してください"),
            soon: true,
            file_error: Some("このファイルはCSVとして読めません。表計算ソフトで「CSV（コンマ区切り）」または「CSV UTF-8」として保存し直してください".into()),
            ..start.clone()
        };
        vec![("start", start), ("rejected", rejected)]
    }
}

/// The answer, and the way to it as a file.
#[derive(Debug, Clone, Template)]
#[template(path = "search_batch_result.html")]
pub struct SearchBatchResultPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The day asked about.
    pub on: DateText,
    /// Who was asked about: 「担当している利用者」, or the file's name.
    pub asked: String,
    /// Kind and number of answers, in the order of the page.
    pub counts: Vec<BatchCount>,
    /// The first answers, those that need somebody first.
    pub rows: Vec<BatchRow>,
    /// How many answers there are beyond those.
    pub more: usize,
    /// Rows of the file that name nobody, each a sentence with its line.
    pub bad: Vec<String>,
    /// Rows of the file that name a person again, each a sentence with its line.
    pub repeated: Vec<String>,
    /// What the older encoding cannot carry, each a sentence; empty when it can be chosen.
    pub lost: Vec<String>,
    /// Whether the file in the older encoding was asked for although it cannot be.
    pub rejected: bool,
    /// What is asked again for the file.
    pub again: BatchAgain,
}

/// A kind of answer and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchCount {
    /// The kind.
    pub label: &'static str,
    /// How many.
    pub number: usize,
    /// Whether somebody should look when there is one.
    pub alert: bool,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Line of the file; absent when all persons were asked about.
    pub line: Option<u64>,
    /// The office's own name for the line; may be empty.
    pub own_name: String,
    /// Address of the person's page; absent when nothing may be shown.
    pub href: Option<String>,
    /// Name; empty when nothing may be shown.
    pub name: String,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
    /// How it stands: 「継続中」, 「まもなく終了」, 「要確認」, 「担当登録なし」.
    pub chip: Chip,
    /// 要介護度.
    pub care_level: String,
    /// Last day of the certification.
    pub valid_to: Option<DateText>,
    /// 負担割合.
    pub ratio: String,
    /// What somebody should know, sentences.
    pub notes: Vec<String>,
}

/// The hidden fields by which the same is asked once more; the server keeps no list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAgain {
    /// `all` or `list`.
    pub go: &'static str,
    /// Field `on`.
    pub on: String,
    /// Field `soon`.
    pub soon: bool,
    /// Field `text`: the file as text; empty for all persons.
    pub text: String,
    /// Field `file_name`.
    pub file_name: String,
}

impl SearchBatchResultPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let count = |label, number, alert| BatchCount {
            label,
            number,
            alert,
        };
        let row = |line: Option<u64>, chip: Chip, notes: &[&str]| BatchRow {
            line,
            own_name: line.map_or_else(String::new, |line| format!("架空さん{line}")),
            href: Some("/care/persons/131128/0000012345".into()),
            name: "架空 花子".into(),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            chip,
            care_level: "要介護2".into(),
            valid_to: Some(sample::date(2027, 3, 31)),
            ratio: "1割".into(),
            notes: notes.iter().map(|it| (*it).to_owned()).collect(),
        };
        let good = || Chip::new("継続中", ChipColor::Green);
        let all = Self {
            frame: sample::frame(MenuItem::Persons),
            on: sample::date(2026, 11, 1),
            asked: "担当している利用者".into(),
            counts: vec![
                count("要確認", 1, true),
                count("まもなく終了", 1, true),
                count("継続中", 36, false),
                count("前回から変更あり", 1, true),
            ],
            rows: vec![
                row(
                    None,
                    Chip::new("要確認", ChipColor::Red),
                    &["要介護認定の有効期限が切れています"],
                ),
                row(
                    None,
                    Chip::new("まもなく終了", ChipColor::Yellow),
                    &["要介護認定の有効期限まであと20日です", "変更：負担割合証"],
                ),
                row(None, good(), &[]),
            ],
            more: 0,
            bad: vec![],
            repeated: vec![],
            lost: vec![],
            rejected: false,
            again: BatchAgain {
                go: "all",
                on: "令和8年11月1日".into(),
                ..BatchAgain::default()
            },
        };
        let nobody = BatchRow {
            href: None,
            name: String::new(),
            care_level: String::new(),
            valid_to: None,
            ratio: String::new(),
            ..row(
                Some(3),
                Chip::new("担当登録なし", ChipColor::Gray),
                &["この事業所の利用者として登録されていません"],
            )
        };
        let list = Self {
            asked: "ファイル「11月の利用者.csv」".into(),
            rows: vec![row(Some(2), good(), &[]), nobody],
            bad: vec!["4行目の被保険者番号：入力されていません".into()],
            repeated: vec!["5行目は2行目と同じ方です。2行目にお答えしています".into()],
            lost: vec!["2行目の「𠮷」".into()],
            again: BatchAgain {
                go: "list",
                on: "令和8年11月1日".into(),
                soon: false,
                text: "131128,0000012345,\"架空\"\n".into(),
                file_name: "11月の利用者.csv".into(),
            },
            ..all.clone()
        };
        let rejected = Self {
            rejected: true,
            ..list.clone()
        };
        let hundred = Self {
            rows: (1..=100)
                .map(|line| row(Some(line), good(), &["変更：被保険者証"]))
                .collect(),
            more: 1_900,
            ..all.clone()
        };
        let none = Self {
            counts: vec![],
            rows: vec![],
            ..all.clone()
        };
        vec![
            ("all", all),
            ("list", list),
            ("rejected", rejected),
            ("hundred", hundred),
            ("none", none),
        ]
    }
}
