//! 作成した意見書 (D06): what the institution sent, one of them, and who read it.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, Choice, ChoiceField, Fact, FieldError, Frame, Link, MenuItem, Notice,
    NoticeKind, OpinionText, PageNumber, Pager, TextField, sample,
};

/// The opinions that the institution sent; narrowed by GET `person`, `month` and `state`.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_opinions.html")]
pub struct MedicalOpinionsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Field `person`: a part of the name or the number.
    pub person: TextField,
    /// Field `month`: 「令和8年6月」 or 「2026-06」.
    pub month: TextField,
    /// Field `state`.
    pub state: ChoiceField,
    /// Whether the list is narrowed by anything.
    pub narrowed: bool,
    /// The rows of this page, newest first.
    pub rows: Vec<SentOpinionRow>,
    /// Where one stands.
    pub pager: Pager,
    /// Address of the same list as a file.
    pub csv: String,
}

/// A sent opinion in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentOpinionRow {
    /// Address of its page.
    pub href: String,
    /// The person; the word for a name that is not known any more.
    pub name: String,
    /// 被保険者番号 with its middle hidden.
    pub masked_no: String,
    /// Municipality.
    pub insurer: String,
    /// 受付番号.
    pub receipt_no: String,
    /// When it was sent: 「令和8年6月20日 10:05」.
    pub sent: String,
    /// Where it stands.
    pub chip: Chip,
    /// When the municipality received it; empty before.
    pub received: String,
    /// Why it was given back; empty otherwise.
    pub returned: String,
}

impl MedicalOpinionsPage {
    /// The errors in their order on the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("person", &self.person.error), ("month", &self.month.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |state: &str, color, received: &str, returned: &str| SentOpinionRow {
            href: "/medical/receipts/999010-00000002".into(),
            name: "架空 太郎".into(),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            insurer: "架空市".into(),
            receipt_no: "999010-00000002".into(),
            sent: "令和8年6月20日 10:05".into(),
            chip: Chip::new(state, color),
            received: received.into(),
            returned: returned.into(),
        };
        let page = Self {
            frame: medical_frame(),
            person: TextField::default(),
            month: TextField::default(),
            state: states(),
            narrowed: false,
            rows: vec![
                row("送信済み", ChipColor::Blue, "", ""),
                row("市町村で受領", ChipColor::Green, "令和8年6月23日 09:30", ""),
                row("差戻し", ChipColor::Orange, "", "診断名が読めません"),
            ],
            pager: Pager {
                summary: "全3件中 1〜3件".into(),
                previous: None,
                pages: vec![],
                next: None,
                sizes: vec![PageNumber {
                    label: "20".into(),
                    href: None,
                }],
            },
            csv: "/medical/opinions.csv".into(),
        };
        let none = Self {
            rows: vec![],
            ..page.clone()
        };
        let narrowed = Self {
            person: TextField::of("架空"),
            narrowed: true,
            ..none.clone()
        };
        let rejected = Self {
            month: TextField::of("13月")
                .with_error("月は、「令和8年6月」か「2026-06」のように入力してください"),
            narrowed: true,
            ..none.clone()
        };
        vec![
            ("list", page),
            ("none", none),
            ("narrowed", narrowed),
            ("rejected", rejected),
        ]
    }
}

/// One sent opinion.
#[derive(Debug, Clone, Template)]
#[template(path = "medical_opinion.html")]
pub struct MedicalOpinionPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What is to be done about it, such as a correction.
    pub notice: Option<Notice>,
    /// Where it stands.
    pub chip: Chip,
    /// Person, receipt, days.
    pub facts: Vec<Fact>,
    /// Where one acts: its PDF, its request, its correction.
    pub links: Vec<Link>,
    /// Whether the first of the links is a file.
    pub has_pdf: bool,
    /// What it says.
    pub text: OpinionText,
    /// The opinion before it, in words; nothing for the first one about the person.
    pub before: Option<String>,
    /// What is different from the one before.
    pub differences: Vec<OpinionDifference>,
    /// Who read it, newest first.
    pub uses: Vec<OpinionUseRow>,
    /// Whether there are more than are shown.
    pub more_uses: bool,
}

