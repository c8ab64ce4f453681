//! One module a group of pages; each page is one struct with its samples.

mod article;
mod chat;
mod contact;
mod faq;
mod follow;
mod home;
mod inquiry;
mod message;
mod news;
mod readiness;
mod search;
mod survey;

pub use article::*;
pub use chat::*;
pub use contact::*;
pub use faq::*;
pub use follow::*;
pub use home::*;
pub use inquiry::*;
pub use message::*;
pub use news::*;
pub use readiness::*;
pub use search::*;
pub use survey::*;

use crate::PortalFrame;

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
