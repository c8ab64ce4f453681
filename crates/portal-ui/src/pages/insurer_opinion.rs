//! One request for an opinion as a municipality sees it (I03), and the form of an opinion that came on paper (D-3).

use super::{sample_date, sample_frame, sample_member};
use crate::{
    Chip, ChipColor, ChoiceField, DateText, FieldError, Link, Notice, NoticeKind, PortalFrame,
    TextField,
};
use askama::Template;

/// An opinion that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentOpinionLine {
    /// 受付番号.
    pub receipt_no: String,
    /// Which of the request, from 1.
    pub number: i64,
    /// When it came.
    pub sent: DateText,
    /// The time of day.
    pub time: String,
    /// Which way.
    pub route: String,
    /// Where it stands.
    pub state: Chip,
    /// Why it was given back; may be empty.
    pub note: String,
    /// Its files.
    pub files: Vec<Link>,
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStepLine {
    /// The day.
    pub date: DateText,
    /// The time of day.
    pub time: String,
    /// What was done.
    pub what: String,
    /// By whom.
    pub who: String,
    /// Why; may be empty.
    pub note: String,
}

/// A section of the form with what was written in it: item, text, and whether the first judgement uses it.
pub type WrittenSection = (String, Vec<(String, String, bool)>);

/// One request.
#[derive(Clone, Template)]
#[template(path = "insurer_opinion.html")]
pub struct InsurerOpinionPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// What happened before, or what has to be done.
    pub notice: Option<Notice>,
    /// 依頼番号.
    pub request_no: String,
    /// Where it stands.
    pub state: Chip,
    /// 「あと3日」.
    pub left: Option<Chip>,
    /// About whom, of whom, when: term and text.
    pub facts: Vec<(String, String)>,
    /// Its own address.
    pub action: String,
    /// The receipt that waits to be received; empty when none does.
    pub waiting: String,
    /// The form of giving back, for what waits or was received.
    pub give_back: Option<Link>,
    /// What else can be done.
    pub acts: Vec<Link>,
    /// What the opinion that stands says.
    pub written: Vec<WrittenSection>,
    /// The opinions that came, newest first.
    pub opinions: Vec<SentOpinionLine>,
    /// The steps, newest first.
    pub steps: Vec<CaseStepLine>,
}

impl InsurerOpinionPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let sent = SentOpinionLine {
            receipt_no: "131128-00000042".into(),
            number: 1,
            sent: sample_date(9),
            time: "10時5分".into(),
            route: "画面".into(),
            state: Chip::new("送信済み", ChipColor::Orange),
            note: String::new(),
            files: vec![
                Link::new(
                    "/insurer/opinions/0/131128-00000042/form.pdf",
                    "意見書（PDF）",
                ),
                Link::new(
                    "/insurer/opinions/0/131128-00000042/opinion.csv",
                    "医見書CSV",
                ),
            ],
        };
        let step = |what: &str, who: &str, note: &str| CaseStepLine {
            date: sample_date(9),
            time: "10時5分".into(),
            what: what.into(),
            who: who.into(),
            note: note.into(),
        };
        let waiting = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書"),
            notice: None,
            request_no: "R-0001".into(),
            state: Chip::new("送信済み", ChipColor::Orange),
            left: None,
            facts: vec![
                ("氏名".into(), "見本　花子（ミホン　ハナコ）".into()),
                ("被保険者番号".into(), "0000012345".into()),
                ("医療機関".into(), "見本クリニック（1319900013）".into()),
                (
                    "提出期限".into(),
                    "令和8年11月15日（2026年11月15日）".into(),
                ),
            ],
            action: "/insurer/opinions/0".into(),
            waiting: "131128-00000042".into(),
            give_back: Some(Link::new(
                "/insurer/opinions/0/return?receipt=131128-00000042",
                "差し戻す",
            )),
            acts: vec![Link::new(
                "/insurer/opinions/0/paper",
                "紙で届いた意見書を登録する",
            )],
            written: vec![
                (
                    "3. 心身の状態に関する意見".into(),
                    vec![
                        ("認知症高齢者の日常生活自立度".into(), "Ⅱb".into(), true),
                        ("身長".into(), "152.5".into(), false),
                    ],
                ),
                (
                    "5. 特記すべき事項".into(),
                    vec![(
                        "特記すべき事項".into(),
                        "夜間に不安が強く、見守りが必要である。\n家族の負担が大きい。".into(),
                        false,
                    )],
                ),
            ],
            opinions: vec![sent.clone()],
            steps: vec![
                step("送信", "見本クリニック", ""),
                step("依頼", "架空市", ""),
            ],
        };
        let declined = Self {
            notice: Some(Notice::new(
                NoticeKind::Warning,
                "医療機関は、この意見書を作成できません",
                "最終診察から長期間経過している。昨年の4月から受診がありません。",
            )),
            state: Chip::new("辞退", ChipColor::Red),
            waiting: String::new(),
            give_back: None,
            acts: vec![
                Link::new("/insurer/opinions/0/request", "別の医療機関へ依頼する"),
                Link::new(
                    "/insurer/opinions/0/request.pdf",
                    "紙の依頼書を印刷する（PDF）",
                ),
            ],
            written: Vec::new(),
            opinions: Vec::new(),
            ..waiting.clone()
        };
        let returned = Self {
            notice: Some(Notice::new(NoticeKind::Success, "差し戻しました", "")),
            state: Chip::new("差戻し", ChipColor::Red),
            left: Some(Chip::new("2日超過", ChipColor::Red)),
            waiting: String::new(),
            give_back: None,
            written: Vec::new(),
            opinions: vec![SentOpinionLine {
                state: Chip::new("差戻し", ChipColor::Red),
                note: "短期記憶の記入がありません".into(),
                ..sent
            }],
            ..waiting.clone()
        };
        vec![
            ("waiting", waiting),
            ("declined", declined),
            ("returned", returned),
        ]
    }
}

