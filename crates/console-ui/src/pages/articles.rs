//! 記事・資料 (O10) and FAQ管理 (O09).

use super::sample_frame;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, ConsoleFrame, FieldError, Link, Notice, NoticeKind,
    Pager, TextField,
};
use askama::Template;

/// The articles of a kind.
#[derive(Debug, Clone, Template)]
#[template(path = "articles.html")]
pub struct ArticlesPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What they are: 「お知らせ」.
    pub title: String,
    /// Where the page is: `/ops/news`.
    pub path: String,
    /// The list as a file.
    pub csv: String,
    /// Other pages of this work.
    pub links: Vec<Link>,
    /// Words to look for.
    pub words: String,
    /// Filter by state.
    pub state: ChoiceField,
    /// By name.
    pub lines: Vec<ArticleLine>,
    /// Which of how many.
    pub pager: Pager,
    /// Whether how often each was the answer is shown.
    pub with_hits: bool,
}

/// An article in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleLine {
    /// Its title, with its page.
    pub link: Link,
    /// Its name in addresses.
    pub slug: String,
    /// Where its newest version stands.
    pub state: Chip,
    /// 「第3版　sato　令和8年11月23日」.
    pub changed: String,
    /// How often it was the answer, and how often it did not help; empty without.
    pub hits: String,
}

impl ArticlesPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let some = Self {
            frame: sample_frame("/ops/faq"),
            title: "よくあるご質問".into(),
            path: "/ops/faq".into(),
            csv: "/ops/news.csv".into(),
            links: vec![Link::new("/ops/faq/unanswered", "答えられなかった質問")],
            words: String::new(),
            state: ChoiceField::of(vec![Choice::new("", "すべて", "")]),
            lines: vec![ArticleLine {
                link: Link::new("/ops/faq/cert-renew", "電子証明書の更新は"),
                slug: "cert-renew".into(),
                state: Chip::new("公開中", ChipColor::Green),
                changed: "第3版　sato　令和8年11月23日".into(),
                hits: "12回（役に立たなかった 2回）".into(),
            }],
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
            with_hits: true,
        };
        let none = Self {
            lines: Vec::new(),
            with_hits: false,
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}

/// One article with what can be done with it.
#[derive(Debug, Clone, Template)]
#[template(path = "article_desk.html")]
pub struct ArticleDeskPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened.
    pub notice: Option<Notice>,
    /// What it is, with its list.
    pub list: Link,
    /// Its title.
    pub title: String,
    /// Its page here.
    pub path: String,
    /// Its newest version and revision, that forms send back.
    pub version: i32,
    /// See `version`.
    pub revision: i64,
    /// Where the newest version stands.
    pub state: Chip,
    /// What is known of it, by term.
    pub facts: Vec<(String, String)>,
    /// What has to be mended.
    pub findings: Vec<FindingLine>,
    /// How it will look; markup made by the readers of articles.
    pub preview: String,
    /// All versions, the newest first.
    pub versions: Vec<VersionLine>,
    /// What changed since the version before; empty when there is none.
    pub changes: Vec<ChangeLine>,
    /// Between which versions: 「第2版から第3版」.
    pub between: String,
    /// Whether it can be edited.
    pub may_edit: bool,
    /// Whether it can be sent to review.
    pub may_send: bool,
    /// Whether whoever looks may publish it.
    pub may_publish: bool,
    /// Whether it can be sent or taken back.
    pub may_return: bool,
    /// Whether it can be withdrawn.
    pub may_withdraw: bool,
    /// The reason for sending back or withdrawing.
    pub remark: TextField,
    /// The button that was pressed before something had to be mended.
    pub button: &'static str,
    /// From when on it is to be shown.
    pub show_from: TextField,
    /// What the kept questions say with and without it; empty without.
    pub evaluation: Vec<[String; 3]>,
    /// Whether it is a question, which can be evaluated.
    pub is_question: bool,
}

/// Something to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLine {
    /// 「8行目」.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    /// 「第3版」, with the way to what changed in it.
    pub link: Link,
    /// Where it stands.
    pub state: Chip,
    /// Who wrote it, and when.
    pub written: String,
    /// Who decided, and when; empty before.
    pub decided: String,
    /// Why it was sent back or withdrawn.
    pub remark: String,
}

/// A line that changed, or stands beside one that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// `+`, `-` or nothing.
    pub mark: &'static str,
    /// 「追加」, 「削除」 or nothing.
    pub word: &'static str,
    /// Its number.
    pub number: usize,
    /// The line.
    pub text: String,
}

