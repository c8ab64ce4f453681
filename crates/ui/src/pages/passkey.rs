//! パスキー: the page on which the browser is asked for one, and an account's own list (W-2).

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, DateText, FieldError, Frame, Link, Notice, NoticeKind, TextField, sample,
};

/// Asks the browser for a passkey by script and posts its answer to `action` as `answer`.
#[derive(Debug, Clone, Template)]
#[template(path = "passkey.html")]
pub struct PasskeyPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Token of the form.
    pub csrf: String,
    /// The first heading.
    pub title: String,
    /// What to do.
    pub lead: String,
    /// What went wrong before; the browser is not asked by itself then.
    pub notice: Option<Notice>,
    /// Where the answer goes.
    pub action: String,
    /// What is sent along, by name.
    pub fields: Vec<(&'static str, String)>,
    /// Names the challenge; posted as `challenge`.
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

impl PasskeyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame_outside(),
            csrf: "sample-token".into(),
            title: "パスキーでログイン".into(),
            lead: "画面の案内にそって、パスキーを選び、本人確認をしてください。".into(),
            notice: None,
            action: "/care/sign-in/passkey".into(),
            fields: vec![("next", "/care/persons".into())],
            challenge: "0190aaaa-0000-7000-8000-000000000000".into(),
            options: "{\"challenge\":\"AA\",\"allowCredentials\":[]}".into(),
            create: false,
            button: "パスキーで確認する",
            back: Link::new("/care/sign-in", "ユーザIDとパスワードでログインする"),
        };
        let refused = Self {
            notice: Some(Notice::new(
                NoticeKind::Error,
                "このパスキーは登録されていません",
                "別のパスキーを選ぶか、ユーザIDとパスワードでログインしてください。",
            )),
            ..page.clone()
        };
        let create = Self {
            create: true,
            title: "パスキーの追加".into(),
            lead: "画面の案内にそって、パスキーを作ってください。".into(),
            button: "パスキーを作る",
            action: "/care/account/passkeys".into(),
            back: Link::new("/care/account", "追加しないで前の画面へ戻る"),
            ..page.clone()
        };
        vec![("ask", page), ("refused", refused), ("create", create)]
    }
}

/// 自分の設定: how the signed-in member signs in.
#[derive(Debug, Clone, Template)]
#[template(path = "own_account.html")]
pub struct OwnAccountPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened.
    pub notice: Option<Notice>,
    /// ユーザID.
    pub user: String,
    /// Whether there is an authenticator application.
    pub application: bool,
    /// The passkeys.
    pub passkeys: Vec<PasskeyLine>,
    /// Whether passkeys work at the address in use.
    pub place: PasskeyPlace,
    /// Whether letters about progress come; changed by POST `letters` to `/care/account/letters`.
    pub letters: LettersChoice,
    /// Token of the form.
    pub csrf: String,
}

/// Whether a member gets letters about progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LettersChoice {
    /// It does.
    On,
    /// It does not.
    Off,
    /// It does not, and no address of it is known.
    NoAddress,
    /// A contractor, who gets none.
    NotForContractors,
}

/// One passkey of the own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyLine {
    /// Identifier, as in the addresses of its pages.
    pub id: String,
    /// The name its holder gave.
    pub name: String,
    /// Day on which it was made.
    pub made: DateText,
    /// Day of the last use; empty before the first.
    pub used: Option<DateText>,
    /// 利用できます, 停止中, and where else it works.
    pub chip: Chip,
}

/// Whether passkeys work at the address in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyPlace {
    /// They do.
    Here,
    /// Not at a bare IP address; they do at this one, which the browser reaches too.
    There(String),
    /// Not at all.
    Nowhere,
}

impl PasskeyPlace {
    /// Whether they do.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Here)
    }
}

impl OwnAccountPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = PasskeyLine {
            id: "0190aaaa-0000-7000-8000-000000000000".into(),
            name: "相談室のパソコン".into(),
            made: sample::date(2026, 10, 5),
            used: None,
            chip: Chip::new("利用できます", ChipColor::Green),
        };
        let stopped = PasskeyLine {
            name: "セキュリティキー".into(),
            used: Some(sample::date(2026, 10, 5)),
            chip: Chip::new("停止中", ChipColor::Gray),
            ..line.clone()
        };
        let page = Self {
            frame: sample::frame(crate::MenuItem::Home),
            notice: None,
            user: "sato-hanako".into(),
            application: true,
            passkeys: Vec::new(),
            place: PasskeyPlace::Here,
            letters: LettersChoice::Off,
            csrf: "token".into(),
        };
        let addressless = Self {
            letters: LettersChoice::NoAddress,
            ..page.clone()
        };
        vec![
            ("none", page.clone()),
            ("addressless", addressless),
            (
                "some",
                Self {
                    notice: Some(Notice::new(
                        NoticeKind::Success,
                        "パスキーを追加しました",
                        "",
                    )),
                    application: false,
                    letters: LettersChoice::On,
                    passkeys: vec![line.clone(), stopped],
                    ..page.clone()
                },
            ),
            (
                "there",
                Self {
                    passkeys: vec![line],
                    place: PasskeyPlace::There("http://localhost:8081/care/account".into()),
                    ..page.clone()
                },
            ),
            (
                "nowhere",
                Self {
                    place: PasskeyPlace::Nowhere,
                    ..page
                },
            ),
        ]
    }
}

/// A passkey's name, and for a new one the password; posts `name` and `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "passkey_form.html")]
pub struct PasskeyFormPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// Where the form goes.
    pub action: String,
    /// The name.
    pub name: TextField,
    /// Asked for a new passkey; only its error is used.
    pub password: Option<TextField>,
}

impl PasskeyFormPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        let password = self.password.as_ref().and_then(|field| field.error.clone());
        errors_of([("name", &self.name.error), ("password", &password)])
    }

    /// The first heading.
    pub fn title(&self) -> &'static str {
        if self.password.is_some() {
            "パスキーの追加"
        } else {
            "パスキーの名前の変更"
        }
    }

    /// Words of the button.
    pub fn button(&self) -> &'static str {
        if self.password.is_some() {
            "次へ進む"
        } else {
            "変更する"
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(crate::MenuItem::Home),
            notice: None,
            action: "/care/account/passkeys/new".into(),
            name: TextField::default(),
            password: Some(TextField::default()),
        };
        let rejected = Self {
            name: TextField::default().with_error("パスキーの名前を40文字以内で入力してください"),
            password: Some(TextField::default().with_error("パスワードが正しくありません")),
            ..page.clone()
        };
        let rename = Self {
            name: TextField::of("相談室のパソコン"),
            password: None,
            ..page.clone()
        };
        vec![("new", page), ("rejected", rejected), ("rename", rename)]
    }
}