/// An item that two opinions have differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionDifference {
    /// The item.
    pub label: String,
    /// What the earlier one says; empty: nothing.
    pub before: String,
    /// What this one says; empty: nothing.
    pub after: String,
}

/// A viewing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionUseRow {
    /// 「令和8年7月1日 10:05」.
    pub at: String,
    /// Which organisation.
    pub organisation: String,
    /// As what: 「介護事業所（ケアマネジャー）」.
    pub role: String,
    /// What was done.
    pub what: String,
    /// Why it was allowed.
    pub ground: String,
}

impl MedicalOpinionPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: medical_frame(),
            notice: None,
            chip: Chip::new("市町村で受領", ChipColor::Green),
            facts: vec![
                Fact::new("氏名", "架空 太郎"),
                Fact::new("被保険者番号", "0000012345"),
                Fact::new("保険者", "架空市（999010）"),
                Fact::new("受付番号", "999010-00000002"),
                Fact::new("送信", "令和8年6月20日 10:05"),
                Fact::new("市町村の受領", "令和8年6月23日 09:30"),
            ],
            links: vec![
                Link::new(
                    "/medical/receipts/999010-00000002.pdf",
                    "主治医意見書（PDF）をダウンロードする",
                ),
                Link::new(
                    "/medical/opinions/999010/0193b3f0-0000-7000-8000-000000000000",
                    "この依頼の画面を開く",
                ),
            ],
            has_pdf: true,
            text: OpinionText::sample(),
            before: Some("令和8年6月18日に送信した意見書（受付番号 999010-00000001）".into()),
            differences: vec![
                OpinionDifference {
                    label: "短期記憶".into(),
                    before: "問題なし".into(),
                    after: "問題あり".into(),
                },
                OpinionDifference {
                    label: "特記すべき事項".into(),
                    before: String::new(),
                    after: "独居である。\n近くに長女がいる。".into(),
                },
            ],
            uses: vec![OpinionUseRow {
                at: "令和8年7月1日 10:05".into(),
                organisation: "ケアステーション架空".into(),
                role: "介護事業所（ケアマネジャー）".into(),
                what: "意見書の内容を見た".into(),
                ground: "ご本人の同意と主治医の同意".into(),
            }],
            more_uses: false,
        };
        let returned = Self {
            notice: Some(
                Notice::new(
                    NoticeKind::Warning,
                    "市町村から差し戻されました",
                    "理由：診断名が読めません",
                )
                .with_link(Link::new(
                    "/medical/opinions/999010/0193b3f0-0000-7000-8000-000000000000/edit",
                    "意見書を直して送り直す",
                )),
            ),
            chip: Chip::new("差戻し", ChipColor::Orange),
            before: None,
            differences: vec![],
            uses: vec![],
            links: page.links[1..].to_vec(),
            has_pdf: false,
            ..page.clone()
        };
        let same = Self {
            differences: vec![],
            more_uses: true,
            ..page.clone()
        };
        vec![("received", page), ("returned", returned), ("same", same)]
    }
}

fn states() -> ChoiceField {
    let state = |code: &str, label: &str| Choice::new(code, label, "");
    ChoiceField::of(vec![
        state("", "すべての状態").chosen(),
        state("sent", "送信済み"),
        state("acknowledged", "市町村で受領"),
        state("returned", "差戻し"),
    ])
}

/// Around the samples of a medical institution.
pub(super) fn medical_frame() -> Frame {
    let mut frame = sample::frame(MenuItem::Home);
    if let Some(member) = &mut frame.member {
        member.organisation = "見本クリニック".into();
        member.role = "事務".into();
    }
    frame.current = None;
    frame
}