/// An item of judgement in the form of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyItemField {
    /// Name of its field.
    pub id: &'static str,
    /// The item.
    pub label: String,
    /// Its choices.
    pub field: ChoiceField,
}

/// An opinion that came on paper (D-3); posts to its own address with the scan.
#[derive(Clone, Template)]
#[template(path = "insurer_paper.html")]
pub struct PaperOpinionPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its own address.
    pub action: String,
    /// About whom: term and text.
    pub about: Vec<(String, String)>,
    /// The scan.
    pub scan: TextField,
    /// The day on which it came.
    pub received: TextField,
    /// 記入日.
    pub written: TextField,
    /// The doctor's name as on the paper.
    pub doctor: TextField,
    /// The first diagnosis.
    pub diagnosis: TextField,
    /// Consent and the items of the first judgement.
    pub items: Vec<KeyItemField>,
    /// 特記すべき事項.
    pub remarks: TextField,
    /// What is wrong with the whole.
    pub faults: Vec<FieldError>,
    /// The page above.
    pub back: String,
}

impl PaperOpinionPage {
    /// What has to be mended.
    pub fn errors(&self) -> Vec<FieldError> {
        let fields = [
            ("scan", &self.scan.error),
            ("received", &self.received.error),
            ("written", &self.written.error),
            ("doctor", &self.doctor.error),
            ("diagnosis", &self.diagnosis.error),
        ];
        let items = self.items.iter().map(|it| (it.id, &it.field.error));
        let all = fields.into_iter().chain(items);
        let all = all.chain([("remarks", &self.remarks.error)]);
        let mut errors = kiban_ui::errors_of(all);
        errors.extend(self.faults.iter().cloned());
        errors
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        use crate::Choice;
        let consent = KeyItemField {
            id: "consent",
            label: "介護サービス計画作成等への利用の同意".into(),
            field: ChoiceField::of(vec![
                Choice::new("1", "同意する", ""),
                Choice::new("2", "同意しない", ""),
            ]),
        };
        let memory = KeyItemField {
            id: "short_term_memory",
            label: "短期記憶".into(),
            field: ChoiceField::of(vec![
                Choice::new("1", "問題なし", ""),
                Choice::new("2", "問題あり", ""),
            ]),
        };
        let empty = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/insurer/opinions")
                .below("/insurer/opinions", "主治医意見書")
                .below("/insurer/opinions/0", "R-0001"),
            action: "/insurer/opinions/0/paper".into(),
            about: vec![
                ("氏名".into(), "見本　花子".into()),
                ("被保険者番号".into(), "0000012345".into()),
            ],
            scan: TextField::default(),
            received: TextField::default(),
            written: TextField::default(),
            doctor: TextField::default(),
            diagnosis: TextField::default(),
            items: vec![consent.clone(), memory.clone()],
            remarks: TextField::default(),
            faults: Vec::new(),
            back: "/insurer/opinions/0".into(),
        };
        let refused = Self {
            scan: TextField::default().with_error("意見書を読み取ったPDFを選択してください"),
            items: vec![
                KeyItemField {
                    field: consent
                        .field
                        .clone()
                        .with_error("同意の有無を選択してください"),
                    ..consent
                },
                memory,
            ],
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused)]
    }
}
