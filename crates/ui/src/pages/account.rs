//! An account being made: by an office's first administrator, or on an invitation (W-2).

use askama::Template;

use crate::form::errors_of;
use crate::{FieldError, Frame, Notice, TextField, sample};

/// The steps of an office's first set-up.
pub const SETUP_STEPS: [&str; 4] = ["接続確認", "管理者の登録", "職員の登録", "完了"];

/// An account being made; posts to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds the page; nobody is signed in.
    pub frame: Frame,
    /// Token of the form.
    pub csrf: String,
    /// Where the form goes.
    pub action: String,
    /// Whether this is the second step of the first set-up.
    pub first: bool,
    /// Whether an account that is there gets a new password and authenticator.
    pub renewal: bool,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// Where one stands.
    pub stage: AccountStage,
}

/// A stage of making an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountStage {
    /// Login, name, address, password.
    Form(AccountFields),
    /// The authenticator; posts `draft` and `code`.
    SecondFactor(SecondFactorSetUp),
    /// It counts; the recovery codes, shown once.
    Done {
        /// The recovery codes.
        codes: Vec<String>,
        /// ユーザID.
        user: String,
    },
}

/// What is typed for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFields {
    /// Code of the invitation, sent along; empty for the first administrator.
    pub invitation: String,
    /// Whom the invitation is for; empty for the first administrator.
    pub invited: String,
    /// ユーザID; not asked for a renewal.
    pub user: TextField,
    /// Name; asked of the first administrator only.
    pub name: TextField,
    /// Address; asked of the first administrator only.
    pub mail: TextField,
    /// Only its error is used.
    pub password: TextField,
    /// Only its error is used.
    pub again: TextField,
}

/// How to add the account to an authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorSetUp {
    /// Finishes the draft; sent along as `draft`.
    pub draft: String,
    /// ユーザID.
    pub user: String,
    /// Modules of the QR code a side, with its quiet zone.
    pub size: usize,
    /// Path of its dark modules.
    pub path: String,
    /// The secret in groups, for typing.
    pub secret: String,
    /// The code; what was typed is not shown again.
    pub code: TextField,
    /// Whether a passkey may be used instead at the address in use.
    pub passkey: bool,
}

impl AccountPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        match &self.stage {
            AccountStage::Form(fields) => errors_of([
                ("user", &fields.user.error),
                ("name", &fields.name.error),
                ("mail", &fields.mail.error),
                ("password", &fields.password.error),
                ("again", &fields.again.error),
            ]),
            AccountStage::SecondFactor(factor) => errors_of([("code", &factor.code.error)]),
            AccountStage::Done { .. } => Vec::new(),
        }
    }

    /// The first heading.
    pub fn title(&self) -> &'static str {
        match (&self.stage, self.first, self.renewal) {
            (AccountStage::SecondFactor(_), _, _) => "2段階目の確認の設定",
            (AccountStage::Done { .. }, _, true) => "再設定の完了",
            (AccountStage::Done { .. }, _, false) => "利用者登録の完了",
            (AccountStage::Form(_), true, _) => "管理者の登録",
            (AccountStage::Form(_), false, true) => "パスワードの再設定",
            (AccountStage::Form(_), false, false) => "利用者登録",
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: sample::frame_outside(),
            csrf: "sample-token".into(),
            action: "/care/setup/administrator".into(),
            first: true,
            renewal: false,
            notice: None,
            stage: AccountStage::Form(AccountFields::default()),
        };
        let invited = AccountFields {
            invitation: "7K3F9QW1A0BCD2EF".into(),
            invited: "佐藤 花子".into(),
            user: TextField::of("sa")
                .with_error("ユーザIDは、半角の英数字3〜40文字で入力してください"),
            password: TextField::default().with_error("パスワードは12文字以上で入力してください"),
            ..AccountFields::default()
        };
        let rejected = Self {
            first: false,
            action: "/care/invitation".into(),
            stage: AccountStage::Form(invited.clone()),
            ..first.clone()
        };
        let renewal = Self {
            renewal: true,
            stage: AccountStage::Form(AccountFields {
                user: TextField::of("sato-hanako"),
                password: TextField::default(),
                ..invited
            }),
            ..rejected.clone()
        };
        let factor = Self {
            stage: AccountStage::SecondFactor(SecondFactorSetUp {
                draft: "sample-draft".into(),
                user: "kanri".into(),
                size: 12,
                path: "M4 4h1v1h-1zM6 4h2v1h-2z".into(),
                secret: "JBSW Y3DP EHPK 3PXP".into(),
                code: TextField::default().with_error("認証コードが正しくありません。アプリに表示されている新しいコードを入力してください"),
                passkey: true,
            }),
            ..first.clone()
        };
        let done = Self {
            stage: AccountStage::Done {
                codes: vec!["7K3F-9QW1-A0BC-D2EF".into(), "0ABC-DEF1-2345-6789".into()],
                user: "kanri".into(),
            },
            ..first.clone()
        };
        vec![
            ("first", first),
            ("rejected", rejected),
            (
                "renewal",
                Self {
                    stage: match renewal.stage.clone() {
                        AccountStage::Form(mut fields) => {
                            fields.user.error = None;
                            AccountStage::Form(fields)
                        }
                        other => other,
                    },
                    ..renewal
                },
            ),
            ("second_factor", factor),
            ("done", done),
        ]
    }
}
