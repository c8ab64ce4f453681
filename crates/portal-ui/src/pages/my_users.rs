//! 担当者の管理 (M03).

use super::{errors_of, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, FieldError, Notice, NoticeKind, OpenInvitationLine,
    PortalFrame, TextField,
};
use askama::Template;

/// The people of an office; the form posts to `/mypage/users`.
#[derive(Debug, Clone, Template)]
#[template(path = "my_users.html")]
pub struct MyUsersPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The people, the longest standing first.
    pub rows: Vec<UserLine>,
    /// Invitations that nobody has used yet; shown to those who may invite.
    pub invitations: Vec<OpenInvitationLine>,
    /// Whether the reader may invite and change.
    pub administrator: bool,
    /// Name of somebody to invite.
    pub name: TextField,
    /// Where the invitation goes.
    pub mail: TextField,
    /// What they may do.
    pub role: ChoiceField,
}

/// Somebody who uses the portal for the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    /// Address of the page about them; empty for oneself.
    pub href: String,
    /// Name.
    pub name: String,
    /// ユーザID as people read it.
    pub login: String,
    /// Mail address.
    pub mail: String,
    /// What they may do.
    pub role: String,
    /// How they stand.
    pub chip: Chip,
    /// When they last signed in.
    pub seen: String,
    /// Whether it is the reader.
    pub own: bool,
}

fn frame() -> PortalFrame {
    sample_frame()
        .with_member(sample_member())
        .at("/mypage/users")
        .below("/mypage", "マイページ")
}

fn line(own: bool) -> UserLine {
    UserLine {
        href: if own {
            String::new()
        } else {
            "/mypage/users/7K3F9QW1".into()
        },
        name: "見本 担当".into(),
        login: "7K3F-9QW1".into(),
        mail: "tantou@hikari.example".into(),
        role: "管理者".into(),
        chip: Chip::new("利用中", ChipColor::Green),
        seen: "令和8年11月1日 10時05分".into(),
        own,
    }
}

impl MyUsersPage {
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
        let listed = Self {
            frame: frame(),
            notice: Some(Notice::new(NoticeKind::Success, "招待しました", "")),
            rows: vec![line(true), line(false)],
            invitations: vec![OpenInvitationLine::sample()],
            administrator: true,
            name: TextField::default(),
            mail: TextField::default(),
            role: ChoiceField::of(vec![
                Choice::new("administrator", "管理者", "担当者の管理もできます。"),
                Choice::new("member", "担当者", ""),
            ]),
        };
        let refused = Self {
            invitations: Vec::new(),
            notice: None,
            mail: TextField::of("tantou").with_error("メールアドレスを確かめてください"),
            role: listed.role.clone().with_error("役割を選択してください"),
            ..listed.clone()
        };
        let member = Self {
            administrator: false,
            notice: None,
            ..listed.clone()
        };
        vec![("listed", listed), ("refused", refused), ("member", member)]
    }
}

/// One of them; its forms lead to a page that asks once more.
#[derive(Debug, Clone, Template)]
#[template(path = "my_user.html")]
pub struct MyUserPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What went wrong before.
    pub notice: Option<Notice>,
    /// Who.
    pub user: UserLine,
    /// Whether the membership holds; an ended one can begin again.
    pub holds: bool,
    /// What they may do.
    pub role: ChoiceField,
}

impl MyUserPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let holds = Self {
            frame: frame().below("/mypage/users", "担当者の管理"),
            notice: None,
            user: line(false),
            holds: true,
            role: ChoiceField::of(vec![
                Choice::new("administrator", "管理者", "").chosen(),
                Choice::new("member", "担当者", ""),
            ]),
        };
        let ended = Self {
            holds: false,
            notice: Some(Notice::new(
                NoticeKind::Error,
                "管理者がいなくなるため、変更できません",
                "",
            )),
            ..holds.clone()
        };
        vec![("holds", holds), ("ended", ended)]
    }
}
