//! 利用者一覧 (C02).

use askama::Template;

use crate::{
    Chip, Choice, ChoiceField, DateText, Frame, Link, MenuItem, PageNumber, Pager, sample,
};

/// 利用者一覧: the office's own persons; filtered by GET `q`, `level`, `expiry`, `size`, `page` on `/care/persons`.
#[derive(Debug, Clone, Template)]
#[template(path = "persons.html")]
pub struct PersonListPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Name or kana as typed; field `q`.
    pub query: String,
    /// 要介護度; field `level`; the first choice is 「すべて」 with an empty value.
    pub level: ChoiceField,
    /// Expiry within; field `expiry`; the first choice is 「指定しない」 with an empty value.
    pub expiry: ChoiceField,
    /// Conditions in force; the address is the same list without that condition.
    pub conditions: Vec<Link>,
    /// The rows of this page.
    pub rows: Vec<PersonRow>,
    /// Where one stands.
    pub pager: Pager,
    /// The same list as a file.
    pub csv: String,
}

/// A person in a list: never more than these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Address of the person's page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
    /// Municipality.
    pub insurer: String,
    /// 要介護度; the colour warns of expiry or an application under way.
    pub care_level: Chip,
    /// Last day of the certification.
    pub valid_to: Option<DateText>,
    /// Service the office gives.
    pub service: String,
    /// That another office manages the person's care on the same day.
    pub double: Option<Chip>,
}

impl PersonListPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let number = |label: &str, href: Option<&str>| PageNumber {
            label: label.into(),
            href: href.map(Into::into),
        };
        let sizes = || {
            vec![
                number("20", None),
                number("50", Some("/care/persons?size=50")),
                number("100", Some("/care/persons?size=100")),
            ]
        };
        let levels = |chosen: &str| {
            let all = [
                ("", "すべて"),
                ("12", "要支援1"),
                ("13", "要支援2"),
                ("21", "要介護1"),
                ("22", "要介護2"),
                ("23", "要介護3"),
            ];
            ChoiceField::of(
                all.map(|(value, label)| Choice {
                    chosen: value == chosen,
                    ..Choice::new(value, label, "")
                })
                .to_vec(),
            )
        };
        let expiry = ChoiceField::of(vec![
            Choice::new("", "指定しない", "").chosen(),
            Choice::new("30", "30日以内", ""),
            Choice::new("60", "60日以内", ""),
            Choice::new("expired", "期限が過ぎた人", ""),
        ]);
        let full = Self {
            frame: sample::frame(MenuItem::Persons),
            query: String::new(),
            level: levels(""),
            expiry,
            conditions: vec![],
            rows: sample::person_rows(20),
            pager: Pager {
                summary: "全38件中 1〜20件".into(),
                previous: None,
                pages: vec![number("1", None), number("2", Some("/care/persons?page=2"))],
                next: Some("/care/persons?page=2".into()),
                sizes: sizes(),
            },
            csv: "/care/persons.csv".into(),
        };
        let one_page = |summary: &str| Pager {
            summary: summary.into(),
            previous: None,
            pages: vec![number("1", None)],
            next: None,
            sizes: sizes(),
        };
        let no_hit = Self {
            query: "ヤマモト".into(),
            level: levels("23"),
            conditions: vec![
                Link::new("/care/persons?level=23", "氏名：ヤマモト"),
                Link::new(
                    "/care/persons?q=%E3%83%A4%E3%83%9E%E3%83%A2%E3%83%88",
                    "要介護3",
                ),
            ],
            rows: vec![],
            pager: one_page("全0件"),
            ..full.clone()
        };
        let empty = Self {
            rows: vec![],
            pager: one_page("全0件"),
            ..full.clone()
        };
        let hundred = Self {
            rows: sample::person_rows(100),
            ..full.clone()
        };
        vec![
            ("full", full),
            ("no_hit", no_hit),
            ("empty", empty),
            ("hundred", hundred),
        ]
    }
}
