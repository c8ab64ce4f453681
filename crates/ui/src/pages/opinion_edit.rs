//! 主治医意見書の入力 (D03).

use askama::Template;
use kiban_domain::opinion::{
    Dependence, Edition, EditionParts, Evidence, ForNew, FormItem, ItemId, Kind, Level, Offered,
    OpinionForm, Section as FormSection,
};

use crate::{
    Frame, Link, MenuItem, NoteLevel, Notice, NoticeKind, OpinionControl, OpinionGroup,
    OpinionNote, opinion_groups, sample,
};

/// One section of the form of a draft; posts to `{action}` with the section's fields, `edition`, `seen`, `section`, `past`, `take` for each item taken over, and `go`:
/// `save`, `next`, `check`, `preview`, `take`, or the code of a section to go on with. With `accept: application/json` the answer is that of autosave.
#[derive(Debug, Clone, Template)]
#[template(path = "opinion_edit.html")]
pub struct OpinionEditPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Whom it is about, and for whom.
    pub head: OpinionHead,
    /// Address of the request's pages.
    pub base: String,
    /// Edition of the draft.
    pub edition: String,
    /// Revision of the draft that this page shows.
    pub seen: i64,
    /// That the draft is saved, in a sentence; empty while it is not.
    pub saved: String,
    /// What just happened, why it was given back, and what stands in the way.
    pub notices: Vec<Notice>,
    /// What cannot be saved as it stands is told here; usually nothing.
    pub stale: Option<OpinionStale>,
    /// All sections.
    pub sections: Vec<OpinionSectionLink>,
    /// Title of the one shown.
    pub title: String,
    /// Code of the one shown.
    pub section: String,
    /// Words of the button that goes on.
    pub next: String,
    /// Notes on items that stand in no field of this page.
    pub loose: Vec<OpinionNote>,
    /// Its fields.
    pub groups: Vec<OpinionGroup>,
    /// The previous opinion.
    pub past: OpinionPast,
}

/// Whom an opinion is about, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionHead {
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date with age, in words.
    pub birth: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// The municipality.
    pub insurer: String,
    /// By when, in words, with the days that are left.
    pub due: String,
    /// Title of the edition.
    pub edition: String,
}

/// Somebody saved another draft meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionStale {
    /// Items of this section that differ: words, what stands saved, what was typed here.
    pub differing: Vec<(String, String, String)>,
}

/// A section in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionSectionLink {
    /// Its code.
    pub code: String,
    /// Short title.
    pub label: String,
    /// Where it stands.
    pub state: OpinionSectionState,
}

/// How far a section is: numbers of its notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpinionSectionState {
    /// 誤り.
    pub errors: usize,
    /// 注意.
    pub cautions: usize,
    /// 未記入.
    pub missing: usize,
    /// Whether anything is filled in.
    pub begun: bool,
}

impl OpinionSectionState {
    /// The value of `data-state`: `error`, `caution`, `missing`, `done` or `empty`.
    pub fn code(self) -> &'static str {
        match self {
            Self { errors: 1.., .. } => "error",
            Self { missing: 1.., .. } => "missing",
            Self { cautions: 1.., .. } => "caution",
            Self { begun: true, .. } => "done",
            Self { .. } => "empty",
        }
    }

    /// In words: 「誤り1件」, 「記入済み」.
    pub fn label(self) -> String {
        let counted = [
            ("誤り", self.errors),
            ("未記入", self.missing),
            ("注意", self.cautions),
        ];
        let words: Vec<String> = counted
            .into_iter()
            .filter(|it| it.1 > 0)
            .map(|(word, number)| format!("{word}{number}件"))
            .collect();
        match (words.is_empty(), self.begun) {
            (false, _) => words.join("・"),
            (true, true) => "記入済み".to_owned(),
            (true, false) => "記入なし".to_owned(),
        }
    }
}

/// The previous opinion beside the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpinionPast {
    /// Not asked for.
    Closed,
    /// There is none that may be shown; the sentence says so.
    None(String),
    /// One is shown.
    Shown(PastPanel),
}

/// A previous opinion, as far as this section goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPanel {
    /// By what forms name it.
    pub key: String,
    /// Whose and of which day, in words.
    pub title: String,
    /// Other ones to look at.
    pub others: Vec<Link>,
    /// The section's items that it has.
    pub items: Vec<PastItem>,
    /// What this edition has no place for: words and text.
    pub lost: Vec<(String, String)>,
}

