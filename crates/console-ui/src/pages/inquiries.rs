//! お問い合わせ (O07), 電話記録 (O08) and texts to begin an answer with.

use super::sample_frame;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, FieldError, Link, Notice, NoticeKind,
    Pager, TextField,
};
use askama::Template;

/// The help desk's list.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiries.html")]
pub struct InquiriesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Words to look for.
    pub words: String,
    /// A number to look for.
    pub number: String,
    /// An organisation to look for.
    pub organisation: String,
    /// Filter by state.
    pub state: ChoiceField,
    /// Filter by category.
    pub category: ChoiceField,
    /// Filter by who works on it.
    pub assigned: ChoiceField,
    /// Filter by age.
    pub age: ChoiceField,
    /// Conditions in force.
    pub conditions: Vec<Link>,
    /// What was found, the oldest first.
    pub lines: Vec<InquiryLine>,
    /// Which of how many.
    pub pager: Pager,
    /// The same list as a file.
    pub csv: String,
    /// How long answers took: category, how many, half within, nine of ten within, half closed within.
    pub times: Vec<[String; 6]>,
}

/// An inquiry in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryLine {
    /// Its page.
    pub link: Link,
    /// Where it stands.
    pub state: Chip,
    /// What it is about.
    pub category: String,
    /// Who asks, from where.
    pub who: String,
    /// When it came.
    pub came: String,
    /// By when it is due; empty once answered.
    pub due: String,
    /// Whether that day is over.
    pub late: bool,
    /// Who works on it; empty for nobody.
    pub assigned: String,
    /// What came of the wish to be called; empty without one.
    pub call: String,
}

/// One inquiry, as the help desk sees it.
#[derive(Debug, Clone, Template)]
#[template(path = "inquiry_case.html")]
pub struct CasePage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Makes one answer of a form sent twice.
    pub once: String,
    /// What happened.
    pub notice: Option<Notice>,
    /// Its number, as people read it.
    pub ticket: String,
    /// Where its forms go.
    pub path: String,
    /// Where it stands.
    pub state: Chip,
    /// What is known of it, by term.
    pub facts: Vec<(String, String)>,
    /// What was written, in order.
    pub messages: Vec<CaseMessage>,
    /// The place of the last message shown.
    pub seen: i32,
    /// What the help desk did and wrote to itself.
    pub notes: Vec<NoteLine>,
    /// Published answers that may fit.
    pub near: Vec<Link>,
    /// Texts to begin an answer with; chosen by a link, so that it works without script.
    pub templates: Vec<Link>,
    /// Who may be given the inquiry.
    pub members: ChoiceField,
    /// The answer.
    pub body: TextField,
    /// Who had it when the page was shown, as forms name them; empty for nobody.
    pub assigned: String,
    /// The button that was pressed before something had to be mended.
    pub button: &'static str,
    /// Files that wait for the answer.
    pub files: Vec<KeptFile>,
    /// A sentence for each file that was not kept.
    pub file_errors: Vec<String>,
    /// Whether the answer is to be looked at before it goes out.
    pub confirm: bool,
    /// A note.
    pub note: TextField,
    /// Whether anything can be written to the sender.
    pub open: bool,
    /// Whether a call is wanted and was not made.
    pub call: bool,
    /// The way to a question made of it.
    pub make_question: bool,
}

/// A message with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMessage {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: String,
    /// Whether the help desk wrote it.
    pub ours: bool,
    /// The text, in lines.
    pub lines: Vec<String>,
    /// Its files, to be downloaded.
    pub files: Vec<Link>,
}

/// What the help desk did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    /// 「引継ぎ　sato → mori」.
    pub what: String,
    /// When.
    pub at: String,
    /// The text, in lines.
    pub lines: Vec<String>,
}

/// A file that waits for its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The value of the field that takes it away.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 「PDF・1.2MB」.
    pub about: String,
}

