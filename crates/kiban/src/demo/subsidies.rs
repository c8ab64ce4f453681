//! Subsidies of the sandbox: years that are open on its day and were open a year before, and applications of invented offices in every
//! state that a page shows.
//!
//! What is shipped has its own days, which may be over, so the sandbox has years of its own. Its applications are made by the same use cases as
//! real ones, on days inside these years.

mod cases;
mod offices;
mod player;

use anyhow::Result;
use jiff::{ToSpan as _, civil::date};
use kiban_domain::Date;
use kiban_services::{Platform, subsidies};
use player::Player;

/// The year whose amounts and categories the sandbox plays with.
const PATTERN: &str = include_str!("../../../../data/subsidies/2025.toml");

/// A year of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Year {
    /// Open on the sandbox's day.
    Present,
    /// Over since ten months.
    Before,
}

impl Year {
    /// Its word in addresses and columns.
    fn code(self) -> &'static str {
        match self {
            Self::Present => "sandbox",
            Self::Before => "sandbox-before",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Present => "見本の年度（検証環境）　介護情報基盤の活用に向けた助成金",
            Self::Before => "見本の前の年度（検証環境）　介護情報基盤の活用に向けた助成金",
        }
    }

    /// The day around which it lies.
    fn day(self, today: Date) -> Result<Date> {
        Ok(match self {
            Self::Present => today,
            Self::Before => today.checked_sub(365.days())?,
        })
    }

    /// The data file: begun a month before its day, open for two more, with costs of half a year.
    fn file(self, today: Date) -> Result<String> {
        let on = self.day(today)?;
        let day = |days: i64| on.checked_add(days.days());
        let (first, last, costs) = (day(-30)?, day(60)?, day(-180)?);
        let mut section = "";
        let lines = PATTERN.lines().map(|line| {
            if line.starts_with('[') {
                section = line;
            }
            match line.split_once(" = ").map(|(name, _)| name) {
                Some("code") => format!("code = \"{}\"", self.code()),
                Some("title") => format!("title = \"{}\"", self.title()),
                Some("first") if section == "[costs]" => format!("first = \"{costs}\""),
                Some("first") => format!("first = \"{first}\""),
                Some("last") => format!("last = \"{last}\""),
                _ => line.to_owned(),
            }
        });
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Takes in the shipped years and those of the sandbox.
pub(super) async fn prepare(platform: &Platform, today: Date) -> Result<()> {
    subsidies::take_in_shipped(platform).await?;
    for year in [Year::Before, Year::Present] {
        subsidies::take_in(platform, &year.file(today)?).await?;
    }
    Ok(())
}

/// Makes the applications, or finds those of an earlier start. `portal` is where the portal is; the accounts of the operator have to be there.
pub(super) async fn play(platform: &Platform, portal: &str) -> Result<()> {
    offices::prepare(platform).await?;
    let today = platform.today();
    // The invented offices exist since 2022; a sandbox of an earlier day has none that could apply.
    if today < date(2024, 1, 1) {
        return Ok(());
    }
    let player = Player::new(platform, portal).await?;
    for case in cases::ALL {
        player.play(case, today).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_domain::Opening;

    #[test]
    fn of_the_sandboxs_years_one_is_open_on_its_day_and_one_is_over() {
        let today: Date = "2026-11-23".parse().unwrap();
        let noon = "2026-11-23T12:00:00+09:00".parse().unwrap();
        let read = |year: Year| subsidies::read_scheme(&year.file(today).unwrap()).unwrap();
        let scheme = read(Year::Present);
        assert_eq!(
            scheme.applications().at(noon),
            Opening::Open { days_left: 60 }
        );
        assert_eq!(scheme.code(), "sandbox");
        assert!(scheme.costs().has(today));
        let before = read(Year::Before);
        assert_eq!(before.applications().at(noon), Opening::After);
        assert_eq!(before.code(), "sandbox-before");
    }
}
