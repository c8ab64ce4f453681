//! 自分の設定 (M04) and 団体の切替え.

use super::{errors_of, sample_frame, sample_member};
use crate::{Chip, ChipColor, FieldError, Notice, PortalFrame, TextField};
use askama::Template;

/// One's own account; posts to `/account` with `go` naming the section.
#[derive(Debug, Clone, Template)]
#[template(path = "own_account.html")]
pub struct OwnAccountPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// The section whose form was sent, as its value of `go`.
    pub sent: String,
    /// ユーザID as people read it.
    pub login: String,
    /// The address.
    pub mail: String,
    /// The name.
    pub name: TextField,
    /// The telephone.
    pub phone: TextField,
    /// Another address.
    pub new_mail: TextField,
    /// Only its error is used.
    pub mail_password: TextField,
    /// Only its error is used.
    pub old: TextField,
    /// Only its error is used.
    pub password: TextField,
    /// Only its error is used.
    pub again: TextField,
    /// Whether there is an authenticator application.
    pub application: bool,
    /// Recovery codes that were not used.
    pub codes_left: i64,
    /// New recovery codes, shown once.
    pub codes: Vec<String>,
    /// Only its error is used.
    pub codes_password: TextField,
    /// The passkeys.
    pub passkeys: Vec<OwnPasskey>,
    /// Whether passkeys can be made at this address.
    pub passkey_here: bool,
    /// Name of the passkey to add.
    pub passkey_name: TextField,
    /// Whether letters come about notices; none for the operator, who gets no notices.
    pub wants_mail: Option<bool>,
    /// Where one is signed in.
    pub sessions: Vec<OwnSession>,
    /// The last sign-ins.
    pub sign_ins: Vec<OwnSignIn>,
}

/// A passkey.
#[derive(Debug, Clone)]
pub struct OwnPasskey {
    /// Names it in the form.
    pub id: String,
    /// The name its holder gave.
    pub name: String,
    /// When it was made.
    pub made: String,
}

/// A session.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// Names it in the form.
    pub id: String,
    /// The browser.
    pub agent: String,
    /// When it began.
    pub began: String,
    /// When it was last used.
    pub used: String,
    /// Whether it is the present one.
    pub own: bool,
}

/// A sign-in.
#[derive(Debug, Clone)]
pub struct OwnSignIn {
    /// When.
    pub at: String,
    /// How it went.
    pub outcome: Chip,
    /// By what.
    pub way: String,
    /// The browser.
    pub agent: String,
}

/// The bodies of which one is a member; posts `body` to `/switch`.
#[derive(Debug, Clone, Template)]
#[template(path = "switch.html")]
pub struct SwitchPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The bodies.
    pub bodies: Vec<SwitchBody>,
}

/// A body to go on as.
#[derive(Debug, Clone)]
pub struct SwitchBody {
    /// Names it in the form.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What it is: 「事業所」.
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// What one may do there.
    pub roles: String,
    /// Whether one acts for it now.
    pub current: bool,
}

impl OwnAccountPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("name", &self.name.error),
            ("phone", &self.phone.error),
            ("mail", &self.new_mail.error),
            ("mail_password", &self.mail_password.error),
            ("old", &self.old.error),
            ("password", &self.password.error),
            ("again", &self.again.error),
            ("codes_password", &self.codes_password.error),
            ("passkey_name", &self.passkey_name.error),
        ])
    }

    /// Words of the button that was pressed.
    pub fn pressed(&self) -> &'static str {
        match self.sent.as_str() {
            "mail" => "確認のメールを送る",
            "password" => "パスワードを変更する",
            "codes" => "予備のコードを作り直す",
            "ask" => "パスキーを追加する",
            _ => "氏名と電話番号を保存する",
        }
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            frame: sample_frame().with_member(sample_member()).at("/account"),
            notice: None,
            sent: String::new(),
            login: "7K3F-9QW1".into(),
            mail: "tantou@hikari.example".into(),
            name: TextField::of("見本 担当"),
            phone: TextField::default(),
            new_mail: TextField::default(),
            mail_password: TextField::default(),
            old: TextField::default(),
            password: TextField::default(),
            again: TextField::default(),
            application: true,
            codes_left: 8,
            codes: Vec::new(),
            codes_password: TextField::default(),
            passkeys: vec![OwnPasskey {
                id: "0190aaaa-0000-7000-8000-000000000000".into(),
                name: "事務室のパソコン".into(),
                made: "令和8年11月1日".into(),
            }],
            passkey_here: true,
            passkey_name: TextField::default(),
            wants_mail: Some(true),
            sessions: vec![
                OwnSession {
                    id: "0190aaaa-0000-7000-8000-000000000001".into(),
                    agent: "Windows・Edge".into(),
                    began: "11月23日 10時05分".into(),
                    used: "11月23日 10時35分".into(),
                    own: true,
                },
                OwnSession {
                    id: "0190aaaa-0000-7000-8000-000000000002".into(),
                    agent: "iPhone・Safari".into(),
                    began: "11月23日 9時00分".into(),
                    used: "11月23日 9時10分".into(),
                    own: false,
                },
            ],
            sign_ins: vec![OwnSignIn {
                at: "11月23日 10時05分".into(),
                outcome: Chip::new("ログイン", ChipColor::Green),
                way: "認証アプリ".into(),
                agent: "Windows・Edge".into(),
            }],
        };
        let refused = Self {
            sent: "password".into(),
            old: TextField::default().with_error("今のパスワードが正しくありません"),
            passkeys: Vec::new(),
            passkey_here: false,
            ..full.clone()
        };
        let codes = Self {
            codes: vec!["7K3F-9QW1-A0BC-D2EF".into()],
            ..full.clone()
        };
        vec![("full", full), ("refused", refused), ("codes", codes)]
    }
}

impl SwitchPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let body = |name: &str, number: &str, current| SwitchBody {
            value: format!("office:{number}"),
            name: name.into(),
            kind: "事業所",
            number: number.into(),
            roles: "管理者".into(),
            current,
        };
        let page = Self {
            frame: sample_frame().with_member(sample_member()).at("/switch"),
            bodies: vec![
                body("ひかりケアプランセンター", "1379900015", true),
                body("ひかりデイサービス", "1379900023", false),
            ],
        };
        vec![("two", page)]
    }
}
