//! What every door says of a maintenance or an incident, in the same words.

use super::{Matter, MatterKind, MatterState, Operating};
use jiff::tz::{TimeZone, offset};
use kiban_domain::{Timestamp, Wareki, tokyo_date};

/// A line above every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// Whether something does not work now, rather than later.
    pub grave: bool,
    /// What, in one sentence.
    pub title: String,
    /// When and which functions.
    pub body: String,
}

/// 「令和8年11月3日 1時00分」, in Japan.
pub fn instant(at: Timestamp) -> String {
    let day = tokyo_date(at);
    let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    format!("{day} {}時{:02}分", local.hour(), local.minute())
}

/// From when to when.
pub fn period(matter: &Matter) -> String {
    let row = &matter.row;
    let start = instant(row.starts_at);
    match row.ended_at.or(row.ends_at) {
        Some(end) if end >= row.starts_at => format!("{start}から{}まで", instant(end)),
        Some(_) => format!("{start}から（取りやめました）"),
        None => format!("{start}から"),
    }
}

/// The lines that stand above every page now, what does not work first.
pub fn banners(known: &Operating, now: Timestamp) -> Vec<Banner> {
    known
        .shown(now)
        .into_iter()
        .map(|it| banner(it, now))
        .collect()
}

fn banner(matter: &Matter, now: Timestamp) -> Banner {
    let row = &matter.row;
    let running = matter.state(now) == MatterState::Running;
    let what = match (row.kind, running) {
        (MatterKind::Incident, _) => "障害が起きています",
        (MatterKind::Maintenance, true) => "メンテナンス中です",
        (MatterKind::Maintenance, false) => "メンテナンスを行います",
    };
    let functions: Vec<_> = row.functions.iter().map(|it| it.label()).collect();
    Banner {
        grave: running,
        title: format!("{what}：{}", row.title),
        body: format!("{}（{}）", period(matter), functions.join("、")),
    }
}