/// An item of a previous opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastItem {
    /// The item.
    pub item: ItemId,
    /// How it is called.
    pub label: String,
    /// What it said; empty: it was not filled in.
    pub before: String,
    /// What the draft says, where that is something else.
    pub now: Option<String>,
    /// Whether it may be taken over.
    pub may_be_taken: bool,
}

impl OpinionEditPage {
    /// Address of the form.
    pub fn action(&self) -> String {
        format!("{}/edit", self.base)
    }

    /// Which previous opinion is shown; empty: none.
    pub fn past_key(&self) -> &str {
        match &self.past {
            OpinionPast::Closed | OpinionPast::None(_) => "",
            OpinionPast::Shown(panel) => &panel.key,
        }
    }

    /// Whether the previous opinion has anything to take over here.
    pub fn may_take(&self) -> bool {
        let OpinionPast::Shown(panel) = &self.past else {
            return false;
        };
        panel
            .items
            .iter()
            .any(|it| it.may_be_taken && it.now.is_some())
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let edition = sample_edition();
        let form = OpinionForm::of(
            [
                ("entry_date", "令和8年6月24日"),
                ("other_dept_visit", "1"),
                ("diagnosis[1].name", "見本の病名"),
                ("diagnosis[1].onset", "不詳"),
                ("height_cm", "百六十"),
                ("med_mgmt", "2"),
                ("med_mgmt.emphasis", "2"),
                ("paralysis", "1"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let note = |item, level, text: &str| OpinionNote {
            item,
            level,
            text: text.into(),
        };
        let notes = [
            note(
                ItemId::HeightCm,
                NoteLevel::Error,
                "身長は、999.9までの数字（小数は1桁まで）で入力してください",
            ),
            note(
                ItemId::OtherDepts,
                NoteLevel::Missing,
                "他科受診の有無が「有」のときは、受診している他科を選択してください",
            ),
            note(
                ItemId::Course,
                NoteLevel::Caution,
                "経過及び投薬内容を含む治療内容が用紙の枠より長いため、続きは別紙に印刷されます",
            ),
        ];
        let link = |code: &str, label: &str, state| OpinionSectionLink {
            code: code.into(),
            label: label.into(),
            state,
        };
        let begun = OpinionSectionState {
            begun: true,
            ..OpinionSectionState::default()
        };
        let writing = Self {
            frame: sample::frame(MenuItem::Opinions),
            head: OpinionHead {
                name: "見本 ハナ".into(),
                kana: "ミホン ハナ".into(),
                birth: "昭和13年4月12日（88歳）".into(),
                insured_no: "0000012345".into(),
                insurer: "架空市".into(),
                due: "令和8年7月1日（あと7日）".into(),
                edition: "主治医意見書（見本の版）".into(),
            },
            base: "/medical/opinions/999010/00000000-0000-0000-0000-000000000001".into(),
            edition: "2021".into(),
            seen: 3,
            saved: "この下書きは保存されています。".into(),
            notices: Vec::new(),
            stale: None,
            sections: vec![
                link(
                    "header",
                    "基本情報",
                    OpinionSectionState {
                        missing: 2,
                        ..begun
                    },
                ),
                link(
                    "illness",
                    "1 傷病",
                    OpinionSectionState {
                        errors: 1,
                        cautions: 1,
                        ..begun
                    },
                ),
                link("special_care", "2 特別な医療", begun),
                link(
                    "remarks",
                    "5 特記すべき事項",
                    OpinionSectionState::default(),
                ),
            ],
            title: "1. 傷病に関する意見".into(),
            section: "illness".into(),
            next: "保存して「2 特別な医療」へ進む".into(),
            loose: vec![note(
                ItemId::RequestDate,
                NoteLevel::Caution,
                "作成依頼日が、市町村の依頼にある日付と違います",
            )],
            groups: opinion_groups(&edition, 1, &form, &[]),
            past: OpinionPast::Closed,
        };
        let checked = Self {
            groups: opinion_groups(&edition, 1, &form, &notes),
            notices: vec![Notice::new(
                NoticeKind::Warning,
                "市町村から差し戻されています",
                "診断名が読めません。",
            )],
            past: OpinionPast::Shown(PastPanel {
                key: "7".into(),
                title: "令和7年12月3日に当院が作成した意見書".into(),
                others: vec![Link::new(
                    "/medical/opinions/999010/00000000-0000-0000-0000-000000000001/edit?section=illness&past=3",
                    "令和6年12月10日（別の医療機関）",
                )],
                items: vec![
                    PastItem {
                        item: ItemId::Diagnosis1Name,
                        label: "診断名1".into(),
                        before: "前回の病名".into(),
                        now: Some("見本の病名".into()),
                        may_be_taken: true,
                    },
                    PastItem {
                        item: ItemId::EntryDate,
                        label: "記入日".into(),
                        before: "令和7年12月3日".into(),
                        now: Some("令和8年6月24日".into()),
                        may_be_taken: false,
                    },
                    PastItem {
                        item: ItemId::HeightCm,
                        label: "身長".into(),
                        before: "150.0".into(),
                        now: None,
                        may_be_taken: true,
                    },
                ],
                lost: vec![("留意事項（血圧）".into(), "特になし".into())],
            }),
            ..writing.clone()
        };
        let none = Self {
            past: OpinionPast::None("この方について見られる過去の意見書はありません。".into()),
            ..writing.clone()
        };
        let stale = Self {
            stale: Some(OpinionStale {
                differing: vec![("診断名1".into(), "別の病名".into(), "見本の病名".into())],
            }),
            ..writing.clone()
        };
        vec![
            ("writing", writing),
            ("checked", checked),
            ("no_past", none),
            ("stale", stale),
        ]
    }
}

/// A small edition with every kind of item, for samples.
fn sample_edition() -> Edition {
    let item = |id, kind: Kind, label: &str| FormItem {
        id,
        section: 1,
        heading: None,
        label: label.into(),
        name: None,
        kind,
        choices: Vec::new(),
        length: None,
        lines: None,
        required: false,
        with: None,
        exclusive: None,
        excludes: Vec::new(),
        range: None,
        column: None,
    };
    let offered = |all: &[(u8, &str)]| {
        let all = all.iter().map(|(code, label)| Offered {
            code: *code,
            label: (*label).into(),
        });
        all.collect::<Vec<_>>()
    };
    let with = |item, choices: &[u8]| {
        Some(Dependence {
            item,
            choices: choices.to_vec(),
            empty: Some(Level::Error),
        })
    };
    let items = vec![
        FormItem {
            required: true,
            ..item(ItemId::EntryDate, Kind::Date, "記入日")
        },
        item(ItemId::Age, Kind::Whole, "年齢"),
        FormItem {
            heading: Some("(3) 他科受診の有無".into()),
            choices: offered(&[(1, "有"), (2, "無")]),
            ..item(ItemId::OtherDeptVisit, Kind::One, "他科受診の有無")
        },
        FormItem {
            choices: offered(&[(1, "内科"), (13, "その他")]),
            with: with(ItemId::OtherDeptVisit, &[1]),
            name: Some("受診している他科".into()),
            ..item(ItemId::OtherDepts, Kind::Many, "(有の場合)")
        },
        FormItem {
            length: Some(6),
            with: with(ItemId::OtherDepts, &[13]),
            ..item(ItemId::OtherDeptText, Kind::Text, "その他の科名")
        },
        FormItem {
            heading: Some("(1) 診断名".into()),
            length: Some(30),
            required: true,
            ..item(ItemId::Diagnosis1Name, Kind::Text, "1.")
        },
        item(ItemId::Diagnosis1Onset, Kind::PartialDate, "発症年月日"),
        FormItem {
            length: Some(560),
            lines: Some(11),
            ..item(ItemId::Course, Kind::Lines, "経過")
        },
        item(ItemId::HeightCm, Kind::Decimal, "身長（cm）"),
        item(ItemId::Paralysis, Kind::Check, "麻痺"),
        FormItem {
            with: with(ItemId::Paralysis, &[]),
            name: Some("麻痺（右上肢）".into()),
            ..item(ItemId::ParalysisRightArm, Kind::Check, "右上肢")
        },
        FormItem {
            choices: offered(&[(1, "訪問診療"), (2, "訪問看護")]),
            ..item(ItemId::MedMgmt, Kind::Emphasis, "医学的管理の必要性")
        },
        FormItem {
            choices: offered(&[(2, "有")]),
            ..item(ItemId::CautionEating, Kind::One, "摂食")
        },
    ];
    let section = |code: &str, title: &str| FormSection {
        code: code.into(),
        title: title.into(),
    };
    let first = sample::day(2021, 4, 1);
    Edition::new(EditionParts {
        code: "2021".parse().expect("four digits"),
        title: "主治医意見書（見本の版）".into(),
        source: "見本".into(),
        evidence: Evidence::Inferred,
        for_new: ForNew {
            first,
            last: None,
            evidence: Evidence::Inferred,
        },
        sections: vec![
            section("administrative", "様式にない項目"),
            section("illness", "1. 傷病に関する意見"),
        ],
        items,
    })
    .expect("a test renders the samples")
}