impl CasePage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let files = self.file_errors.iter().map(|message| FieldError {
            target: "file",
            message: message.clone(),
        });
        let mut all = errors([("body", &self.body)]);
        all.extend(files);
        all.extend(errors([("note", &self.note)]));
        all
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let message = |author: &str, ours| CaseMessage {
            author: author.into(),
            at: "令和8年11月23日 10時05分".into(),
            ours,
            lines: vec!["更新できません。".into(), "番号が出ます。".into()],
            files: vec![Link::new(
                "/ops/inquiries/K7QM3XPA/files/1",
                "画面.pdf（PDF・1.2MB）",
            )],
        };
        let open = Self {
            frame: sample_frame("/ops/inquiries"),
            once: "sample-once".into(),
            notice: None,
            ticket: "K7QM-3XPA".into(),
            path: "/ops/inquiries/K7QM3XPA".into(),
            state: Chip::new("対応中", ChipColor::Yellow),
            facts: vec![("区分".into(), "端末・電子証明書".into())],
            messages: vec![message("見本 担当", false)],
            seen: 1,
            notes: vec![NoteLine {
                what: "引継ぎ　sato → mori".into(),
                at: "令和8年11月23日 11時00分".into(),
                lines: vec!["折り返しは午後に".into()],
            }],
            near: vec![Link::new("/faq/cert-renew", "電子証明書の更新は")],
            templates: vec![Link::new(
                "/ops/inquiries/K7QM3XPA?template=1",
                "更新のご案内",
            )],
            members: ChoiceField::of(vec![Choice::new("sato", "見本 佐藤", "")]),
            body: TextField::default(),
            assigned: "mori".into(),
            button: "確認画面へ進む",
            files: vec![KeptFile {
                id: "1".into(),
                name: "案内.pdf".into(),
                about: "PDF・1.2MB".into(),
            }],
            file_errors: Vec::new(),
            confirm: false,
            note: TextField::default(),
            open: true,
            call: true,
            make_question: true,
        };
        let conflict = Self {
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に書き込みました",
                "下のやり取りを確かめてから、もう一度回答してください。",
            )),
            body: TextField::of("書きかけの回答"),
            messages: vec![message("見本 担当", false), message("mori", true)],
            ..open.clone()
        };
        let confirm = Self {
            confirm: true,
            body: TextField::of("更新のコードを発行してください。\n番号は不要です。"),
            ..open.clone()
        };
        let refused = Self {
            body: TextField::default().with_error("回答を入力してください"),
            ..open.clone()
        };
        let closed = Self {
            open: false,
            call: false,
            state: Chip::new("完了", ChipColor::Gray),
            ..open.clone()
        };
        vec![
            ("open", open),
            ("conflict", conflict),
            ("confirm", confirm),
            ("refused", refused),
            ("closed", closed),
        ]
    }
}

/// A call is written down.
#[derive(Debug, Clone, Template)]
#[template(path = "call.html")]
pub struct CallPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// Makes one inquiry of a form sent twice.
    pub once: String,
    /// What happened: it is written down, under which number.
    pub notice: Option<Notice>,
    /// What it is about.
    pub category: ChoiceField,
    /// Who called.
    pub name: TextField,
    /// Office, institution or municipality.
    pub organisation: TextField,
    /// The telephone.
    pub phone: TextField,
    /// Where a letter goes; may stay empty.
    pub mail: TextField,
    /// What was asked.
    pub body: TextField,
    /// What was answered.
    pub answer: TextField,
    /// Whether a call back is wanted.
    pub call_back: bool,
    /// When.
    pub call_times: TextField,
    /// Calls of the last days.
    pub lines: Vec<InquiryLine>,
}

