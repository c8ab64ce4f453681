//! 保険者・都道府県のユーザID (O06).

use super::{errors_of, sample_frame};
use crate::{
    Chip, ChipColor, ConsoleFrame, FieldError, Link, Notice, OpenInvitationLine, TextField,
};
use askama::Template;

/// A body with accounts.
#[derive(Debug, Clone)]
pub struct BodyLine {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// How many accounts it holds.
    pub holders: String,
    /// How many have come in, and when one last did.
    pub came_in: String,
}

/// An account whose holder has not come in yet.
#[derive(Debug, Clone)]
pub struct WaitingLine {
    /// The body's page, reading its name.
    pub body: Link,
    /// ユーザID.
    pub login: String,
    /// Whose it is.
    pub name: String,
    /// Where the letter went.
    pub mail: String,
    /// Who issued it.
    pub by: String,
    /// Until when the first secret counts.
    pub until: String,
}

/// Insurers and prefectures with accounts, and the form that issues one; posts to `/ops/insurers`.
#[derive(Debug, Clone, Template)]
#[template(path = "insurers.html")]
pub struct InsurersPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Insurers.
    pub insurers: Vec<BodyLine>,
    /// Prefectures.
    pub prefectures: Vec<BodyLine>,
    /// Accounts whose holders have not come in yet.
    pub waiting: Vec<WaitingLine>,
    /// Invitations to insurers and prefectures that nobody has used.
    pub invitations: Vec<OpenInvitationLine>,
    /// Insurer number, six digits, or a prefecture's two.
    pub number: TextField,
    /// The person in charge.
    pub name: TextField,
    /// Where the letter goes.
    pub mail: TextField,
    /// The telephone.
    pub phone: TextField,
}

/// An account.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// What forms name it by.
    pub id: String,
    /// ユーザID.
    pub login: String,
    /// Whose it is.
    pub name: String,
    /// Where letters go.
    pub mail: String,
    /// What they may do.
    pub roles: String,
    /// Whether it counts.
    pub state: Chip,
    /// When its holder last came in; a dash before the first time.
    pub last: String,
    /// Whether it is stopped.
    pub stopped: bool,
}

/// The accounts of one body; its forms post `go` and `user` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "insurer.html")]
pub struct InsurerPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Its own address.
    pub action: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: String,
    /// The municipalities it insures.
    pub municipalities: Vec<String>,
    /// Its accounts, the longest standing first.
    pub accounts: Vec<AccountLine>,
}

impl InsurersPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("number", &self.number.error),
            ("name", &self.name.error),
            ("mail", &self.mail.error),
            ("phone", &self.phone.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |number: &str, name: &str| BodyLine {
            href: format!("/ops/insurers/{number}"),
            number: number.into(),
            name: name.into(),
            holders: "2".into(),
            came_in: "1（最後 令和8年11月20日）".into(),
        };
        let full = Self {
            frame: sample_frame("/ops/insurers"),
            notice: None,
            insurers: vec![line("131128", "見本区")],
            prefectures: vec![line("15", "新潟県")],
            waiting: vec![WaitingLine {
                body: Link::new("/ops/insurers/131128", "見本区"),
                login: "7K3F-9QW1".into(),
                name: "見本 担当".into(),
                mail: "kaigo@mihon.example".into(),
                by: "見本 運営".into(),
                until: "令和8年12月4日".into(),
            }],
            invitations: vec![OpenInvitationLine::sample()],
            number: TextField::default(),
            name: TextField::default(),
            mail: TextField::default(),
            phone: TextField::default(),
        };
        let refused = Self {
            insurers: Vec::new(),
            prefectures: Vec::new(),
            waiting: Vec::new(),
            invitations: Vec::new(),
            number: TextField::of("131127").with_error("保険者番号が正しくありません"),
            name: TextField::default().with_error("担当者の氏名を入力してください"),
            mail: TextField::of("x").with_error("メールアドレスを確かめてください"),
            phone: TextField::of("1").with_error("電話番号を確かめてください"),
            ..full.clone()
        };
        vec![("full", full), ("refused", refused)]
    }
}

impl InsurerPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |stopped: bool| AccountLine {
            id: "00000000-0000-0000-0000-000000000007".into(),
            login: if stopped { "7K3F-9QW2" } else { "7K3F-9QW1" }.into(),
            name: "見本 担当".into(),
            mail: "kaigo@mihon.example".into(),
            roles: "管理者".into(),
            state: Chip::new(
                if stopped { "停止" } else { "有効" },
                if stopped {
                    ChipColor::Gray
                } else {
                    ChipColor::Green
                },
            ),
            last: "—".into(),
            stopped,
        };
        let page = Self {
            frame: sample_frame("/ops/insurers").below("/ops/insurers", "保険者のユーザID"),
            action: "/ops/insurers/131128".into(),
            notice: None,
            name: "見本区".into(),
            number: "131128".into(),
            municipalities: vec!["見本区".into()],
            accounts: vec![line(false), line(true)],
        };
        vec![("two", page)]
    }
}
