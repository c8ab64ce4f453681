//! The first set-up of an office: 接続確認 and 完了 (W-2).

use askama::Template;

use crate::{Chip, ChipColor, DateText, Frame, MenuItem, SETUP_STEPS, sample};

/// 接続確認; continues with a POST to `/care/setup/connection`.
#[derive(Debug, Clone, Template)]
#[template(path = "connection.html")]
pub struct ConnectionPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Token of the form.
    pub csrf: String,
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// Whether the browser has told its time.
    pub clock_told: bool,
    /// Whether the set-up goes on from here; otherwise the page stands alone.
    pub in_setup: bool,
}

/// One check of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is checked.
    pub name: String,
    /// Whether it is well.
    pub chip: Chip,
    /// What was seen.
    pub seen: String,
    /// What to do and who can mend it; empty when all is well.
    pub remedy: String,
}

impl Check {
    /// All is well.
    pub fn good(name: &str, seen: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            chip: Chip::new("良好", ChipColor::Green),
            seen: seen.into(),
            remedy: String::new(),
        }
    }

    /// It works, but something is to be done or looked at.
    pub fn warning(name: &str, seen: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            chip: Chip::new("確認が必要", ChipColor::Orange),
            seen: seen.into(),
            remedy: remedy.into(),
        }
    }
}

/// The printable sheet 「この端末は使えます」.
#[derive(Debug, Clone, Template)]
#[template(path = "setup_done.html")]
pub struct SetupDonePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Name of the office.
    pub office: String,
    /// Its number.
    pub office_no: String,
    /// Name of the terminal.
    pub terminal: String,
    /// Last day of its certificate.
    pub until: DateText,
    /// Whom to ask.
    pub administrators: Vec<String>,
    /// The day of the sheet.
    pub today: String,
    /// Whether the sheet can be had as PDF.
    pub pdf: bool,
}

impl ConnectionPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame_outside(),
            csrf: "sample-token".into(),
            checks: vec![
                Check::good("接続先", "care.example に接続しています。"),
                Check::warning(
                    "端末の時計",
                    "端末の時計は、サーバーより12分進んでいます。",
                    "端末の日付と時刻の設定で、時刻を自動で合わせてください。事業所のパソコンの担当者が直せます。",
                ),
                Check::good(
                    "証明書の持ち主",
                    "事業所番号 1379900010、端末 受付のパソコン",
                ),
            ],
            clock_told: true,
            in_setup: true,
        };
        let alone = Self {
            in_setup: false,
            clock_told: false,
            ..page.clone()
        };
        vec![("setup", page), ("alone", alone)]
    }
}

impl SetupDonePage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample::frame(MenuItem::Office),
            office: "見本ケアプランセンター".into(),
            office_no: "1379900010".into(),
            terminal: "受付のパソコン".into(),
            until: sample::date(2027, 6, 23),
            administrators: vec!["見本 管理子".into()],
            today: "令和8年6月24日".into(),
            pdf: true,
        };
        vec![("done", page)]
    }
}
