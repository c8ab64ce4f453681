//! お問い合わせフォーム (P16) and 受付番号で確認 (P18).

use super::{errors_of, sample_date, sample_frame};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, FieldError, Link, Notice, PortalFrame, Section, TextField,
};
use askama::Template;

/// The form; posts its fields to `/contact/form`, first to be looked at again and then to be sent.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiry_form.html")]
pub struct InquiryFormPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Makes one inquiry of a form sent twice.
    pub once: String,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// What it is about.
    pub category: ChoiceField,
    /// Who asks.
    pub name: TextField,
    /// Office, institution or municipality.
    pub organisation: TextField,
    /// Where the answer goes.
    pub mail: TextField,
    /// The telephone.
    pub phone: TextField,
    /// The text.
    pub body: TextField,
    /// The reference number of a message, or the screen.
    pub context: TextField,
    /// Whether a call is asked for.
    pub call_back: bool,
    /// Whether everything is to be looked at before it is sent.
    pub confirm: bool,
    /// The category's words, for looking at.
    pub category_label: String,
    /// Questions whose answers may help.
    pub near: Vec<Link>,
}

/// It is received.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiry_done.html")]
pub struct InquiryDonePage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its number: `K7QM-3XPA`.
    pub ticket: String,
    /// Where the answer goes.
    pub mail: String,
}

/// 受付番号で確認: number and mail, then number and code.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiry_track.html")]
pub struct InquiryTrackPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// What happened: a code was sent, nothing fits.
    pub notice: Option<Notice>,
    /// The number.
    pub ticket: TextField,
    /// The mail address.
    pub mail: TextField,
    /// The code.
    pub code: TextField,
    /// Whether a code was asked for, so that it is asked for now.
    pub code_sent: bool,
}

/// One inquiry as its sender sees it.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiry.html")]
pub struct InquiryPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Token of the form.
    pub csrf: String,
    /// Its number.
    pub ticket: String,
    /// The code it was opened with; goes along with a reply.
    pub code: String,
    /// What happened: the reply was received.
    pub notice: Option<Notice>,
    /// Where it stands.
    pub state: Chip,
    /// What it is about.
    pub category: String,
    /// What was written, in order.
    pub messages: Vec<InquiryLine>,
    /// The reply.
    pub body: TextField,
    /// Whether it can be replied to.
    pub open: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryLine {
    /// Who wrote it: 「お問い合わせの窓口」.
    pub author: String,
    /// When: 「令和8年11月23日 10時05分」.
    pub at: String,
    /// The text, in lines.
    pub lines: Vec<String>,
}

impl InquiryFormPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("category", &self.category.error),
            ("name", &self.name.error),
            ("organisation", &self.organisation.error),
            ("mail", &self.mail.error),
            ("phone", &self.phone.error),
            ("body", &self.body.error),
            ("context", &self.context.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            csrf: "sample-token".into(),
            once: "sample-once".into(),
            notice: None,
            category: ChoiceField::of(vec![Choice::new("terminal", "端末・電子証明書", "")]),
            name: TextField::default(),
            organisation: TextField::default(),
            mail: TextField::default(),
            phone: TextField::default(),
            body: TextField::default(),
            context: TextField::default(),
            call_back: false,
            confirm: false,
            category_label: String::new(),
            near: Vec::new(),
        };
        let refused = Self {
            name: TextField::default().with_error("氏名を入力してください"),
            mail: TextField::of("tantou＠hikari").with_error("メールアドレスを確かめてください"),
            ..empty.clone()
        };
        let confirm = Self {
            confirm: true,
            category_label: "端末・電子証明書".into(),
            name: TextField::of("見本 担当"),
            mail: TextField::of("tantou@hikari.example"),
            body: TextField::of("更新できません。\n画面に番号が出ます。"),
            near: vec![Link::new("/faq/cert-renew", "電子証明書を更新するには")],
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused), ("confirm", confirm)]
    }
}

impl InquiryDonePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame().of(Section::Contact),
            ticket: "K7QM-3XPA".into(),
            mail: "tantou@hikari.example".into(),
        };
        vec![("done", page)]
    }
}

impl InquiryTrackPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("ticket", &self.ticket.error),
            ("mail", &self.mail.error),
            ("code", &self.code.error),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            csrf: "sample-token".into(),
            notice: None,
            ticket: TextField::default(),
            mail: TextField::default(),
            code: TextField::default(),
            code_sent: false,
        };
        let sent = Self {
            code_sent: true,
            ticket: TextField::of("K7QM-3XPA"),
            ..first.clone()
        };
        let refused = Self {
            ticket: TextField::default().with_error("受付番号を入力してください"),
            ..first.clone()
        };
        vec![("first", first), ("sent", sent), ("refused", refused)]
    }
}

impl InquiryPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("body", &self.body.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |author: &str, text: &str| InquiryLine {
            author: author.into(),
            at: format!("{} 10時05分", sample_date(23).wareki),
            lines: vec![text.into()],
        };
        let open = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            csrf: "sample-token".into(),
            ticket: "K7QM-3XPA".into(),
            code: "7K3F-9QW1".into(),
            notice: None,
            state: Chip::new("回答済み", ChipColor::Green),
            category: "端末・電子証明書".into(),
            messages: vec![
                line("見本 担当", "更新できません。"),
                line("お問い合わせの窓口", "更新のコードを発行してください。"),
            ],
            body: TextField::default(),
            open: true,
        };
        let closed = Self {
            open: false,
            state: Chip::new("完了", ChipColor::Gray),
            ..open.clone()
        };
        let refused = Self {
            body: TextField::default().with_error("内容を入力してください"),
            ..open.clone()
        };
        vec![("open", open), ("closed", closed), ("refused", refused)]
    }
}
