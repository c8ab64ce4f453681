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
    /// When a call is wanted.
    pub call_times: TextField,
    /// Files that were sent already.
    pub files: Vec<FileLine>,
    /// Why files were not kept, a sentence each.
    pub file_errors: Vec<String>,
    /// Whether everything is to be looked at before it is sent.
    pub confirm: bool,
    /// The category's words, for looking at.
    pub category_label: String,
    /// Questions whose answers may help.
    pub near: Vec<Link>,
}

/// A file of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 「PDF・1.2MB」.
    pub about: String,
    /// Whether it is a PDF under a password.
    pub locked: bool,
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
    /// Where its forms go: `/contact/track`, or its own page for whoever is signed in.
    pub action: String,
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
    /// Makes one reply of a form sent twice.
    pub once: String,
    /// Files that were sent with the reply already.
    pub files: Vec<FileLine>,
    /// Why files were not kept, a sentence each.
    pub file_errors: Vec<String>,
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
    /// Its files.
    pub files: Vec<FileLine>,
}

impl InquiryFormPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors = errors_of([
            ("category", &self.category.error),
            ("name", &self.name.error),
            ("organisation", &self.organisation.error),
            ("mail", &self.mail.error),
            ("phone", &self.phone.error),
            ("call_times", &self.call_times.error),
            ("body", &self.body.error),
        ]);
        errors.extend(of_files(&self.file_errors));
        errors.extend(errors_of([("context", &self.context.error)]));
        errors
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
            call_times: TextField::default(),
            files: Vec::new(),
            file_errors: Vec::new(),
            confirm: false,
            category_label: String::new(),
            near: Vec::new(),
        };
        let refused = Self {
            name: TextField::default().with_error("氏名を入力してください"),
            mail: TextField::of("tantou＠hikari").with_error("メールアドレスを確かめてください"),
            files: vec![sample_file()],
            file_errors: vec!["画面.exeは添付できません。PDF・JPEG・PNGを選んでください".into()],
            ..empty.clone()
        };
        let confirm = Self {
            confirm: true,
            category_label: "端末・電子証明書".into(),
            name: TextField::of("見本 担当"),
            mail: TextField::of("tantou@hikari.example"),
            body: TextField::of("更新できません。\n画面に番号が出ます。"),
            files: vec![sample_file()],
            near: vec![Link::new("/faq/cert-renew", "電子証明書を更新するには")],
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused), ("confirm", confirm)]
    }
}

fn sample_file() -> FileLine {
    FileLine {
        id: "00000000-0000-0000-0000-000000000001".into(),
        name: "画面.pdf".into(),
        about: "PDF・1.2MB".into(),
        locked: true,
    }
}

fn of_files(errors: &[String]) -> impl Iterator<Item = FieldError> + '_ {
    errors.iter().map(|message| FieldError {
        target: "file",
        message: message.clone(),
    })
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
        let mut errors = errors_of([("body", &self.body.error)]);
        errors.extend(of_files(&self.file_errors));
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |author: &str, text: &str| InquiryLine {
            author: author.into(),
            at: format!("{} 10時05分", sample_date(23).wareki),
            lines: vec![text.into()],
            files: vec![sample_file()],
        };
        let open = Self {
            frame: sample_frame()
                .of(Section::Contact)
                .below("/contact", "お問い合わせ"),
            csrf: "sample-token".into(),
            action: "/contact/track".into(),
            ticket: "K7QM-3XPA".into(),
            code: "7K3F-9QW1".into(),
            notice: None,
            state: Chip::new("回答済み", ChipColor::Green),
            category: "端末・電子証明書".into(),
            messages: vec![
                line("見本 担当", "更新できません。"),
                line("お問い合わせの窓口", "更新のコードを発行してください。"),
            ],
            once: "sample-once".into(),
            files: Vec::new(),
            file_errors: Vec::new(),
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

/// お問い合わせ履歴 (M11).
#[derive(Debug, Clone, Template)]
#[template(path = "own_inquiries.html")]
pub struct OwnInquiriesPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Whether all of the body's are shown, not only the own ones.
    pub whole_body: bool,
    /// The newest first.
    pub lines: Vec<OwnInquiryLine>,
}

/// An inquiry in the list of its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnInquiryLine {
    /// Its page.
    pub link: Link,
    /// Where it stands.
    pub state: Chip,
    /// What it is about.
    pub category: String,
    /// Who sent it.
    pub name: String,
    /// When it came.
    pub came: String,
    /// When anything was last done.
    pub changed: String,
}

/// A new inquiry of somebody who is signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "own_inquiry_new.html")]
pub struct OwnInquiryFormPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Makes one inquiry of a form sent twice.
    pub once: String,
    /// What went wrong with the whole.
    pub notice: Option<Notice>,
    /// Who asks, for whom, and where the answer goes.
    pub sender: String,
    /// What it is about.
    pub category: ChoiceField,
    /// The text.
    pub body: TextField,
    /// Files that were sent already.
    pub files: Vec<FileLine>,
    /// Why files were not kept, a sentence each.
    pub file_errors: Vec<String>,
}

impl OwnInquiriesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let some = Self {
            frame: sample_frame(),
            whole_body: true,
            lines: vec![OwnInquiryLine {
                link: Link::new("/mypage/inquiries/K7QM3XPA", "K7QM-3XPA"),
                state: Chip::new("回答済み", ChipColor::Green),
                category: "端末・電子証明書".into(),
                name: "見本 担当".into(),
                came: format!("{} 10時05分", sample_date(23).wareki),
                changed: format!("{} 11時05分", sample_date(23).wareki),
            }],
        };
        let none = Self {
            whole_body: false,
            lines: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}

impl OwnInquiryFormPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        let fields = [
            ("category", &self.category.error),
            ("body", &self.body.error),
        ];
        let mut errors = errors_of(fields);
        errors.extend(of_files(&self.file_errors));
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame(),
            once: "sample-once".into(),
            notice: None,
            sender: "見本 担当（見本ケアプランセンター）　tantou@hikari.example".into(),
            category: ChoiceField::of(vec![Choice::new("terminal", "端末・電子証明書", "")]),
            body: TextField::default(),
            files: Vec::new(),
            file_errors: Vec::new(),
        };
        let refused = Self {
            body: TextField::default().with_error("内容を入力してください"),
            files: vec![sample_file()],
            file_errors: vec!["画面.exeは添付できません".into()],
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused)]
    }
}
