//! 閲覧記録 (C11), of one person or of the whole office.

use askama::Template;

use crate::form::errors_of;
use crate::{FieldError, Frame, Link, MenuItem, PageNumber, Pager, PersonHead, TextField, sample};

/// 閲覧記録: who of the office saw what and when; filtered by GET `from`, `to`, `user`, `size`, `page`.
#[derive(Debug, Clone, Template)]
#[template(path = "access_log.html")]
pub struct AccessLogPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The person, on their tab; absent on the office's page `/care/access-log`.
    pub person: Option<PersonHead>,
    /// First day, free text; field `from`.
    pub from: TextField,
    /// Last day, free text; field `to`.
    pub to: TextField,
    /// Name or ID of the member; field `user`.
    pub user: TextField,
    /// Rows, newest first.
    pub rows: Vec<AccessRow>,
    /// Where one stands.
    pub pager: Pager,
    /// The same list as a file.
    pub csv: String,
}

/// One viewing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// ISO instant for the machine-readable attribute.
    pub iso: String,
    /// 「令和8年6月24日 10:15」.
    pub at: String,
    /// Name of the member.
    pub user: String,
    /// Role at that time.
    pub role: String,
    /// The person; absent where the viewing was of a list.
    pub person: Option<Link>,
    /// What was seen: 「資格・証情報」.
    pub what: String,
    /// Purpose or act: 「閲覧」「印刷」「本人確認」.
    pub act: String,
    /// Name of the terminal.
    pub terminal: String,
}

impl AccessLogPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("from", &self.from.error), ("to", &self.to.error)])
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
        let row = |minute: u8, what: &str, act: &str| AccessRow {
            iso: format!("2026-06-24T10:{minute:02}:00+09:00"),
            at: format!("令和8年6月24日 10:{minute:02}"),
            user: "佐藤 花子".into(),
            role: "介護支援専門員".into(),
            person: Some(sample::person_link(0)),
            what: what.into(),
            act: act.into(),
            terminal: "事務室のPC 1".into(),
        };
        let number = |label: &str, href: Option<&str>| PageNumber {
            label: label.into(),
            href: href.map(Into::into),
        };
        let pager = Pager {
            summary: "全3件中 1〜3件".into(),
            previous: None,
            pages: vec![number("1", None)],
            next: None,
            sizes: vec![
                number("20", None),
                number("50", Some("/care/access-log?size=50")),
                number("100", Some("/care/access-log?size=100")),
            ],
        };
        let office = Self {
            frame: sample::frame(MenuItem::AccessLog),
            person: None,
            from: TextField::of("令和8年6月1日"),
            to: TextField::default(),
            user: TextField::default(),
            rows: vec![
                row(15, "資格・証情報", "印刷"),
                row(14, "資格・証情報", "閲覧"),
                row(12, "概要", "閲覧"),
            ],
            pager,
            csv: "/care/access-log.csv?from=2026-06-01".into(),
        };
        let person = Self {
            frame: sample::frame(MenuItem::Persons),
            person: Some(PersonHead::sample()),
            ..office.clone()
        };
        let empty = Self {
            rows: vec![],
            ..person.clone()
        };
        let from = TextField::of("6月の初め")
            .with_error("開始日は、実在する日付を入力してください（例：令和8年6月1日）");
        let wrong = Self {
            from,
            rows: vec![],
            ..office.clone()
        };
        vec![
            ("office", office),
            ("person", person),
            ("empty", empty),
            ("rejected", wrong),
        ]
    }
}
