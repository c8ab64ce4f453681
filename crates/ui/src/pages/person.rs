//! The person's pages that show certificates: 概要 (C04), 資格・証情報 (C05), 履歴（基準日）.

use askama::Template;

use crate::{
    Certificates, Chip, ChipColor, DateText, Frame, Link, MenuItem, Notice, NoticeKind, Period,
    TextField, sample,
};

/// Who a page is about; stands at the top of every page of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonHead {
    /// 保険者番号, for addresses.
    pub insurer_no: String,
    /// 被保険者番号, for addresses only.
    pub insured_no: String,
    /// 被保険者番号 with its middle hidden, as shown.
    pub masked_no: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: DateText,
    /// 「88歳」; may be empty.
    pub age: String,
    /// 「男」「女」.
    pub sex: String,
    /// Municipality.
    pub insurer_name: String,
    /// 要介護度 on the day shown.
    pub care_level: Chip,
}

impl PersonHead {
    /// Address of the person's overview; the other tabs lie below it.
    pub fn path(&self) -> String {
        format!("/care/persons/{}/{}", self.insurer_no, self.insured_no)
    }

    pub(crate) fn sample() -> Self {
        Self {
            insurer_no: "999010".into(),
            insured_no: "0000012345".into(),
            masked_no: "＊＊＊＊＊＊＊345".into(),
            name: "架空 太郎".into(),
            kana: "カクウ タロウ".into(),
            birth: sample::date(1938, 4, 12),
            age: "88歳".into(),
            sex: "男".into(),
            insurer_name: "架空市".into(),
            care_level: Chip::new("要介護2", ChipColor::Blue),
        }
    }
}

/// A tab of a person's pages; each is a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonTab {
    /// 概要.
    Overview,
    /// 資格・証情報.
    Qualification,
    /// 要介護認定情報.
    Certification,
    /// 認定申請の進捗.
    Progress,
    /// 履歴（基準日）.
    History,
    /// 主治医意見書.
    Opinions,
    /// 書類.
    Documents,
    /// 同意の記録.
    Consents,
    /// この方の閲覧履歴.
    AccessLog,
}

impl PersonTab {
    /// In the order shown.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Qualification,
        Self::Certification,
        Self::Progress,
        Self::History,
        Self::Opinions,
        Self::Documents,
        Self::Consents,
        Self::AccessLog,
    ];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "概要",
            Self::Qualification => "資格・証情報",
            Self::Certification => "要介護認定情報",
            Self::Progress => "認定申請の進捗",
            Self::History => "履歴（基準日）",
            Self::Opinions => "主治医意見書",
            Self::Documents => "書類",
            Self::Consents => "同意の記録",
            Self::AccessLog => "この方の閲覧履歴",
        }
    }

    /// What follows [`PersonHead::path`] in its address.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Qualification => "/qualification",
            Self::Certification => "/certification",
            Self::Progress => "/progress",
            Self::History => "/history",
            Self::Opinions => "/opinions",
            Self::Documents => "/documents",
            Self::Consents => "/consents",
            Self::AccessLog => "/access-log",
        }
    }
}

/// The day whose information is shown; asked for by GET `on` at `…/history`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    /// Free text: `2025-10-01` or 「令和7年10月1日」; an error names what is not a day.
    pub field: TextField,
    /// The day shown.
    pub day: DateText,
}

/// 利用者の概要: what holds today and until when it may be seen.
#[derive(Debug, Clone, Template)]
#[template(path = "person.html")]
pub struct PersonPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// Whether the certification is in force, in one sentence.
    pub validity: Notice,
    /// That other offices manage the person's care on the same day.
    pub double: Option<Notice>,
    /// Our registration, and so until when this may be seen.
    pub registration: RegistrationFacts,
    /// The application under way.
    pub application: Option<ApplicationFacts>,
    /// The certificates in force.
    pub certificates: Certificates,
    /// Today, as the start of the as-of form.
    pub as_of: AsOf,
    /// What changed since the office looked last; absent at a first look.
    pub changes: Option<ChangesPanel>,
}

/// What changed since a day; another day is asked for by GET `since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesPanel {
    /// The day.
    pub since: DateText,
    /// Whether the reader chose it; else it is the day of the last look.
    pub chosen: bool,
    /// Free text of field `since`; an error names what is no day.
    pub field: TextField,
    /// What changed, by part.
    pub parts: Vec<ChangedPart>,
}

