//! 職員・端末 (C15): who and what of an office may come in, and the questions before a change.

use askama::Template;

use crate::form::errors_of;
use crate::{
    Chip, ChipColor, ChoiceField, DateField, DateText, FieldError, Frame, Link, MenuItem, Notice,
    NoticeKind, PageNumber, Pager, RolePage, TextField, sample, terminal_kinds,
};

/// 職員: accounts and open invitations.
#[derive(Debug, Clone, Template)]
#[template(path = "staff.html")]
pub struct StaffPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Whether the signed-in member may change anything.
    pub administrator: bool,
    /// Whether this is the third step of the first set-up, which goes on by a POST to `/care/setup/staff`.
    pub in_setup: bool,
    /// Name or ユーザID as typed; field `q` of GET `/care/staff`.
    pub query: String,
    /// The accounts of this page.
    pub accounts: Vec<AccountLine>,
    /// Where one stands; absent in the first set-up, which shows all.
    pub pager: Option<Pager>,
    /// Whether the office belongs to a company, so that members of other offices may be let in.
    pub company: bool,
    /// Members from other offices of the company.
    pub members: Vec<MemberLine>,
    /// The open invitations.
    pub invitations: Vec<InvitationLine>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Name.
    pub name: String,
    /// ユーザID.
    pub user: String,
    /// Role.
    pub role: String,
    /// 利用中, 停止中.
    pub chip: Chip,
    /// What may be done.
    pub actions: Vec<Link>,
}

/// A member from another office of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberLine {
    /// Name.
    pub name: String,
    /// Name of the office to which the account belongs.
    pub home: String,
    /// What the member is called here.
    pub user: String,
    /// Role in this office.
    pub role: String,
    /// What may be done.
    pub actions: Vec<Link>,
}

/// One open invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationLine {
    /// Identifier, as in the addresses of its forms.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it was sent.
    pub mail: String,
    /// Role.
    pub role: String,
    /// Last day.
    pub until: DateText,
    /// Whether it has ended.
    pub ended: bool,
}

/// 端末: the terminals of the office.
#[derive(Debug, Clone, Template)]
#[template(path = "terminals.html")]
pub struct TerminalsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What just happened.
    pub notice: Option<Notice>,
    /// Whether the signed-in member may change anything.
    pub administrator: bool,
    /// Whether the signed-in member may issue codes, for new terminals and renewals.
    pub may_issue: bool,
    /// Whether a contractor is signed in.
    pub contractor: bool,
    /// Whether the office belongs to a company.
    pub company: bool,
    /// The terminals.
    pub rows: Vec<TerminalLine>,
}

/// One terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalLine {
    /// Name.
    pub name: String,
    /// Identifier.
    pub id: String,
    /// パソコン, タブレット.
    pub sort: String,
    /// Whether the page is shown on it.
    pub this: bool,
    /// 使用できます, あと30日, 停止.
    pub chip: Chip,
    /// Last day of its certificate.
    pub until: Option<DateText>,
    /// When it was last used; may be empty.
    pub seen: String,
    /// Whether it may be renewed and stopped.
    pub open: bool,
}

/// A code for a terminal, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "ticket.html")]
pub struct TicketPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The code.
    pub code: String,
    /// Number of the office, to be typed with it.
    pub office_no: String,
    /// When it ends: 「10時35分」.
    pub until: String,
    /// The name of the terminal that is renewed.
    pub renewed: Option<String>,
    /// Where to type it, in words; the portal is another door.
    pub portal: String,
    /// What its sheet as PDF needs, where it can be had.
    pub pdf: Option<TicketPdf>,
}

/// What leads from a code on the page to its sheet; posted back to `/care/terminals/code.pdf`, because the server keeps no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketPdf {
    /// When the code ends, in seconds since 1970.
    pub expires: i64,
    /// The terminal that is renewed; empty for a new one.
    pub terminal: String,
}

/// A question before a change; posts to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The page above this one.
    pub parent: Link,
    /// First heading.
    pub title: String,
    /// What will happen.
    pub lead: String,
    /// What it is about.
    pub facts: Vec<(String, String)>,
    /// Where the form goes.
    pub action: String,
    /// Words of the button.
    pub button: String,
    /// The way back.
    pub back: Link,
}

/// Another name for a terminal; posts `name` and `kind` to `/care/terminals/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "terminal_name.html")]
pub struct TerminalNamePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Identifier.
    pub id: String,
    /// The name as typed.
    pub name: TextField,
    /// パソコン or タブレット.
    pub sort: ChoiceField,
}

/// An invitation being written; posts `name`, `mail`, `role`, the date `ends` and `codes` to `/care/staff/invite`.
#[derive(Debug, Clone, Template)]
#[template(path = "invite.html")]
pub struct InvitePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Name.
    pub name: TextField,
    /// Address.
    pub mail: TextField,
    /// What the person may do.
    pub role: ChoiceField,
    /// A contractor's last day.
    pub ends: DateField,
    /// Whether a contractor may issue codes for terminals.
    pub codes: ChoiceField,
}

impl TerminalNamePage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([("name", &self.name.error), ("kind", &self.sort.error)])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            id: "T-7K3F9QW1A0BC".into(),
            name: TextField::of("受付のパソコン"),
            sort: terminal_kinds("pc"),
        };
        let rejected = Self {
            name: TextField::default().with_error("端末の名前を入力してください"),
            ..page.clone()
        };
        vec![("asked", page), ("rejected", rejected)]
    }
}

impl InvitePage {
    /// Errors in the order of the fields.
    pub fn errors(&self) -> Vec<FieldError> {
        errors_of([
            ("name", &self.name.error),
            ("mail", &self.mail.error),
            ("role", &self.role.error),
            ("ends", &self.ends.error),
            ("codes", &self.codes.error),
        ])
    }

