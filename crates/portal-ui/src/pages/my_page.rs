//! マイページ (M01), 導入準備チェック (M13), and the page that asks once more before something is done.

use super::{sample_date, sample_frame, sample_member};
use crate::{Chip, ChipColor, DateText, Link, Notice, NoticeKind, PortalFrame};
use askama::Template;

/// Home of an office's people: what is done, what is next, whose turn it is.
#[derive(Debug, Clone, Template)]
#[template(path = "my_page.html")]
pub struct MyPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What is urgent.
    pub notices: Vec<Notice>,
    /// Name of the office.
    pub office: String,
    /// Its number.
    pub office_no: String,
    /// The way to the first day, in order.
    pub tasks: Vec<TaskLine>,
    /// How many of them are done.
    pub done: usize,
    /// Applications for subsidies of which something is to be done or read.
    pub subsidies: Vec<TaskLine>,
    /// The newest notices of the operator.
    pub news: Vec<MyNews>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    /// What.
    pub title: String,
    /// How it stands, in a sentence.
    pub text: String,
    /// How it stands, in a word.
    pub chip: Chip,
    /// Whose turn it is: 「あなた」「運営」「市町村」; empty when it is done.
    pub turn: String,
    /// Where to do it, or to read more.
    pub link: Option<Link>,
}

/// A notice of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyNews {
    /// Its page.
    pub link: Link,
    /// When it was published.
    pub date: DateText,
}

fn frame() -> PortalFrame {
    sample_frame().with_member(sample_member()).at("/mypage")
}

impl MyPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let task = |title: &str, chip, turn: &str| TaskLine {
            title: title.into(),
            text: "運営で申請の内容を確認しています。".into(),
            chip,
            turn: turn.into(),
            link: Some(Link::new("/mypage/applications", "申請の状況を見る")),
        };
        let page = Self {
            frame: frame(),
            notices: vec![Notice::new(
                NoticeKind::Warning,
                "端末の電子証明書の期限が近づいています",
                "",
            )],
            office: "見本ケアプランセンター".into(),
            office_no: "1379900010".into(),
            tasks: vec![
                task("事業所の登録", Chip::new("審査中", ChipColor::Blue), "運営"),
                TaskLine {
                    link: None,
                    ..task("2つ目の認証方法", Chip::new("完了", ChipColor::Green), "")
                },
            ],
            done: 1,
            subsidies: vec![task(
                "助成金の申請（介護事業所等）",
                Chip::new("差戻し", ChipColor::Orange),
                "あなた",
            )],
            news: vec![MyNews {
                link: Link::new("/news/sample", "情報共有が始まった市町村について"),
                date: sample_date(1),
            }],
        };
        vec![("review", page)]
    }
}

/// What an office ticks off; posts `item`s to `/mypage/checklist`.
#[derive(Debug, Clone, Template)]
#[template(path = "checklist.html")]
pub struct ChecklistPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// For which kind of office the list is.
    pub kind_label: String,
    /// The items, in order.
    pub items: Vec<ChecklistLine>,
    /// How many are ticked off.
    pub done: usize,
}

/// An item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistLine {
    /// The value it posts.
    pub code: String,
    /// What is to be done, as done.
    pub label: String,
    /// When it was ticked off.
    pub ticked: Option<DateText>,
}

impl ChecklistPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |code: &str, ticked| ChecklistLine {
            code: code.into(),
            label: "職員の役割を決めた".into(),
            ticked,
        };
        let page = Self {
            frame: frame().at("/mypage/checklist"),
            notice: Some(Notice::new(NoticeKind::Success, "保存しました", "")),
            kind_label: "介護事業所".into(),
            items: vec![line("people", Some(sample_date(1))), line("rules", None)],
            done: 1,
        };
        vec![("saved", page)]
    }
}

/// Asks once more before something that cannot be undone, or not easily.
#[derive(Debug, Clone, Template)]
#[template(path = "my_confirm.html")]
pub struct MyConfirmPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What is to be done.
    pub title: String,
    /// What will happen, to whom, and whether it can be undone.
    pub lead: String,
    /// What it is about: term and text.
    pub facts: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// What goes with it.
    pub hidden: Vec<(String, String)>,
    /// The button, with the verb.
    pub button: String,
    /// The way back.
    pub back: Link,
}

impl MyConfirmPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame(),
            title: "端末の停止の確認".into(),
            lead: "この端末の電子証明書を、すぐに使えなくします。取り消せません。".into(),
            facts: vec![("端末".into(), "受付のパソコン".into())],
            action: "/mypage/certificates/t1/stop".into(),
            hidden: vec![("version".into(), "1".into())],
            button: "この端末を停止する".into(),
            back: Link::new("/mypage/certificates", "停止しないで前の画面へ戻る"),
        };
        vec![("stop", page)]
    }
}
