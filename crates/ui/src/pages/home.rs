//! 業務トップ (C01).

use askama::Template;

use crate::{
    Chip, ChipColor, DateText, Frame, Link, MenuItem, Notice, NoticeKind, PersonRow, sample,
};

/// 業務トップ: what has to be done today.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Today, with the day of the week.
    pub today: String,
    /// Messages to everyone: a municipality that began to share, maintenance.
    pub notices: Vec<Notice>,
    /// How many persons the office is registered for.
    pub persons: String,
    /// Registrations that end soon, nearest first.
    pub ending: Vec<Task>,
    /// Persons whose application has moved on and was not looked at since, newest first.
    pub moved: Vec<Task>,
    /// Applications of 25 days and more, longest first.
    pub applications: Vec<Task>,
    /// Certifications that run out soon, nearest first.
    pub expiring: Vec<Task>,
    /// The certificate of this terminal.
    pub terminal: TerminalCertificate,
    /// State of the municipalities of the office's persons.
    pub municipalities: Vec<MunicipalityState>,
    /// Persons for whom the office registered last.
    pub recent: Vec<PersonRow>,
}

/// Something to do about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Person's name and address of the page where one acts.
    pub person: Link,
    /// What it is about: 「訪問介護の担当登録」.
    pub what: String,
    /// When.
    pub due: DateText,
    /// 「あと5日」「28日目」.
    pub chip: Chip,
}

/// The client certificate that admits this terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalCertificate {
    /// Name of the terminal.
    pub terminal: String,
    /// 有効, 更新時期.
    pub chip: Chip,
    /// Last day.
    pub until: DateText,
    /// What to do when it runs out soon; empty otherwise.
    pub advice: String,
}

/// How far a municipality is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MunicipalityState {
    /// Name.
    pub name: String,
    /// 情報共有中, データ移行中 and so on.
    pub chip: Chip,
    /// Since when or from when, in words.
    pub note: String,
}

impl HomePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let date = sample::date;
        let task = |person: Link, what: &str, due, chip| Task {
            person,
            what: what.into(),
            due,
            chip,
        };
        let busy = Self {
            frame: sample::frame(MenuItem::Home),
            today: "令和8年6月24日（水）".into(),
            notices: vec![
                Notice::new(
                    NoticeKind::Info,
                    "架空川町が情報の共有を始めました",
                    "令和8年6月22日から、架空川町の被保険者の情報を確認できます。",
                )
                .with_link(Link::new(
                    "/care/persons?insurer=999028",
                    "架空川町の利用者を見る",
                )),
            ],
            persons: "38".into(),
            ending: vec![
                task(
                    sample::person_link(1),
                    "訪問介護の担当登録",
                    date(2026, 6, 30),
                    Chip::new("あと6日", ChipColor::Yellow),
                ),
                task(
                    sample::person_link(2),
                    "居宅介護支援の担当登録",
                    date(2026, 7, 15),
                    Chip::new("あと21日", ChipColor::Gray),
                ),
            ],
            moved: vec![task(
                sample::person_link(3),
                "認定申請",
                date(2026, 6, 23),
                Chip::new("一次判定済", ChipColor::Blue),
            )],
            applications: vec![task(
                sample::person_link(3),
                "更新申請（主治医意見書を待っています）",
                date(2026, 5, 27),
                Chip::new("28日目", ChipColor::Orange),
            )],
            expiring: vec![task(
                sample::person_link(0),
                "要介護2",
                date(2026, 7, 31),
                Chip::new("あと37日", ChipColor::Yellow),
            )],
            terminal: TerminalCertificate {
                terminal: "事務室のPC 1".into(),
                chip: Chip::new("更新時期", ChipColor::Orange),
                until: date(2026, 7, 20),
                advice: "期限が近づいています。管理者がポータルのマイページで更新してください。"
                    .into(),
            },
            municipalities: vec![
                MunicipalityState {
                    name: "架空市".into(),
                    chip: Chip::new("情報共有中", ChipColor::Green),
                    note: "令和8年4月1日から".into(),
                },
                MunicipalityState {
                    name: "架空川町".into(),
                    chip: Chip::new("情報共有中", ChipColor::Green),
                    note: "令和8年6月22日から".into(),
                },
                MunicipalityState {
                    name: "見本村".into(),
                    chip: Chip::new("データ移行中", ChipColor::Blue),
                    note: "令和8年10月ごろの予定です".into(),
                },
            ],
            recent: sample::person_rows(4),
        };
        let quiet = Self {
            notices: vec![],
            persons: "0".into(),
            ending: vec![],
            moved: vec![],
            applications: vec![],
            expiring: vec![],
            terminal: TerminalCertificate {
                chip: Chip::new("有効", ChipColor::Green),
                until: date(2029, 3, 31),
                advice: String::new(),
                ..busy.terminal.clone()
            },
            municipalities: vec![],
            recent: vec![],
            ..busy.clone()
        };
        vec![("busy", busy), ("quiet", quiet)]
    }
}