impl ArticleDeskPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let fields = [("remark", &self.remark), ("show_from", &self.show_from)];
        let error = |(target, field): (&'static str, &TextField)| {
            field.error.as_ref().map(|message| FieldError {
                target,
                message: message.clone(),
            })
        };
        fields.into_iter().filter_map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let draft = Self {
            frame: sample_frame("/ops/faq"),
            notice: None,
            list: Link::new("/ops/faq", "よくあるご質問"),
            title: "電子証明書の更新は".into(),
            path: "/ops/faq/cert-renew".into(),
            version: 2,
            revision: 1,
            state: Chip::new("下書き", ChipColor::Gray),
            facts: vec![("書いた人".into(), "sato".into())],
            findings: vec![FindingLine {
                place: "6行目".into(),
                message: "aliases は、違う言い方が4つ以上必要です（いまは1つ）".into(),
            }],
            preview: "<p>期限が近づいたら、更新してください。</p>".into(),
            versions: vec![VersionLine {
                link: Link::new("/ops/faq/cert-renew?version=1", "第1版"),
                state: Chip::new("公開中", ChipColor::Green),
                written: "sato　令和8年11月20日".into(),
                decided: "mori　令和8年11月21日".into(),
                remark: String::new(),
            }],
            changes: vec![
                ChangeLine {
                    mark: "-",
                    word: "削除",
                    number: 3,
                    text: "古い行".into(),
                },
                ChangeLine {
                    mark: "+",
                    word: "追加",
                    number: 3,
                    text: "新しい行".into(),
                },
            ],
            between: "第1版から第2版".into(),
            may_edit: true,
            may_send: true,
            may_publish: false,
            may_return: false,
            may_withdraw: true,
            remark: TextField::default(),
            button: "公開を取り下げる",
            show_from: TextField::default(),
            evaluation: vec![["正しい答えが1番目".into(), "140".into(), "141".into()]],
            is_question: true,
        };
        let review = Self {
            state: Chip::new("確認待ち", ChipColor::Yellow),
            findings: Vec::new(),
            may_edit: false,
            may_send: false,
            may_publish: true,
            may_return: true,
            evaluation: Vec::new(),
            ..draft.clone()
        };
        let refused = Self {
            remark: TextField::default().with_error("理由を、1,000文字以内で入力してください"),
            notice: Some(Notice::new(NoticeKind::Warning, "公開していません", "")),
            ..review.clone()
        };
        vec![("draft", draft), ("review", review), ("refused", refused)]
    }
}

/// Writing a version.
#[derive(Debug, Clone, Template)]
#[template(path = "article_edit.html")]
pub struct ArticleEditPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened.
    pub notice: Option<Notice>,
    /// What it is, with its list.
    pub list: Link,
    /// Its title; 「新しい記事」 for a new one.
    pub title: String,
    /// Where the form goes.
    pub path: String,
    /// Where the way back leads.
    pub back: String,
    /// Its name in addresses; a field while it is new.
    pub slug: TextField,
    /// Whether it is new.
    pub new: bool,
    /// The version and revision that its writer has seen; 0 for a new one.
    pub version: i32,
    /// See `version`.
    pub revision: i64,
    /// The fields of its head, in order; empty when the text is edited whole.
    pub fields: Vec<EditField>,
    /// The body, or the whole text.
    pub body: TextField,
    /// What somebody else has written meanwhile, by line; empty without.
    pub theirs: Vec<ChangeLine>,
}

/// A field of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditField {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How to fill it in.
    pub help: String,
    /// What was typed.
    pub value: String,
    /// How many lines; 1 is a field of one line.
    pub rows: u8,
    /// Whether it has to be filled in.
    pub required: bool,
}

impl ArticleEditPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let fields = [("slug", &self.slug), ("body", &self.body)];
        let error = |(target, field): (&'static str, &TextField)| {
            field.error.as_ref().map(|message| FieldError {
                target,
                message: message.clone(),
            })
        };
        fields.into_iter().filter_map(error).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let field = |name: &str, label: &str, rows| EditField {
            name: name.into(),
            label: label.into(),
            help: "1行に1つずつ書いてください。".into(),
            value: "証明書".into(),
            rows,
            required: rows == 1,
        };
        let new = Self {
            frame: sample_frame("/ops/faq"),
            notice: None,
            list: Link::new("/ops/faq", "よくあるご質問"),
            title: "新しい記事".into(),
            path: "/ops/faq/new".into(),
            back: "/ops/faq".into(),
            slug: TextField::default()
                .with_error("名前は、英小文字・数字・ハイフンで入力してください"),
            new: true,
            version: 0,
            revision: 0,
            fields: vec![field("question", "質問", 1), field("aliases", "言い方", 6)],
            body: TextField::default(),
            theirs: Vec::new(),
        };
        let conflict = Self {
            new: false,
            slug: TextField::of("cert-renew"),
            body: TextField::of("自分の文章"),
            theirs: vec![ChangeLine {
                mark: "+",
                word: "追加",
                number: 1,
                text: "ほかの人の文章".into(),
            }],
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に更新しました",
                "",
            )),
            ..new.clone()
        };
        vec![("new", new), ("conflict", conflict)]
    }
}

/// Questions that were not answered.
#[derive(Debug, Clone, Template)]
#[template(path = "unanswered.html")]
pub struct UnansweredPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// What happened.
    pub notice: Option<Notice>,
    /// Those that ask the same together, the most frequent first.
    pub groups: Vec<QuestionLine>,
}

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionLine {
    /// All of them, the most frequent first.
    pub texts: Vec<String>,
    /// How often they were asked together.
    pub times: i64,
    /// The day one was last asked.
    pub last: String,
    /// A name for an entry, to begin with.
    pub slug: String,
}

impl UnansweredPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let some = Self {
            frame: sample_frame("/ops/faq"),
            notice: None,
            groups: vec![QuestionLine {
                texts: vec!["領収書はもらえますか".into(), "領収書がほしい".into()],
                times: 3,
                last: "令和8年11月23日".into(),
                slug: "question-1".into(),
            }],
        };
        let none = Self {
            groups: Vec::new(),
            ..some.clone()
        };
        vec![("some", some), ("none", none)]
    }
}
