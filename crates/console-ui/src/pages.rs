//! One module a group of pages; each page is one struct with its samples.

mod articles;
mod audit;
mod certificates;
mod home;
mod inquiries;
mod insurers;
mod letters;
mod message;
mod notices;
mod operating;
mod readiness;
mod reason;
mod registrations;
mod reports;
mod subsidies;
mod users;

pub use articles::*;
pub use audit::*;
pub use certificates::*;
pub use home::*;
pub use inquiries::*;
pub use insurers::{AccountLine, BodyLine, InsurerPage, InsurersPage, WaitingLine};
pub use letters::*;
pub use message::*;
pub use notices::*;
pub use operating::*;
pub use readiness::*;
pub use reason::*;
pub use registrations::*;
pub use reports::*;
pub use subsidies::*;
pub use users::*;

use kiban_ui::errors_of;

use crate::{ConsoleFrame, Link, Officer, SessionEnd};

pub(crate) fn sample_frame(place: &str) -> ConsoleFrame {
    ConsoleFrame {
        sandbox: true,
        officer: Officer {
            name: "見本 運営".into(),
            roles: "管理・監査".into(),
            csrf: "sample-token".into(),
            once: "sample-once".into(),
            menu: vec![
                Link::new("/ops", "運営トップ"),
                Link::new("/ops/inquiries", "お問い合わせ"),
            ],
            session: SessionEnd {
                until: "10時35分".into(),
                left_seconds: 900,
                last: false,
            },
        },
        place: place.into(),
        above: Vec::new(),
    }
}