impl CallPage {
    /// What has to be mended, in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        let category = self.category.error.iter().map(|message| FieldError {
            target: "category",
            message: message.clone(),
        });
        let rest = errors([
            ("name", &self.name),
            ("organisation", &self.organisation),
            ("phone", &self.phone),
            ("mail", &self.mail),
            ("call_times", &self.call_times),
            ("body", &self.body),
            ("answer", &self.answer),
        ]);
        category.chain(rest).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            frame: sample_frame("/ops/inquiries"),
            once: "sample-once".into(),
            notice: None,
            category: ChoiceField::of(vec![Choice::new("terminal", "端末・電子証明書", "")]),
            name: TextField::default(),
            organisation: TextField::default(),
            phone: TextField::default(),
            mail: TextField::default(),
            body: TextField::default(),
            answer: TextField::default(),
            call_back: false,
            call_times: TextField::default(),
            lines: vec![sample_line()],
        };
        let refused = Self {
            name: TextField::default().with_error("氏名を入力してください"),
            ..empty.clone()
        };
        let recorded = Self {
            notice: Some(Notice::new(
                NoticeKind::Success,
                "電話を記録しました。受付番号は K7QM-3XPA です",
                "",
            )),
            ..empty.clone()
        };
        vec![
            ("empty", empty),
            ("refused", refused),
            ("recorded", recorded),
        ]
    }
}

/// Texts to begin an answer with.
#[derive(Debug, Clone, Template)]
#[template(path = "answer_templates.html")]
pub struct AnswerTemplatesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened.
    pub notice: Option<Notice>,
    /// All of them.
    pub lines: Vec<TemplateLine>,
    /// The one that is changed; empty for a new one.
    pub id: String,
    /// The revision its writer has seen.
    pub revision: i64,
    /// Its title.
    pub title: TextField,
    /// For which category.
    pub category: ChoiceField,
    /// Its text.
    pub body: TextField,
}

/// A text to begin an answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateLine {
    /// Its title, with the way to change it.
    pub link: Link,
    /// For which category.
    pub category: String,
    /// Who changed it last, and when.
    pub changed: String,
}

impl AnswerTemplatesPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        errors([("title", &self.title), ("body", &self.body)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            frame: sample_frame("/ops/inquiries"),
            notice: None,
            lines: vec![TemplateLine {
                link: Link::new("/ops/inquiries/templates?id=1", "更新のご案内"),
                category: "端末・電子証明書".into(),
                changed: "sato　令和8年11月23日".into(),
            }],
            id: String::new(),
            revision: 0,
            title: TextField::default(),
            category: ChoiceField::of(vec![Choice::new("", "すべての区分", "")]),
            body: TextField::default(),
        };
        let refused = Self {
            id: "1".into(),
            title: TextField::default().with_error("題名を、60文字以内で入力してください"),
            ..new.clone()
        };
        vec![("new", new), ("refused", refused)]
    }
}

impl InquiriesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let all = || ChoiceField::of(vec![Choice::new("", "すべて", "")]);
        let some = Self {
            frame: sample_frame("/ops/inquiries"),
            words: String::new(),
            number: String::new(),
            organisation: String::new(),
            state: all(),
            category: all(),
            assigned: all(),
            age: all(),
            conditions: vec![Link::new("/ops/inquiries", "受付")],
            lines: vec![sample_line()],
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
            csv: "/ops/inquiries.csv".into(),
            times: vec![["すべて", "12件", "10件", "3時間", "1日", "2日"].map(str::to_owned)],
        };
        let none = Self {
            lines: Vec::new(),
            times: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}

fn sample_line() -> InquiryLine {
    InquiryLine {
        link: Link::new("/ops/inquiries/K7QM3XPA", "K7QM-3XPA"),
        state: Chip::new("受付", ChipColor::Blue),
        category: "端末・電子証明書".into(),
        who: "見本 担当（1379900015）".into(),
        came: "R8.11.23 10:05".into(),
        due: "R8.11.24".into(),
        late: true,
        assigned: String::new(),
        call: "折り返し待ち".into(),
    }
}

fn errors<const N: usize>(fields: [(&'static str, &TextField); N]) -> Vec<FieldError> {
    let error = |(target, field): (&'static str, &TextField)| {
        field.error.as_ref().map(|message| FieldError {
            target,
            message: message.clone(),
        })
    };
    fields.into_iter().filter_map(error).collect()
}
