//! 文書ソフトからの取込み (D07): choosing a file, what is in it, and what became of it.

use askama::Template;

use super::medical_opinions::medical_frame;
use crate::{FieldError, Frame, Link};

/// Choosing a file; posts `file` to `/medical/import`.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_import.html")]
pub struct MedicalImportPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What is wrong with the file, sentences without full stops; empty when nothing is.
    pub file_errors: Vec<String>,
}

impl MedicalImportPage {
    /// The errors; all lead to the file.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = |message: &String| FieldError {
            target: "file",
            message: message.clone(),
        };
        self.file_errors.iter().map(error).collect()
    }

    /// The words beside the field.
    pub fn file_error(&self) -> Option<String> {
        (!self.file_errors.is_empty()).then(|| self.file_errors.join("。"))
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let start = Self {
            frame: medical_frame(),
            file_errors: vec![],
        };
        let rejected = Self {
            file_errors: vec!["文字コードがシフトJIS（MS932）ではありません。医見書から出力したファイルをそのまま選んでください".into()],
            ..start.clone()
        };
        vec![("start", start), ("rejected", rejected)]
    }
}

/// What is in a file. Posts `text`, `file_name`, the chosen `line`s, `seen_{line}` and `go` (`draft` or `send`) to `/medical/import`.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_import_check.html")]
pub struct MedicalImportCheckPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Its name in the sender's folder.
    pub file_name: String,
    /// 「医見書のCSV」, 「電子カルテなどのJSON」.
    pub kind: String,
    /// The file, so that it comes back with the choice; the server keeps nothing.
    pub text: String,
    /// Its lines.
    pub lines: Vec<ImportLine>,
    /// What is wrong with the choice.
    pub choice_error: Option<String>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Its line, from 1.
    pub line: u64,
    /// Whose opinion it is, as the file says; empty when it could not be read.
    pub name: String,
    /// The request it belongs to, in words; empty when there is none.
    pub request: String,
    /// Address of the request.
    pub href: Option<String>,
    /// What keeps it from being sent, each a sentence.
    pub errors: Vec<String>,
    /// What to look at before sending.
    pub cautions: Vec<String>,
    /// The revision of the draft that a draft from this line takes the place of; 0: none.
    pub seen: i64,
    /// Whether it can be sent.
    pub sendable: bool,
    /// Whether it can become a draft.
    pub savable: bool,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl MedicalImportCheckPage {
    /// The errors in their order on the page.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = |message: &String| FieldError {
            target: "lines",
            message: message.clone(),
        };
        self.choice_error.iter().map(error).collect()
    }

    /// How many lines can be taken in at all.
    pub fn takable(&self) -> usize {
        self.lines.iter().filter(|it| it.savable).count()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let good = ImportLine {
            line: 1,
            name: "架空 太郎".into(),
            request: "架空市　依頼番号 R-0001（申請日 令和8年6月2日、提出期限 令和8年6月19日）"
                .into(),
            href: Some("/medical/opinions/999010/0193b3f0-0000-7000-8000-000000000000".into()),
            errors: vec![],
            cautions: vec!["記入日：この様式は、令和3年3月31日までのものです。".into()],
            seen: 0,
            sendable: true,
            savable: true,
            chosen: true,
        };
        let faulty = ImportLine {
            line: 2,
            name: "見本 ハナ".into(),
            errors: vec!["短期記憶を選択してください。".into()],
            cautions: vec![],
            seen: 3,
            sendable: false,
            chosen: false,
            ..good.clone()
        };
        let strange = ImportLine {
            line: 3,
            name: "例示 次郎".into(),
            request: String::new(),
            href: None,
            errors: vec![
                "この方の意見書作成依頼が見つかりません。番号と依頼を確認してください。".into(),
            ],
            seen: 0,
            savable: false,
            ..faulty.clone()
        };
        let unreadable = ImportLine {
            line: 4,
            name: String::new(),
            errors: vec!["障害支援区分の医師意見書のデータです。介護保険の主治医意見書のデータを選んでください。".into()],
            ..strange.clone()
        };
        let page = Self {
            frame: medical_frame(),
            file_name: "1319900013_2026062001.csv".into(),
            kind: "医見書のCSV".into(),
            text: "IjEuMiI=".into(),
            lines: vec![good, faulty, strange.clone(), unreadable.clone()],
            choice_error: None,
        };
        let rejected = Self {
            choice_error: Some("取り込む行を選択してください".into()),
            ..page.clone()
        };
        let nothing = Self {
            lines: vec![strange, unreadable],
            ..page.clone()
        };
        vec![
            ("lines", page),
            ("rejected", rejected),
            ("nothing", nothing),
        ]
    }
}

/// What became of a file.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_import_done.html")]
pub struct MedicalImportDonePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// 「送信しました」, 「下書きにしました」; the heading.
    pub title: String,
    /// How many of how many.
    pub summary: String,
    /// The chosen lines.
    pub lines: Vec<ImportOutcome>,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Its line.
    pub line: u64,
    /// Whose opinion it is.
    pub name: String,
    /// Whether it was taken in.
    pub taken: bool,
    /// What happened, each a sentence.
    pub words: Vec<String>,
    /// Where to go on.
    pub link: Option<Link>,
}

impl MedicalImportDonePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let sent = Self {
            frame: medical_frame(),
            title: "送信の結果".into(),
            summary: "2件のうち1件を市町村へ送信しました。".into(),
            lines: vec![
                ImportOutcome {
                    line: 1,
                    name: "架空 太郎".into(),
                    taken: true,
                    words: vec!["受付番号 999010-00000002で送信しました。".into()],
                    link: Some(Link::new(
                        "/medical/receipts/999010-00000002",
                        "送信した意見書を開く",
                    )),
                },
                ImportOutcome {
                    line: 2,
                    name: "見本 ハナ".into(),
                    taken: false,
                    words: vec!["短期記憶を選択してください。".into()],
                    link: None,
                },
            ],
        };
        let saved = Self {
            title: "下書きの結果".into(),
            summary: "1件を下書きにしました。".into(),
            lines: vec![ImportOutcome {
                words: vec!["下書きにしました。".into()],
                link: Some(Link::new(
                    "/medical/opinions/999010/0193b3f0-0000-7000-8000-000000000000/edit",
                    "下書きを開く",
                )),
                ..sent.lines[0].clone()
            }],
            ..sent.clone()
        };
        vec![("sent", sent), ("saved", saved)]
    }
}
