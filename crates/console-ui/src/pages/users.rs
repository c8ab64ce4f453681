//! ユーザ管理 (O06): finding people, stopping them, letting in whoever is locked out.

use super::sample_frame;
use crate::{
    Chip, ChipColor, ConsoleFrame, FieldError, Link, Notice, NoticeKind, OpenInvitationLine,
    TextField,
};
use askama::Template;

/// People who sign in at the portal.
#[derive(Debug, Clone, Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// What is searched for.
    pub q: TextField,
    /// Those for whom a way in waits for a second person.
    pub waiting: Vec<PersonLine>,
    /// Invitations to any body that nobody has used.
    pub invitations: Vec<OpenInvitationLine>,
    /// Those who were found; `None` when nothing was searched for.
    pub found: Option<Vec<PersonLine>>,
    /// Whether there may be more of them.
    pub more: bool,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// Their page, reading their name.
    pub link: Link,
    /// ユーザID as people read it.
    pub login: String,
    /// Mail address.
    pub mail: String,
    /// Of what they are a member.
    pub bodies: String,
    /// How they stand.
    pub chip: Chip,
    /// When they last signed in; may be empty.
    pub seen: String,
}

fn line() -> PersonLine {
    PersonLine {
        link: Link::new("/ops/users/7K3F9QW1", "見本 担当"),
        login: "7K3F-9QW1".into(),
        mail: "tantou@hikari.example".into(),
        bodies: "事業所 1379900010（管理者）".into(),
        chip: Chip::new("利用中", ChipColor::Green),
        seen: String::new(),
    }
}

impl UsersPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let begun = Self {
            frame: sample_frame("/ops/users"),
            notice: Some(Notice::new(NoticeKind::Success, "停止しました", "")),
            q: TextField::default(),
            waiting: vec![line()],
            invitations: vec![OpenInvitationLine::sample()],
            found: None,
            more: false,
        };
        let found = Self {
            notice: None,
            q: TextField::of("1379900010"),
            waiting: Vec::new(),
            invitations: Vec::new(),
            found: Some(vec![line()]),
            more: true,
            ..begun.clone()
        };
        let nobody = Self {
            found: Some(Vec::new()),
            more: false,
            ..found.clone()
        };
        vec![("begun", begun), ("found", found), ("nobody", nobody)]
    }
}

/// One of them; its forms post `go` to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Address of the forms.
    pub action: String,
    /// Name.
    pub name: String,
    /// What is known: term and text.
    pub facts: Vec<(String, String)>,
    /// How they stand.
    pub chip: Chip,
    /// Whether it is the operator who looks.
    pub own: bool,
    /// Whether the account is stopped.
    pub stopped: bool,
    /// Who asked for a way in, when and why; `None` when nobody has.
    pub unlock: Option<Vec<(String, String)>>,
    /// Whether the one who looks may decide on it.
    pub may_decide: bool,
    /// Why a way in is asked for.
    pub reason: TextField,
}

impl UserPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let error = |message: &String| FieldError {
            target: "reason",
            message: message.clone(),
        };
        self.reason.error.iter().map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let active = Self {
            frame: sample_frame("/ops/users").below("/ops/users", "ユーザ管理"),
            notice: None,
            action: "/ops/users/7K3F9QW1".into(),
            name: "見本 担当".into(),
            facts: vec![("ユーザID".into(), "7K3F-9QW1".into())],
            chip: Chip::new("利用中", ChipColor::Green),
            own: false,
            stopped: false,
            unlock: None,
            may_decide: false,
            reason: TextField::default().with_error("理由を入力してください"),
        };
        let waiting = Self {
            unlock: Some(vec![("依頼した人".into(), "運営 一".into())]),
            may_decide: true,
            reason: TextField::default(),
            ..active.clone()
        };
        let stopped = Self {
            stopped: true,
            chip: Chip::new("停止", ChipColor::Red),
            may_decide: false,
            ..waiting.clone()
        };
        let own = Self {
            own: true,
            unlock: None,
            reason: TextField::default(),
            ..active.clone()
        };
        vec![
            ("active", active),
            ("waiting", waiting),
            ("stopped", stopped),
            ("own", own),
        ]
    }
}
