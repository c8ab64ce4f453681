//! 閲覧履歴 (C11), of one person or of the whole office.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Choice, ChoiceField, CursorPager, FieldError, Frame, MenuItem, PageNumber, PersonHead,
    TextField, sample,
};

/// 閲覧履歴: who of the office saw what and when; filtered by GET `person`, `user`, `from`, `to`, `before`, `size`.
#[derive(Debug, Clone, Template)]
#[template(path = "access_log.html")]
pub struct AccessLogPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The person, on their tab; absent on the office's page `/care/access-log`.
    pub person: Option<PersonHead>,
    /// Whose looks are shown.
    pub scope: LogScope,
    /// Name, kana or number of a person; field `person` of the office's page.
    pub named: TextField,
    /// The member; field `user`, for those who see everybody's looks.
    pub user: Option<ChoiceField>,
    /// First day, free text; field `from`.
    pub from: TextField,
    /// Last day, free text; field `to`.
    pub to: TextField,
    /// Whether any condition is in force.
    pub narrowed: bool,
    /// Rows, newest first.
    pub rows: Vec<AccessRow>,
    /// Where one stands.
    pub pager: CursorPager,
    /// The same list as a file, for those who may have it.
    pub csv: Option<String>,
}

/// Whose looks a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogScope {
    /// Of everybody in the office.
    Office,
    /// Of the reader alone.
    Own,
}

impl LogScope {
    /// What the list is, in words.
    pub fn lead(self) -> &'static str {
        match self {
            Self::Office => "この事業所の職員と介護ソフトが、利用者の情報を見た記録です。",
            Self::Own => {
                "あなたが利用者の情報を見た記録です。事業所全体の記録は、管理者が見られます。"
            }
        }
    }
}

/// One look or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// ISO instant for the machine-readable attribute.
    pub iso: String,
    /// 「令和8年6月24日」.
    pub day: String,
    /// 「10:15」.
    pub time: String,
    /// Name of the member, or 「介護ソフト」.
    pub user: String,
    /// The member's ユーザID; empty for software.
    pub login: String,
    /// The person; absent where the look was at a list.
    pub person: Option<LookedPerson>,
    /// What was done: 「資格・証情報を見た」.
    pub what: String,
    /// Why nothing was shown; empty when it was.
    pub refused: String,
    /// On which ground: 「担当登録（居宅介護支援）」.
    pub why: String,
    /// Name of the terminal or system.
    pub terminal: String,
}

/// The person of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedPerson {
    /// Name, or 「担当していない方」.
    pub label: String,
    /// The person's log, while the office serves the person.
    pub href: Option<String>,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
}

impl AccessLogPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("person", &self.named.error),
            ("from", &self.from.error),
            ("to", &self.to.error),
        ])
    }

    /// Address of this list, where the filter is sent.
    pub fn path(&self) -> String {
        let person = self
            .person
            .as_ref()
            .map_or("/care".into(), PersonHead::path);
        format!("{person}/access-log")
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |minute: u8, what: &str| AccessRow {
            iso: format!("2026-06-24T10:{minute:02}:00+09:00"),
            day: "令和8年6月24日".into(),
            time: format!("10:{minute:02}"),
            user: "佐藤 花子".into(),
            login: "sato-hanako".into(),
            person: Some(LookedPerson {
                label: "架空 太郎".into(),
                href: Some("/care/persons/999010/0000012345/access-log".into()),
                masked_no: "＊＊＊＊＊＊＊345".into(),
            }),
            what: what.into(),
            refused: String::new(),
            why: "担当登録（居宅介護支援）：ケアプランの作成・見直し".into(),
            terminal: "office-pc-1".into(),
        };
        let software = AccessRow {
            user: "介護ソフト".into(),
            login: String::new(),
            person: None,
            why: "自事業所の業務".into(),
            ..row(11, "利用者の一覧を見た")
        };
        let refused = AccessRow {
            person: Some(LookedPerson {
                label: "担当していない方".into(),
                href: None,
                masked_no: "＊＊＊＊＊＊＊999".into(),
            }),
            refused: "担当登録がないため表示していません".into(),
            why: "記録なし".into(),
            ..row(9, "利用者の概要を見ようとした")
        };
        let office = Self {
            frame: sample::frame(MenuItem::AccessLog),
            person: None,
            scope: LogScope::Office,
            named: TextField::default(),
            user: Some(ChoiceField::of(vec![
                Choice::new("", "すべての人", "").chosen(),
                Choice::new("sato-hanako", "佐藤 花子（sato-hanako）", ""),
            ])),
            from: TextField::of("令和8年6月1日"),
            to: TextField::default(),
            narrowed: true,
            rows: vec![
                row(15, "証の情報を印刷した"),
                row(14, "資格・証情報を見た"),
                software,
                refused,
            ],
            pager: pager(),
            csv: Some("/care/access-log.csv?from=2026-06-01".into()),
        };
        let own = Self {
            scope: LogScope::Own,
            user: None,
            csv: None,
            ..office.clone()
        };
        let person = Self {
            frame: sample::frame(MenuItem::Persons),
            person: Some(PersonHead::sample()),
            rows: vec![row(15, "証の情報を印刷した"), row(14, "資格・証情報を見た")],
            ..office.clone()
        };
        let empty = Self {
            rows: vec![],
            from: TextField::default(),
            narrowed: false,
            ..person.clone()
        };
        let no_hit = Self {
            rows: vec![],
            ..office.clone()
        };
        let from = TextField::of("6月の初め")
            .with_error("開始日は、実在する日付を入力してください（例：令和8年6月1日）");
        let wrong = Self {
            from,
            ..no_hit.clone()
        };
        vec![
            ("office", office),
            ("own", own),
            ("person", person),
            ("empty", empty),
            ("no_hit", no_hit),
            ("rejected", wrong),
        ]
    }
}

fn pager() -> CursorPager {
    let number = |label: &str, href: Option<&str>| PageNumber {
        label: label.into(),
        href: href.map(Into::into),
    };
    CursorPager {
        summary: "4件を表示".into(),
        newest: Some("/care/access-log".into()),
        older: Some("/care/access-log?before=019".into()),
        sizes: vec![
            number("20", None),
            number("50", Some("/care/access-log?size=50")),
            number("100", Some("/care/access-log?size=100")),
        ],
    }
}
