//! One module a group of pages; each page is one struct with its samples.

mod article;
mod body_users;
mod chat;
mod contact;
mod entrance;
mod faq;
mod follow;
mod home;
mod inquiry;
mod insurer;
mod insurer_ask;
mod insurer_opinion;
mod insurer_opinions;
mod mailbox;
mod member_reason;
mod message;
mod my_account;
mod my_certificates;
mod my_office;
mod my_page;
mod my_users;
mod news;
mod notices;
mod operating;
mod own_account;
mod prefecture;
mod readiness;
mod search;
mod sign_up;
mod subsidy;
mod subsidy_form;
mod survey;

pub use article::*;
pub use body_users::*;
pub use chat::*;
pub use contact::*;
pub use entrance::*;
pub use faq::*;
pub use follow::*;
pub use home::*;
pub use inquiry::*;
pub use insurer::*;
pub use insurer_ask::*;
pub use insurer_opinion::*;
pub use insurer_opinions::*;
pub use mailbox::*;
pub use member_reason::*;
pub use message::*;
pub use my_account::*;
pub use my_certificates::*;
pub use my_office::*;
pub use my_page::*;
pub use my_users::*;
pub use news::*;
pub use notices::*;
pub use operating::*;
pub use own_account::*;
pub use prefecture::*;
pub use readiness::*;
pub use search::*;
pub use sign_up::*;
pub use subsidy::*;
pub use subsidy_form::*;
pub use survey::*;

use crate::{Link, PortalFrame, PortalMember};
use kiban_ui::{SessionEnd, errors_of};

pub(crate) fn sample_frame() -> PortalFrame {
    PortalFrame {
        sandbox: true,
        ..PortalFrame::default()
    }
}

pub(crate) fn sample_date(day: u8) -> kiban_ui::DateText {
    kiban_ui::DateText::new(
        format!("2026-11-{day:02}"),
        format!("令和8年11月{day}日"),
        format!("2026年11月{day}日"),
    )
}

pub(crate) fn sample_member() -> PortalMember {
    PortalMember {
        name: "見本 担当".into(),
        role: "管理者".into(),
        organisation: "ひかりケアプランセンター".into(),
        csrf: "sample-token".into(),
        once: "sample-once".into(),
        menu: vec![
            Link::new("/mypage", "マイページ"),
            Link::new("/mypage/office", "事業所の情報"),
        ],
        more: true,
        notices: Some(Link::new("/mypage/notices", "通知（未読2件）")),
        session: SessionEnd {
            until: "10時35分".into(),
            left_seconds: 1_800,
            last: false,
        },
    }
}
