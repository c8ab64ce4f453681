//! 主治医意見書 about a person (W-8): the past ones that the office may see, and one of them.

use askama::Template;

use crate::{
    Chip, ChipColor, DateText, Fact, Frame, Link, MenuItem, OpinionText, PersonHead, Section,
    Withheld, WithheldReason, sample,
};

/// The past opinions about a person.
#[derive(Debug, Clone, Template)]
#[template(path = "person_opinions.html")]
pub struct PersonOpinionsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// Whether the person's other pages can be opened: not by an institution that is only asked for an opinion.
    pub tabs: bool,
    /// What may be seen, newest first.
    pub opinions: Section<Vec<PastOpinionRow>>,
    /// How many are kept back because their physician did not agree.
    pub withheld: usize,
}

/// A past opinion in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOpinionRow {
    /// Address of its page.
    pub href: String,
    /// 記入日, if it is known.
    pub entered: Option<DateText>,
    /// The institution that wrote it.
    pub institution: String,
    /// The physician.
    pub doctor: String,
    /// Where it stands.
    pub chip: Chip,
    /// When the municipality received it.
    pub received: Option<DateText>,
    /// The form on which it is written.
    pub edition: String,
    /// Whether it came on paper.
    pub paper: bool,
}

/// One past opinion.
#[derive(Debug, Clone, Template)]
#[template(path = "person_opinion.html")]
pub struct PersonOpinionPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// As in [`PersonOpinionsPage::tabs`].
    pub tabs: bool,
    /// Receipt, institution, days.
    pub facts: Vec<Fact>,
    /// Where it stands.
    pub chip: Chip,
    /// What it says.
    pub text: OpinionText,
    /// Address and words of its PDF, where it can be had.
    pub pdf: Option<Link>,
    /// Whether it came on paper, so that only some items were typed.
    pub paper: bool,
}

impl PersonOpinionsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |number: usize, paper| PastOpinionRow {
            href: format!("/care/persons/999010/0000012345/opinions/999010-0000000{number}"),
            entered: Some(sample::date(2026, 6, 20)),
            institution: "見本クリニック".into(),
            doctor: "見本 一郎".into(),
            chip: Chip::new("市町村で受領", ChipColor::Green),
            received: Some(sample::date(2026, 6, 23)),
            edition: "主治医意見書（2021年版）".into(),
            paper,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            tabs: true,
            opinions: Section::Shown(vec![row(2, false), row(1, true)]),
            withheld: 1,
        };
        let none = Self {
            opinions: Section::Absent("市町村が受領した主治医意見書はまだありません。".into()),
            withheld: 0,
            ..page.clone()
        };
        let only_withheld = Self {
            opinions: Section::Absent("表示できる主治医意見書はありません。".into()),
            withheld: 2,
            ..page.clone()
        };
        let no_consent = Self {
            opinions: Section::Withheld(Withheld {
                reason: WithheldReason::NoConsent,
                link: Some(Link::new(
                    "/care/persons/999010/0000012345/consents",
                    "同意の記録を開く",
                )),
            }),
            withheld: 0,
            ..page.clone()
        };
        let asked = Self {
            tabs: false,
            withheld: 0,
            ..page.clone()
        };
        vec![
            ("list", page),
            ("none", none),
            ("only_withheld", only_withheld),
            ("no_consent", no_consent),
            ("asked_institution", asked),
        ]
    }
}

impl PersonOpinionPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            tabs: true,
            facts: vec![
                Fact::new("受付番号", "999010-00000002"),
                Fact::new("医療機関", "見本クリニック"),
                Fact::new("記入日", "令和8年6月20日（2026年6月20日）"),
                Fact::new("市町村の受領日", "令和8年6月23日（2026年6月23日）"),
            ],
            chip: Chip::new("市町村で受領", ChipColor::Green),
            text: OpinionText::sample(),
            pdf: Some(Link::new(
                "/care/persons/999010/0000012345/opinions/999010-00000002.pdf",
                "主治医意見書（PDF）をダウンロードする",
            )),
            paper: false,
        };
        let paper = Self {
            tabs: false,
            paper: true,
            ..page.clone()
        };
        let no_printer = Self {
            pdf: None,
            ..page.clone()
        };
        vec![
            ("shown", page),
            ("paper", paper),
            ("no_printer", no_printer),
        ]
    }
}
