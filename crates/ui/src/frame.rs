//! What surrounds every page: environment bar, header, menu, footer.

use crate::{Link, Notice};

/// Which front a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// 介護保険資格確認等WEBサービス.
    CareWeb,
    /// 介護情報基盤ポータル.
    Portal,
}

impl Site {
    /// The name in the header and the window title.
    pub fn label(self) -> &'static str {
        match self {
            Self::CareWeb => "介護保険資格確認等WEBサービス",
            Self::Portal => "介護情報基盤ポータル",
        }
    }

    /// Its start page.
    pub fn home(self) -> &'static str {
        match self {
            Self::CareWeb => "/care",
            Self::Portal => "/",
        }
    }
}

/// An item of the global menu of the care web service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuItem {
    /// 業務トップ.
    Home,
    /// 主治医意見書, for medical institutions alone.
    Opinions,
    /// 利用者一覧.
    Persons,
    /// 本人確認・担当登録.
    Register,
    /// 緊急閲覧, only while a window is open.
    Emergency,
    /// 担当登録の管理.
    Registrations,
    /// 閲覧履歴.
    AccessLog,
    /// 職員・端末.
    Office,
    /// 端末, all that a contractor has.
    Terminals,
}

impl MenuItem {
    /// In the order of the menu of an office's staff.
    pub const ALL: [Self; 8] = [
        Self::Home,
        Self::Opinions,
        Self::Persons,
        Self::Register,
        Self::Emergency,
        Self::Registrations,
        Self::AccessLog,
        Self::Office,
    ];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Home => "業務トップ",
            Self::Opinions => "主治医意見書",
            Self::Persons => "利用者一覧",
            Self::Register => "本人確認・担当登録",
            Self::Emergency => "緊急閲覧",
            Self::Registrations => "担当登録の管理",
            Self::AccessLog => "閲覧履歴",
            Self::Office => "職員・端末",
            Self::Terminals => "端末",
        }
    }

    /// Its address.
    pub fn href(self) -> &'static str {
        match self {
            Self::Home => "/care",
            Self::Opinions => "/medical",
            Self::Persons => "/care/persons",
            Self::Register => "/care/persons/new",
            Self::Emergency => "/care/emergency",
            Self::Registrations => "/care/registrations",
            Self::AccessLog => "/care/access-log",
            Self::Office => "/care/staff",
            Self::Terminals => "/care/terminals",
        }
    }
}

/// The signed-in member of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// ユーザID; tells apart what different people of one computer typed.
    pub user_id: String,
    /// Name shown in the header.
    pub name: String,
    /// Role in words: 「管理者」「介護支援専門員」.
    pub role: String,
    /// Name of the office as which the member works.
    pub organisation: String,
    /// Token that every form of this session posts as `csrf`.
    pub csrf: String,
    /// Whether an emergency window is open somewhere, so that the menu names the emergency view.
    pub emergency: bool,
    /// Whether the member may go on as another office of the company, so that the menu leads there.
    pub more_offices: bool,
    /// Whether it is a contractor, who sees terminals only.
    pub contractor: bool,
    /// Whether the office is a medical institution and which, so that the menu names the opinions.
    pub medical: Option<MedicalKind>,
    /// When the session ends by itself.
    pub session: SessionEnd,
}

/// What a medical institution does beside writing opinions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MedicalKind {
    /// Nothing of long-term care: its start page is that of the opinions.
    Medical,
    /// It gives services of long-term care too.
    MedicalAndCare,
}

/// When a session ends without another use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEnd {
    /// The time of day: 「10時35分」.
    pub until: String,
    /// Until then, in seconds.
    pub left_seconds: i64,
    /// Whether using it cannot put the end off any more.
    pub last: bool,
}

impl Member {
    /// What the menu names for this member now.
    pub fn menu(&self) -> Vec<MenuItem> {
        if self.contractor {
            return vec![MenuItem::Terminals];
        }
        let mut menu = MenuItem::ALL.to_vec();
        menu.retain(|item| match item {
            MenuItem::Emergency => self.emergency,
            MenuItem::Opinions => self.medical.is_some(),
            // Its start page is that of the opinions.
            MenuItem::Home => self.medical != Some(MedicalKind::Medical),
            _ => true,
        });
        menu
    }
}

/// What surrounds a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which front this is.
    pub site: Site,
    /// Whether to show the bar that says all data are invented.
    pub sandbox: bool,
    /// Who is signed in.
    pub member: Option<Member>,
    /// The menu item this page belongs to.
    pub current: Option<MenuItem>,
    /// Maintenances and incidents that every page tells of.
    pub banners: Vec<Notice>,
    /// Links of the footer: only pages this installation has. Help stands at the same place on every page.
    pub footer: Vec<Link>,
}

impl Frame {
    /// The token for the forms of this page; empty when nobody is signed in.
    pub fn csrf(&self) -> &str {
        self.member.as_ref().map_or("", |member| &member.csrf)
    }
}