    /// The roles to choose from.
    pub fn roles(chosen: &str) -> ChoiceField {
        let choice = |value: &str, label: &str, help: &str| crate::Choice {
            chosen: value == chosen,
            ..crate::Choice::new(value, label, help)
        };
        ChoiceField::of(vec![
            choice("1", "管理者", "職員と端末の管理もできます。"),
            choice("2", "介護支援専門員", ""),
            choice("3", "職員", ""),
            choice("4", "事務", ""),
            choice(
                "5",
                "委託先",
                "端末の設定などを頼んだ会社の人です。利用者の情報は見られません。",
            ),
        ])
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            name: TextField::default(),
            mail: TextField::default(),
            role: Self::roles(""),
            ends: DateField::default(),
            codes: RolePage::codes(false),
        };
        let rejected = Self {
            name: TextField::default().with_error("氏名を入力してください"),
            mail: TextField::of("sato").with_error("メールアドレスの形で入力してください"),
            role: Self::roles("").with_error("役割を選択してください"),
            ..page.clone()
        };
        vec![("asked", page), ("rejected", rejected)]
    }
}

impl StaffPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let number = |label: &str, href: Option<&str>| PageNumber {
            label: label.into(),
            href: href.map(Into::into),
        };
        let pager = Pager {
            summary: "全41件中 1〜20件".into(),
            previous: None,
            pages: vec![
                number("1", None),
                number("2", Some("/care/staff?q=&page=2")),
            ],
            next: Some("/care/staff?q=&page=2".into()),
            sizes: vec![
                number("20", None),
                number("50", Some("/care/staff?q=&size=50")),
            ],
        };
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            notice: Some(Notice::new(NoticeKind::Success, "ご案内を送りました", "")),
            administrator: true,
            in_setup: false,
            query: String::new(),
            pager: Some(pager),
            accounts: vec![AccountLine {
                name: "佐藤 花子".into(),
                user: "sato-hanako".into(),
                role: "介護支援専門員".into(),
                chip: Chip::new("利用中", ChipColor::Green),
                actions: vec![
                    Link::new("/care/staff/1/stop", "停止する"),
                    Link::new("/care/staff/1/reset", "ログインを再設定する"),
                ],
            }],
            company: true,
            members: vec![MemberLine {
                name: "架空 三郎".into(),
                home: "デイサービス架空".into(),
                user: "saburo@1379900023".into(),
                role: "事務".into(),
                actions: vec![Link::new("/care/members/1/end", "外す")],
            }],
            invitations: vec![InvitationLine {
                id: "1".into(),
                name: "見本 次郎".into(),
                mail: "jiro@hikari.example".into(),
                role: "職員".into(),
                until: sample::date(2026, 7, 1),
                ended: false,
            }],
        };
        let setup = Self {
            in_setup: true,
            company: false,
            members: vec![],
            notice: None,
            pager: None,
            invitations: vec![],
            ..page.clone()
        };
        let reader = Self {
            administrator: false,
            in_setup: false,
            pager: page.pager.clone(),
            ..setup.clone()
        };
        let no_hit = Self {
            query: "ヤマモト".into(),
            accounts: vec![],
            ..reader.clone()
        };
        vec![
            ("administrator", page),
            ("setup", setup),
            ("reader", reader),
            ("no_hit", no_hit),
        ]
    }
}

impl TerminalsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |name: &str, chip: Chip, open: bool| TerminalLine {
            name: name.into(),
            id: "T-7K3F9QW1A0BC".into(),
            sort: "パソコン".into(),
            this: open,
            chip,
            until: Some(sample::date(2027, 6, 23)),
            seen: "令和8年6月23日 21時05分".into(),
            open,
        };
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            notice: None,
            administrator: true,
            may_issue: true,
            contractor: false,
            company: true,
            rows: vec![
                line(
                    "受付のパソコン",
                    Chip::new("あと30日", ChipColor::Yellow),
                    true,
                ),
                line(
                    "相談室のタブレット",
                    Chip::new("停止", ChipColor::Gray),
                    false,
                ),
            ],
        };
        let reader = Self {
            administrator: false,
            may_issue: false,
            company: false,
            ..page.clone()
        };
        let contractor = Self {
            frame: sample::frame(MenuItem::Terminals),
            may_issue: true,
            contractor: true,
            ..reader.clone()
        };
        vec![
            ("administrator", page),
            ("reader", reader),
            ("contractor", contractor),
        ]
    }
}

impl TicketPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            code: "7K3F9-QW1A0".into(),
            office_no: "1379900010".into(),
            until: "10時35分".into(),
            renewed: None,
            portal: "https://portal.example/start".into(),
            pdf: Some(TicketPdf {
                expires: 1_782_264_900,
                terminal: String::new(),
            }),
        };
        let renewal = Self {
            renewed: Some("受付のパソコン".into()),
            pdf: None,
            ..page.clone()
        };
        vec![("new", page), ("renewal", renewal)]
    }
}

impl ConfirmPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            parent: Link::new("/care/staff", "職員・端末"),
            title: "端末の停止の確認".into(),
            lead: "この端末の電子証明書を、すぐに使えなくします。取り消せません。".into(),
            facts: vec![("端末".into(), "受付のパソコン".into())],
            action: "/care/terminals/T-7K3F9QW1A0BC/stop".into(),
            button: "この端末を停止する".into(),
            back: Link::new("/care/terminals", "停止しないで前の画面へ戻る"),
        };
        vec![("stop", page)]
    }
}
