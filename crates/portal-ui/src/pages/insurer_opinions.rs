//! Requests for opinions and what came back, as a municipality sees them: 主治医意見書の受領 (I03), 作成依頼 (I04).

use super::{sample_date, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, DateText, FieldError, Link, Notice, NoticeKind, PortalFrame, TextField,
};
use askama::Template;

/// A tab of the list: where it leads, how many there are, and whether it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateTab {
    /// Where it leads, and what it shows.
    pub link: Link,
    /// How many there are.
    pub count: i64,
    /// Whether it is open.
    pub current: bool,
}

/// A request in the list.
#[derive(Clone, PartialEq, Eq)]
pub struct OpinionCaseLine {
    /// Its page.
    pub href: String,
    /// 依頼番号.
    pub request_no: String,
    /// 氏名.
    pub name: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// The institution, by name or number.
    pub institution: String,
    /// 作成依頼日.
    pub requested: DateText,
    /// When it is due.
    pub due: DateText,
    /// 「あと3日」「2日超過」; nothing where nobody has to do anything.
    pub left: Option<Chip>,
    /// Where it stands.
    pub state: Chip,
}

/// 主治医意見書の受領 (I03).
#[derive(Clone, Template)]
#[template(path = "insurer_opinions.html")]
pub struct InsurerOpinionsPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before.
    pub notice: Option<Notice>,
    /// By state.
    pub tabs: Vec<StateTab>,
    /// What the open tab is called.
    pub what: String,
    /// The requests, by due date.
    pub lines: Vec<OpinionCaseLine>,
    /// The next page.
    pub next: Option<Link>,
    /// The number on a request on paper, as typed.
    pub reference: TextField,
    /// Everything that waits as one file; nothing when nothing waits.
    pub file: Option<Link>,
    /// How many applicants nobody was asked for.
    pub unasked: usize,
}

impl InsurerOpinionsPage {
    fn errors(&self) -> Vec<FieldError> {
        kiban_ui::errors_of([("reference", &self.reference.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let tab = |href: &str, label: &str, count, current| StateTab {
            link: Link::new(href, label),
            count,
            current,
        };
        let line = |number: &str, left, state| OpinionCaseLine {
            href: "/insurer/opinions/0".into(),
            request_no: number.into(),
            name: "見本　花子".into(),
            insured_no: "0000012345".into(),
            institution: "見本クリニック".into(),
            requested: sample_date(1),
            due: sample_date(15),
            left,
            state,
        };
        let full = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions"),
            notice: None,
            tabs: vec![
                tab("/insurer/opinions?state=sent", "受領待ち", 2, true),
                tab("/insurer/opinions?state=open", "依頼中", 12, false),
                tab("/insurer/opinions?state=declined", "作成できない", 1, false),
                tab(
                    "/insurer/opinions?state=acknowledged",
                    "受領済み",
                    340,
                    false,
                ),
                tab("/insurer/opinions?state=ended", "取消・転送", 0, false),
            ],
            what: "受領待ち".into(),
            lines: vec![
                line(
                    "R-0001",
                    Some(Chip::new("2日超過", ChipColor::Red)),
                    Chip::new("送信済み", ChipColor::Orange),
                ),
                line("R-0002", None, Chip::new("送信済み", ChipColor::Orange)),
            ],
            next: Some(Link::new("/insurer/opinions?after=1", "次の200件")),
            reference: TextField::default(),
            file: Some(Link::new(
                "/insurer/opinions.csv",
                "受領待ちの意見書をまとめてダウンロードする（医見書CSV）",
            )),
            unasked: 3,
        };
        let empty = Self {
            notice: Some(Notice::new(NoticeKind::Success, "受領しました", "")),
            lines: Vec::new(),
            next: None,
            file: None,
            unasked: 0,
            ..full.clone()
        };
        let refused = Self {
            reference: TextField::of("7K3F").with_error(
                "依頼書の番号は、右上の14文字を入力してください（例：7K3F-9QW1-A0MB-42）",
            ),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty), ("refused", refused)]
    }
}

/// Somebody who applied and for whom nobody was asked for an opinion.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicantLine {
    /// The form of asking.
    pub href: String,
    /// 氏名.
    pub name: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// 申請日.
    pub applied: DateText,
    /// What is applied for.
    pub kind: String,
    /// Asked outside of this platform, on this day.
    pub asked: Option<DateText>,
}

/// 作成依頼 (I04): for whom to ask.
#[derive(Clone, Template)]
#[template(path = "insurer_applicants.html")]
pub struct ApplicantsPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The applicants, the oldest application first.
    pub lines: Vec<ApplicantLine>,
    /// How many there are in all.
    pub all: usize,
}

impl ApplicantsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |asked| ApplicantLine {
            href: "/insurer/opinions/request/0000012345/2026-11-01/0".into(),
            name: "見本　花子".into(),
            insured_no: "0000012345".into(),
            applied: sample_date(1),
            kind: "更新申請".into(),
            asked,
        };
        let full = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書"),
            lines: vec![line(None), line(Some(sample_date(2)))],
            all: 2,
        };
        let empty = Self {
            lines: Vec::new(),
            all: 0,
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

/// Opinions that the certification software's columns cannot carry whole.
#[derive(Clone, Template)]
#[template(path = "insurer_unwritten.html")]
pub struct UnwrittenPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// How many, and what to use instead.
    pub notice: Notice,
    /// The request, and what would be lost.
    pub lines: Vec<(Link, Vec<String>)>,
    /// The file without them.
    pub rest: Option<Link>,
}

impl UnwrittenPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let one = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書"),
            notice: Notice::new(
                NoticeKind::Warning,
                "1件の意見書は、医見書CSVにできません",
                "様式（PDF）かJSONを使ってください。",
            ),
            lines: vec![(
                Link::new("/insurer/opinions/0", "131128-00000042"),
                vec!["「老人保健施設」は、医見書CSVに書く欄がありません".into()],
            )],
            rest: None,
        };
        let many = Self {
            rest: Some(Link::new(
                "/insurer/opinions.csv?rest=yes",
                "残りの12件をダウンロードする（医見書CSV）",
            )),
            ..one.clone()
        };
        vec![("one", one), ("many", many)]
    }
}
