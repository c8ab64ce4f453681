//! What surrounds every page of the portal: environment bar, header, menus, footer.

use kiban_ui::{Link, Notice, SessionEnd};

/// An item of the portal's global menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// ホーム.
    Home,
    /// お知らせ.
    News,
    /// 各種申請.
    Apply,
    /// 市町村の対応状況.
    Readiness,
    /// よくあるご質問.
    Faq,
    /// 各種資料.
    Docs,
    /// お問い合わせ.
    Contact,
}

impl Section {
    /// In the order of the menu.
    pub const ALL: [Self; 7] = [
        Self::Home,
        Self::News,
        Self::Apply,
        Self::Readiness,
        Self::Faq,
        Self::Docs,
        Self::Contact,
    ];

    /// Its words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Home => "ホーム",
            Self::News => "お知らせ",
            Self::Apply => "各種申請",
            Self::Readiness => "市町村の対応状況",
            Self::Faq => "よくあるご質問",
            Self::Docs => "各種資料",
            Self::Contact => "お問い合わせ",
        }
    }

    /// Its address.
    pub fn href(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::News => "/news",
            Self::Apply => "/apply",
            Self::Readiness => "/readiness",
            Self::Faq => "/faq",
            Self::Docs => "/docs",
            Self::Contact => "/contact",
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalMember {
    /// The name in the header.
    pub name: String,
    /// What they may do, in words: 「管理者」.
    pub role: String,
    /// For whom they act.
    pub organisation: String,
    /// Token that every form of this session posts as `csrf`.
    pub csrf: String,
    /// What a form of this page that makes something posts as `once`, so that it acts once.
    pub once: String,
    /// The pages of their own area, in order; the first is its home.
    pub menu: Vec<Link>,
    /// Whether they may go on as another body.
    pub more: bool,
    /// Their notices, with how many are unread; nobody's for the operator.
    pub notices: Option<Link>,
    /// When the session ends without another use.
    pub session: SessionEnd,
}

/// What surrounds a page of the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortalFrame {
    /// Who is signed in; nobody on pages that any cache may keep.
    pub member: Option<PortalMember>,
    /// Address of the page of the member's menu to which this one belongs.
    pub place: String,
    /// Whether to show the bar that says all data are invented, with the way to the sandbox's own page.
    pub sandbox: bool,
    /// Maintenances and incidents that every page tells of.
    pub banners: Vec<Notice>,
    /// The menu item this page belongs to.
    pub current: Option<Section>,
    /// Pages above this one, outermost first, without the home page and this page itself.
    pub above: Vec<Link>,
}

impl PortalFrame {
    /// The same frame, as the page of a menu item.
    #[must_use]
    pub fn of(mut self, section: Section) -> Self {
        self.current = Some(section);
        self
    }

    /// The same frame, for somebody who is signed in.
    #[must_use]
    pub fn with_member(mut self, member: PortalMember) -> Self {
        self.member = Some(member);
        self
    }

    /// The same frame, at a page of the member's own menu.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// The token for the forms of this page; empty when nobody is signed in.
    pub fn csrf(&self) -> &str {
        self.member.as_ref().map_or("", |member| &member.csrf)
    }

    /// The one-time value for the forms of this page; empty when nobody is signed in.
    pub fn once(&self) -> &str {
        self.member.as_ref().map_or("", |member| &member.once)
    }

    /// The same frame, below another page.
    #[must_use]
    pub fn below(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.above.push(Link::new(href, label));
        self
    }
}
