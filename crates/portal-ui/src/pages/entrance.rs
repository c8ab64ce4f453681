//! ログイン and what belongs to it (P20): password, second factor, what has to be set first, links that came by mail.

use super::{errors_of, sample_frame};
use crate::{FieldError, Link, Notice, NoticeKind, PortalFrame, TextField};
use askama::Template;

/// Sign-in; posts `user`, `password`, `next` to `/login`.
#[derive(Debug, Clone, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Where to go afterwards; may be empty.
    pub next: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// ID or address as typed.
    pub user: TextField,
    /// Only its error is used.
    pub password: TextField,
    /// Whether passkeys work at this address.
    pub passkeys: bool,
}

/// The six digits, or a recovery code; posts `code`, `next` to `/login/2fa`.
#[derive(Debug, Clone, Template)]
#[template(path = "factor.html")]
pub struct FactorPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Where to go afterwards.
    pub next: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// What was typed is not shown again.
    pub code: TextField,
    /// Whether the account has an authenticator application.
    pub application: bool,
    /// Whether it has a passkey that works here.
    pub passkey: bool,
}

/// What has to be set before anything else; posts to `/login/setup`.
#[derive(Debug, Clone, Template)]
#[template(path = "set_up.html")]
pub struct SetUpPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Where to go afterwards.
    pub next: String,
    /// ユーザID as people read it.
    pub login: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// Where one stands.
    pub stage: SetUpStage,
}

/// A stage of setting what is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetUpStage {
    /// A password of one's own.
    Password {
        /// Only its error is used.
        password: TextField,
        /// Only its error is used.
        again: TextField,
    },
    /// The second factor.
    Factor {
        /// Modules of the QR code a side, with its quiet zone.
        size: usize,
        /// Path of its dark modules.
        path: String,
        /// The secret in groups, for typing.
        secret: String,
        /// The code; what was typed is not shown again.
        code: TextField,
        /// Whether a passkey may be used instead.
        passkey: bool,
    },
    /// Everything is set; the recovery codes, shown once.
    Done {
        /// The recovery codes.
        codes: Vec<String>,
    },
}

/// Asks the browser for a passkey by script and posts its answer to `action` as `answer`.
#[derive(Debug, Clone, Template)]
#[template(path = "passkey.html")]
pub struct PasskeyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// The first heading.
    pub title: String,
    /// What went wrong before; the browser is not asked by itself then.
    pub notice: Option<Notice>,
    /// Where the answer goes.
    pub action: String,
    /// What is sent along, by name.
    pub fields: Vec<(&'static str, String)>,
    /// Names the challenge.
    pub challenge: String,
    /// What the browser is asked, as JSON.
    pub options: String,
    /// Whether a new passkey is made.
    pub create: bool,
    /// Words of the button.
    pub button: &'static str,
    /// The way without a passkey.
    pub back: Link,
}

/// Asking for a link to set another password; posts `user` to `/password`.
#[derive(Debug, Clone, Template)]
#[template(path = "password_ask.html")]
pub struct PasswordAskPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// ID or address as typed.
    pub user: TextField,
    /// Whether the letter is on its way, to whomever.
    pub sent: bool,
}

/// Where a mailed link leads: what the button will do. Opening it does nothing.
#[derive(Debug, Clone, Template)]
#[template(path = "link.html")]
pub struct LinkPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// The first heading.
    pub title: String,
    /// What happened before.
    pub notice: Option<Notice>,
    /// What it is about.
    pub lead: String,
    /// Terms and texts.
    pub facts: Vec<(&'static str, String)>,
    /// Where the form goes.
    pub action: String,
    /// Values of `go` with their words; the first is the main one.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// Another way.
    pub other: Option<Link>,
}

impl LoginPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("user", &self.user.error),
            ("password", &self.password.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            next: String::new(),
            notice: None,
            user: TextField::default(),
            password: TextField::default(),
            passkeys: true,
        };
        let refused = Self {
            notice: Some(Notice::new(
                NoticeKind::Error,
                "ユーザIDまたはパスワードが正しくありません",
                "入力した内容を確かめて、もう一度入力してください。",
            )),
            user: TextField::of("7K3F-9QW1"),
            ..fresh.clone()
        };
        let incomplete = Self {
            user: TextField::default().with_error("ユーザIDまたはメールアドレスを入力してください"),
            password: TextField::default().with_error("パスワードを入力してください"),
            passkeys: false,
            ..fresh.clone()
        };
        vec![
            ("fresh", fresh),
            ("refused", refused),
            ("incomplete", incomplete),
        ]
    }
}

