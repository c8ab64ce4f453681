//! 利用者管理 (I12) of an insurer or a prefecture.

use super::{errors_of, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, FieldError, Notice, OpenInvitationLine, PortalFrame,
    TextField,
};
use askama::Template;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyUserLine {
    /// What forms name it by.
    pub id: String,
    /// ユーザID.
    pub login: String,
    /// The name.
    pub name: String,
    /// What they may do: 「管理者」.
    pub roles: String,
    /// Whether the membership holds.
    pub state: Chip,
    /// When they last came in; a dash before the first time.
    pub last: String,
    /// What an administrator can do with it: the form's word and the button's words.
    pub acts: Vec<(String, String)>,
}

/// The members; its forms post `go` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "body_users.html")]
pub struct BodyUsersPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its own address.
    pub action: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// What the body is called.
    pub organisation: String,
    /// The longest standing first.
    pub users: Vec<BodyUserLine>,
    /// Invitations that nobody has used yet; shown to those who may invite.
    pub invitations: Vec<OpenInvitationLine>,
    /// Whether one may invite.
    pub administrator: bool,
    /// Who is invited.
    pub name: TextField,
    /// Where the invitation goes.
    pub mail: TextField,
    /// As what.
    pub role: ChoiceField,
}

impl BodyUsersPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("name", &self.name.error),
            ("mail", &self.mail.error),
            ("role", &self.role.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |login: &str, acts: Vec<(String, String)>| BodyUserLine {
            id: format!("00000000-0000-0000-0000-00000000000{}", acts.len()),
            login: login.into(),
            name: "見本 担当".into(),
            roles: "管理者".into(),
            state: Chip::new("有効", ChipColor::Green),
            last: "—".into(),
            acts,
        };
        let act = |word: &str, label: &str| (word.to_owned(), label.to_owned());
        let full = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/users"),
            action: "/insurer/users".into(),
            notice: None,
            organisation: "見本市".into(),
            users: vec![
                line("7K3F-9QW1", Vec::new()),
                line(
                    "7K3F-9QW2",
                    vec![act("member", "担当者にする"), act("end", "停止する")],
                ),
            ],
            invitations: vec![OpenInvitationLine::sample()],
            administrator: true,
            name: TextField::default(),
            mail: TextField::default(),
            role: ChoiceField::of(vec![
                Choice::new("member", "担当者", ""),
                Choice::new("administrator", "管理者", ""),
            ]),
        };
        let refused = Self {
            invitations: Vec::new(),
            name: TextField::default().with_error("氏名を入力してください"),
            mail: TextField::of("x").with_error("メールアドレスを確かめてください"),
            role: full.role.clone().with_error("役割を選択してください"),
            ..full.clone()
        };
        let member = Self {
            administrator: false,
            ..full.clone()
        };
        vec![("full", full), ("refused", refused), ("member", member)]
    }
}
