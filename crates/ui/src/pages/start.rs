//! 利用開始: a one-time code becomes a terminal's certificate (W-1, W-2).

use askama::Template;

use crate::form::errors_of;
use crate::{
    Choice, ChoiceField, DateText, FieldError, Frame, Link, Notice, NoticeKind, Site, TextField,
    sample,
};

/// 利用開始; posts `office_no`, `code`, `name` and `kind` to `/start`.
#[derive(Debug, Clone, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    /// What surrounds the page; nobody is signed in.
    pub frame: Frame,
    /// Token of the form, bound to the browser by a cookie.
    pub csrf: String,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// 事業所番号.
    pub office_no: TextField,
    /// The code; what was typed comes back.
    pub code: TextField,
    /// What the terminal is to be called.
    pub name: TextField,
    /// パソコン or タブレット.
    pub sort: ChoiceField,
}

/// The certificate is ready; posts `token` to `/start/file` once.
#[derive(Debug, Clone, Template)]
#[template(path = "enrolled.html")]
pub struct EnrolledPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Token of the form.
    pub csrf: String,
    /// Opens the download once.
    pub token: String,
    /// Opens the file; shown here and nowhere else.
    pub password: String,
    /// Name of the terminal.
    pub terminal: String,
    /// Its identifier.
    pub terminal_id: String,
    /// Last day of the certificate.
    pub until: DateText,
    /// Whether it replaces a certificate that the terminal has.
    pub renewed: bool,
    /// The care door; a full address, as it is another door.
    pub care: Link,
}

/// The kinds of terminal.
pub fn terminal_kinds(chosen: &str) -> ChoiceField {
    let choice = |value: &str, label: &str| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of(vec![
        choice("pc", "パソコン"),
        choice("tablet", "タブレット"),
    ])
}

impl StartPage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("office_no", &self.office_no.error),
            ("code", &self.code.error),
            ("name", &self.name.error),
            ("kind", &self.sort.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: Frame {
                site: Site::Portal,
                ..sample::frame_outside()
            },
            csrf: "sample-token".into(),
            notice: None,
            office_no: TextField::default(),
            code: TextField::default(),
            name: TextField::default(),
            sort: terminal_kinds("pc"),
        };
        let refused = Self {
            notice: Some(Notice::new(
                NoticeKind::Error,
                "事業所番号とコードを確認できませんでした",
                "ご案内と見比べて、もう一度入力してください。",
            )),
            office_no: TextField::of("1379900010"),
            code: TextField::of("7K3F9-QW1A0"),
            name: TextField::of("受付のパソコン"),
            ..page.clone()
        };
        let incomplete = Self {
            office_no: TextField::of("13799").with_error("事業所番号は10桁で入力してください"),
            code: TextField::default().with_error("コードを入力してください"),
            name: TextField::default().with_error("端末の名前を入力してください"),
            sort: terminal_kinds("").with_error("端末の種類を選択してください"),
            ..page.clone()
        };
        vec![
            ("fresh", page),
            ("incomplete", incomplete),
            ("refused", refused),
        ]
    }
}

impl EnrolledPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: Frame {
                site: Site::Portal,
                ..sample::frame_outside()
            },
            csrf: "sample-token".into(),
            token: "sample-file".into(),
            password: "7K3F-9QW1-A0BC-D2EF".into(),
            terminal: "受付のパソコン".into(),
            terminal_id: "T-7K3F9QW1A0BC".into(),
            until: sample::date(2027, 6, 23),
            renewed: false,
            care: Link::new("https://127.0.0.1:8443/care", "https://127.0.0.1:8443/care"),
        };
        let renewed = Self {
            renewed: true,
            ..page.clone()
        };
        vec![("new", page), ("renewed", renewed)]
    }
}
