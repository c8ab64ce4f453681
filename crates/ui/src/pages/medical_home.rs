//! 医療機関の業務トップ (D01): what is to be done about opinions.

use askama::Template;

use crate::{Chip, ChipColor, DateText, Frame, MenuItem, Notice, NoticeKind, sample};

/// What is to be done about opinions.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_home.html")]
pub struct MedicalHomePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Today, with the day of the week.
    pub today: String,
    /// Messages: emergency, terminals that end.
    pub notices: Vec<Notice>,
    /// Numbers, each with the list that it counts.
    pub counts: Vec<OpinionCount>,
    /// Lists of what is to be done, the most pressing first.
    pub tasks: Vec<OpinionTasks>,
}

/// How many requests are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionCount {
    /// Its words.
    pub label: String,
    /// How many.
    pub number: String,
    /// Whether somebody should look.
    pub alert: bool,
}

/// Requests that want the same done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionTasks {
    /// Identifier on the page.
    pub id: &'static str,
    /// What they are.
    pub title: &'static str,
    /// What is said when there are none.
    pub none: &'static str,
    /// The first of them.
    pub rows: Vec<OpinionLine>,
    /// Address of the rest; empty: all are here.
    pub more: String,
}

/// A request in a list: never more of the person than these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionLine {
    /// Address of the request's page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date; absent when the insurer's records do not have the person any more.
    pub birth: Option<DateText>,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
    /// The municipality.
    pub insurer: String,
    /// The doctor whom it names; may be empty.
    pub doctor: String,
    /// By when.
    pub due: DateText,
    /// Days that are left, or since when it is late; absent when nothing is to be done.
    pub left: Option<Chip>,
    /// Where it stands.
    pub state: Chip,
    /// Why it was given back or declined; may be empty.
    pub note: String,
}

impl OpinionLine {
    pub(crate) fn sample(name: &str, left: (&str, ChipColor), state: (&str, ChipColor)) -> Self {
        Self {
            href: "/medical/opinions/999010/00000000-0000-0000-0000-000000000001".into(),
            name: name.into(),
            kana: "ミホン".into(),
            birth: Some(sample::date(1938, 4, 12)),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            insurer: "架空市".into(),
            doctor: "見本 医師".into(),
            due: sample::date(2026, 7, 1),
            left: Some(Chip::new(left.0, left.1)),
            state: Chip::new(state.0, state.1),
            note: String::new(),
        }
    }
}

impl MedicalHomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let count = |label: &str, number: &str, alert| OpinionCount {
            label: label.into(),
            number: number.into(),
            alert,
        };
        let mut returned = OpinionLine::sample(
            "見本 ハナ",
            ("3日経過", ChipColor::Red),
            ("差戻し", ChipColor::Orange),
        );
        returned.note = "診断名が読めません。".into();
        let busy = Self {
            frame: sample::frame(MenuItem::Opinions),
            today: "令和8年6月24日（水）".into(),
            notices: vec![Notice::new(
                NoticeKind::Warning,
                "提出期限を過ぎた依頼が1件あります",
                "作成できないときは、理由を市町村へ連絡してください。",
            )],
            counts: vec![
                count("依頼あり", "2", true),
                count("作成中", "1", false),
                count("差戻し", "1", true),
                count("受領待ち", "0", false),
            ],
            tasks: vec![
                OpinionTasks {
                    id: "returned",
                    title: "市町村から差し戻された意見書",
                    none: "差し戻された意見書はありません。",
                    rows: vec![returned],
                    more: "/medical/requests?state=returned".into(),
                },
                OpinionTasks {
                    id: "requested",
                    title: "これから作成する依頼",
                    none: "新しい依頼はありません。",
                    rows: Vec::new(),
                    more: String::new(),
                },
            ],
        };
        let quiet = Self {
            notices: Vec::new(),
            tasks: busy.tasks[1..].to_vec(),
            ..busy.clone()
        };
        vec![("busy", busy), ("quiet", quiet)]
    }
}