/// What changed in one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPart {
    /// Its name.
    pub part: String,
    /// What changed, the latest first.
    pub lines: Vec<ChangeLine>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// 「要介護度が 要介護1 から 要介護2 に変わりました」.
    pub text: String,
    /// From which day on it is true, if it has one.
    pub from: Option<DateText>,
    /// When the municipality's file brought it.
    pub came: Option<DateText>,
}

impl ChangesPanel {
    fn samples() -> [Self; 3] {
        let line = |text: &str, from, came| ChangeLine {
            text: text.into(),
            from: Some(from),
            came: Some(came),
        };
        let date = sample::date;
        let some = Self {
            since: date(2026, 6, 10),
            chosen: false,
            field: TextField::of("令和8年6月10日"),
            parts: vec![
                ChangedPart {
                    part: "被保険者証".into(),
                    lines: vec![line(
                        "要介護度が 要介護1 から 要介護2 に変わりました",
                        date(2026, 6, 1),
                        date(2026, 6, 20),
                    )],
                },
                ChangedPart {
                    part: "負担割合証".into(),
                    lines: vec![line(
                        "負担割合証が新しくなりました",
                        date(2026, 8, 1),
                        date(2026, 6, 18),
                    )],
                },
            ],
        };
        let none = Self {
            parts: vec![],
            ..some.clone()
        };
        let rejected = Self {
            chosen: true,
            field: TextField::of("あした")
                .with_error("調べ始める日は、実在する日付を入力してください（例：令和7年10月1日）"),
            ..some.clone()
        };
        [some, none, rejected]
    }
}

/// The office's registration for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationFacts {
    /// Kind of service.
    pub service: String,
    /// How the person's identity was checked for it.
    pub method: String,
    /// From when to when.
    pub period: Period,
    /// 有効, 終了予定.
    pub chip: Chip,
}

/// An application under way, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFacts {
    /// 「更新申請」.
    pub kind: String,
    /// State.
    pub chip: Chip,
    /// 「12日目・主治医意見書を待っています」.
    pub note: String,
}

/// 資格・証情報: every certificate in full, and earlier ones.
#[derive(Debug, Clone, Template)]
#[template(path = "qualification.html")]
pub struct QualificationPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// When the municipality last changed these, 「令和8年6月23日 21時05分」.
    pub updated: String,
    /// The certificates in force.
    pub certificates: Certificates,
    /// All versions, newest first.
    pub history: Vec<CertificateVersion>,
}

/// One version of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateVersion {
    /// Name of the certificate.
    pub kind: String,
    /// 交付年月日, where the certificate has one.
    pub issued: Option<DateText>,
    /// From when to when.
    pub period: Period,
    /// What it said: 「1割」「要介護2」.
    pub content: String,
    /// 有効, 期限切れ, 取消.
    pub chip: Chip,
}

/// 履歴（基準日）: what held on a day, and how it changed.
#[derive(Debug, Clone, Template)]
#[template(path = "history.html")]
pub struct HistoryPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who it is about.
    pub person: PersonHead,
    /// The day shown, and the form to choose another.
    pub as_of: AsOf,
    /// What held on that day; empty when the day was not understood.
    pub facts: Vec<Fact>,
    /// Care level and limit over time, newest first.
    pub rows: Vec<HistoryRow>,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub term: String,
    /// Its value.
    pub value: String,
}

impl Fact {
    /// `term` is `value`.
    pub fn new(term: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            value: value.into(),
        }
    }
}

/// A span in which care level and limit stayed the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// From when to when.
    pub period: Period,
    /// 要介護度.
    pub care_level: Chip,
    /// 「19,705単位」; empty when there is none.
    pub limit: String,
    /// Kind of application it came from.
    pub origin: String,
    /// Whether the day asked for lies within.
    pub holds: bool,
}

