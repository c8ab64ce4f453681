//! Sign-in in two steps.

use askama::Template;

use crate::form::errors_of;
use crate::{FieldError, Frame, Notice, NoticeKind, PasskeyPlace, TextField, sample};

/// Sign-in with ユーザID and password; posts `user`, `password` to `/care/sign-in`.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// What surrounds the page; nobody is signed in.
    pub frame: Frame,
    /// Token of the form, bound to the browser by a cookie.
    pub csrf: String,
    /// Where to go afterwards, beginning with `/`; posted back as `next`; may be empty.
    pub next: String,
    /// What happened before.
    pub state: SignInState,
    /// ユーザID as typed; the password never comes back.
    pub user: TextField,
    /// Only its error is used.
    pub password: TextField,
    /// Whether passkeys work at the address in use.
    pub passkeys: PasskeyPlace,
}

/// What happened before the sign-in page was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInState {
    /// Nothing.
    Fresh,
    /// Something was missing; see the fields.
    Incomplete,
    /// Unknown user or wrong password: the page does not tell which.
    Refused,
    /// The contractor's last day is over.
    ContractOver,
    /// Too many attempts, whether or not there is such a user.
    Limited {
        /// When to try again, in minutes.
        minutes: i64,
    },
    /// The session ended by itself.
    TimedOut,
    /// As [`Self::TimedOut`], and what was being sent is kept.
    Kept,
    /// The person signed out.
    SignedOut,
}

impl SignInState {
    /// The message at the top, if any.
    pub fn notice(self) -> Option<Notice> {
        match self {
            Self::Fresh | Self::Incomplete => None,
            Self::Refused => Some(Notice::new(
                NoticeKind::Error,
                "ユーザIDまたはパスワードが正しくありません",
                "入力した内容を確かめて、もう一度入力してください。",
            )),
            Self::ContractOver => Some(Notice::new(
                NoticeKind::Error,
                "委託先としての利用期限が過ぎています",
                "続けて利用するときは、委託元の事業所の管理者に、利用期限の変更を依頼してください。",
            )),
            Self::Limited { minutes } => Some(Notice::new(
                NoticeKind::Error,
                "続けて何度もログインできなかったため、しばらく受け付けません",
                format!(
                    "{minutes}分ほど待ってから、もう一度お試しください。お急ぎのときは、事業所の管理者に連絡してください。"
                ),
            )),
            Self::TimedOut => Some(Notice::new(
                NoticeKind::Info,
                "一定の時間、操作がなかったためログアウトしました",
                "もう一度ログインしてください。",
            )),
            Self::Kept => Some(Notice::new(
                NoticeKind::Info,
                "一定の時間、操作がなかったためログアウトしました",
                "入力した内容は、30分間残してあります。この端末で、同じユーザIDでログインすると、入力した画面に戻ります。",
            )),
            Self::SignedOut => Some(Notice::new(NoticeKind::Success, "ログアウトしました", "")),
        }
    }
}

impl SignInPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("user", &self.user.error),
            ("password", &self.password.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |state| Self {
            frame: sample::frame_outside(),
            csrf: "sample-token".into(),
            next: "/care/persons".into(),
            state,
            user: TextField::of("sato-hanako"),
            password: TextField::default(),
            passkeys: PasskeyPlace::Here,
        };
        let incomplete = Self {
            user: TextField::default().with_error("ユーザIDを入力してください"),
            password: TextField::default().with_error("パスワードを入力してください"),
            ..page(SignInState::Incomplete)
        };
        vec![
            (
                "fresh",
                Self {
                    user: TextField::default(),
                    ..page(SignInState::Fresh)
                },
            ),
            ("incomplete", incomplete),
            (
                "elsewhere",
                Self {
                    passkeys: PasskeyPlace::There("http://localhost:8081/care/sign-in".into()),
                    ..page(SignInState::Fresh)
                },
            ),
            ("refused", page(SignInState::Refused)),
            ("contract_over", page(SignInState::ContractOver)),
            ("limited", page(SignInState::Limited { minutes: 15 })),
            ("timed_out", page(SignInState::TimedOut)),
            ("kept", page(SignInState::Kept)),
            ("signed_out", page(SignInState::SignedOut)),
        ]
    }
}

/// The second factor; posts `code` to `/care/second-factor`.
#[derive(Debug, Clone, Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// What surrounds the page; nobody is fully signed in yet.
    pub frame: Frame,
    /// Token of the form.
    pub csrf: String,
    /// Where to go afterwards; posted back as `next`; may be empty.
    pub next: String,
    /// Whether the account has an authenticator application.
    pub application: bool,
    /// Whether one of the account's passkeys works at the address in use.
    pub passkey: bool,
    /// The code; what was typed is not shown again.
    pub code: TextField,
    /// When too many codes were wrong: after how many minutes the sign-in may begin again.
    pub limited: Option<i64>,
}

impl SecondFactorPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("code", &self.code.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame_outside(),
            csrf: "sample-token".into(),
            next: String::new(),
            application: true,
            passkey: false,
            code: TextField::default(),
            limited: None,
        };
        let wrong =
            "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください";
        vec![
            ("fresh", page.clone()),
            (
                "wrong",
                Self {
                    code: TextField::default().with_error(wrong),
                    ..page.clone()
                },
            ),
            (
                "either",
                Self {
                    passkey: true,
                    ..page.clone()
                },
            ),
            (
                "passkey",
                Self {
                    application: false,
                    passkey: true,
                    ..page.clone()
                },
            ),
            (
                "limited",
                Self {
                    limited: Some(15),
                    ..page
                },
            ),
        ]
    }
}