impl FactorPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("code", &self.code.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let both = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            next: String::new(),
            notice: None,
            code: TextField::default(),
            application: true,
            passkey: true,
        };
        let refused = Self {
            code: TextField::default().with_error(
                "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください",
            ),
            passkey: false,
            ..both.clone()
        };
        let recovery = Self {
            application: false,
            ..both.clone()
        };
        vec![("both", both), ("refused", refused), ("recovery", recovery)]
    }
}

impl SetUpPage {
    /// The first heading.
    pub fn title(&self) -> &'static str {
        match self.stage {
            SetUpStage::Password { .. } => "パスワードの設定",
            SetUpStage::Factor { .. } => "2段階目の確認の設定",
            SetUpStage::Done { .. } => "設定の完了",
        }
    }

    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        match &self.stage {
            SetUpStage::Password { password, again } => {
                errors_of([("password", &password.error), ("again", &again.error)])
            }
            SetUpStage::Factor { code, .. } => errors_of([("code", &code.error)]),
            SetUpStage::Done { .. } => Vec::new(),
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |stage| Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            next: "/mypage".into(),
            login: "7K3F-9QW1".into(),
            notice: None,
            stage,
        };
        let password = SetUpStage::Password {
            password: TextField::default(),
            again: TextField::default(),
        };
        let refused = SetUpStage::Password {
            password: TextField::default().with_error("パスワードは12文字以上で入力してください"),
            again: TextField::default().with_error("パスワードが一致していません"),
        };
        let factor = SetUpStage::Factor {
            size: 12,
            path: "M4 4h1v1h-1zM6 4h2v1h-2z".into(),
            secret: "JBSW Y3DP EHPK 3PXP".into(),
            code: TextField::default(),
            passkey: true,
        };
        let done = SetUpStage::Done {
            codes: vec!["7K3F-9QW1-A0BC-D2EF".into(), "0ABC-DEF1-2345-6789".into()],
        };
        vec![
            ("password", page(password)),
            ("refused", page(refused)),
            ("factor", page(factor)),
            ("done", page(done)),
        ]
    }
}

impl PasskeyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            title: "パスキーでログイン".into(),
            notice: None,
            action: "/login/passkey".into(),
            fields: vec![("next", String::new())],
            challenge: "0190aaaa-0000-7000-8000-000000000000".into(),
            options: "{\"challenge\":\"AA\",\"allowCredentials\":[]}".into(),
            create: false,
            button: "パスキーでログインする",
            back: Link::new("/login", "ユーザIDとパスワードでログインする"),
        };
        let refused = Self {
            notice: Some(Notice::new(
                NoticeKind::Error,
                "このパスキーは登録されていません",
                "ほかのパスキーを使うか、ユーザIDとパスワードでログインしてください。",
            )),
            ..page.clone()
        };
        vec![("asked", page), ("refused", refused)]
    }
}

impl PasswordAskPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("user", &self.user.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            notice: None,
            user: TextField::default(),
            sent: false,
        };
        let missing = Self {
            user: TextField::default().with_error("ユーザIDまたはメールアドレスを入力してください"),
            ..fresh.clone()
        };
        let sent = Self {
            notice: Some(Notice::new(
                NoticeKind::Success,
                "再設定の申込みを受け付けました",
                "",
            )),
            sent: true,
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("missing", missing), ("sent", sent)]
    }
}

impl LinkPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame(),
            csrf: "sample-token".into(),
            title: "ご招待".into(),
            notice: None,
            lead: "次の団体の担当者として招待されています。".into(),
            facts: vec![
                ("団体", "見本市".into()),
                ("役割", "担当者".into()),
                ("メールアドレス", "tantou@machi.example".into()),
            ],
            action: "/invitation/sample".into(),
            buttons: vec![("make", "新しいユーザIDを作る")],
            other: Some(Link::new(
                "/login",
                "お持ちのユーザIDに追加する（ログイン）",
            )),
        };
        vec![("invitation", page)]
    }
}
