//! 統計 (O17).

use super::sample_frame;
use crate::ConsoleFrame;
use askama::Template;

/// Figures of the portal.
#[derive(Debug, Clone, Template)]
#[template(path = "reports.html")]
pub struct ReportsPage {
    /// What surrounds the page.
    pub frame: ConsoleFrame,
    /// The figures.
    pub groups: Vec<ReportGroup>,
}

/// Figures that belong together.
#[derive(Debug, Clone)]
pub struct ReportGroup {
    /// Names the heading.
    pub id: &'static str,
    /// What is counted.
    pub title: &'static str,
    /// Words and counts, such as 「1,234」.
    pub lines: Vec<(String, String)>,
}

impl ReportsPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: sample_frame("/ops/reports"),
            groups: vec![
                ReportGroup {
                    id: "accounts",
                    title: "ユーザ",
                    lines: vec![("事業所・医療機関".into(), "1,234".into())],
                },
                ReportGroup {
                    id: "letters",
                    title: "送信できていないメール",
                    lines: Vec::new(),
                },
            ],
        };
        vec![("full", page)]
    }
}