impl PersonPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            validity: Notice::new(
                NoticeKind::Success,
                "要介護2の認定は、令和8年7月31日（2026年7月31日）まで有効です",
                "あと37日です。更新申請は受け付けられています。",
            ),
            double: Some(Notice::new(
                NoticeKind::Warning,
                "ほかの事業所も、この方のケアマネジメントの担当として登録しています",
                "居宅介護支援センター見本（居宅介護支援）。どちらが担当か、事業所どうしで確かめてください。",
            )),
            registration: RegistrationFacts {
                service: "居宅介護支援".into(),
                method: "マイナンバーカード（目視）".into(),
                period: Period {
                    from: sample::date(2025, 10, 1),
                    to: None,
                },
                chip: Chip::new("有効", ChipColor::Green),
            },
            application: Some(ApplicationFacts {
                kind: "更新申請".into(),
                chip: Chip::new("意見書作成依頼済", ChipColor::Blue),
                note: "12日目・主治医意見書を待っています".into(),
            }),
            certificates: sample::certificates(),
            changes: None,
            as_of: AsOf {
                field: TextField::of("令和8年6月24日"),
                day: sample::date(2026, 6, 24),
            },
        };
        let [some, none, rejected] = ChangesPanel::samples();
        let with = |changes| Self {
            changes: Some(changes),
            ..page.clone()
        };
        let (changed, unchanged, rejected) = (with(some), with(none), with(rejected));
        let expired = Self {
            validity: Notice::new(
                NoticeKind::Warning,
                "認定の有効期間は、令和8年5月31日（2026年5月31日）に終わっています",
                "更新申請の状況を、ご本人または市町村の窓口に確認してください。",
            )
            .with_link(Link::new(
                format!("{}/progress", page.person.path()),
                "認定申請の進捗を見る",
            )),
            application: None,
            certificates: sample::certificates_withheld(),
            ..page.clone()
        };
        vec![
            ("valid", page),
            ("expired_withheld", expired),
            ("changed", changed),
            ("unchanged", unchanged),
            ("since_rejected", rejected),
        ]
    }
}

impl QualificationPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let version = |kind: &str, issued, period, content: &str, chip| CertificateVersion {
            kind: kind.into(),
            issued: Some(issued),
            period,
            content: content.into(),
            chip,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            updated: "令和8年6月23日 21時05分".into(),
            certificates: sample::certificates(),
            history: vec![
                version(
                    "負担割合証",
                    sample::date(2025, 7, 20),
                    sample::period((2025, 8, 1), (2026, 7, 31)),
                    "1割",
                    Chip::new("有効", ChipColor::Green),
                ),
                version(
                    "負担割合証",
                    sample::date(2024, 7, 19),
                    sample::period((2024, 8, 1), (2025, 7, 31)),
                    "2割",
                    Chip::new("期限切れ", ChipColor::Gray),
                ),
                version(
                    "被保険者証",
                    sample::date(2024, 8, 5),
                    sample::period((2024, 8, 1), (2026, 7, 31)),
                    "要介護2",
                    Chip::new("有効", ChipColor::Green),
                ),
            ],
        };
        let little = Self {
            certificates: sample::certificates_withheld(),
            history: vec![],
            ..page.clone()
        };
        vec![("full", page), ("withheld", little)]
    }
}

impl HistoryPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |period, level: &str, limit: &str, origin: &str, holds| HistoryRow {
            period,
            care_level: Chip::new(level, ChipColor::Blue),
            limit: limit.into(),
            origin: origin.into(),
            holds,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Persons),
            person: PersonHead::sample(),
            as_of: AsOf {
                field: TextField::of("2023-10-01"),
                day: sample::date(2023, 10, 1),
            },
            facts: vec![
                Fact::new("要介護度", "要介護1"),
                Fact::new("区分支給限度基準額", "1月当たり 16,765単位"),
                Fact::new("利用者負担の割合", "2割"),
                Fact::new("負担限度額認定", "なし"),
                Fact::new("給付制限", "なし"),
            ],
            rows: vec![
                row(
                    sample::period((2024, 8, 1), (2026, 7, 31)),
                    "要介護2",
                    "19,705単位",
                    "更新申請",
                    false,
                ),
                row(
                    sample::period((2023, 8, 1), (2024, 7, 31)),
                    "要介護1",
                    "16,765単位",
                    "新規申請",
                    true,
                ),
            ],
        };
        let field = TextField::of("昨年の春")
            .with_error("基準日は、実在する日付を入力してください（例：令和7年10月1日）");
        let wrong = Self {
            as_of: AsOf {
                field,
                ..page.as_of.clone()
            },
            facts: vec![],
            ..page.clone()
        };
        vec![("on_a_day", page), ("not_a_day", wrong)]
    }
}
