//! A year of subsidies that is open on the day of the sandbox: what is shipped has its own days, which may be over.

use anyhow::Result;
use jiff::ToSpan as _;
use kiban_domain::Date;
use kiban_services::{Platform, subsidies};

/// The year whose amounts and categories the sandbox plays with.
const PATTERN: &str = include_str!("../../../../data/subsidies/2025.toml");

/// Takes in the shipped years and one of the sandbox's own: begun a month ago, open for two more, with costs of the last half year.
pub(super) async fn prepare(platform: &Platform, today: Date) -> Result<()> {
    subsidies::take_in_shipped(platform).await?;
    subsidies::take_in(platform, &year(today)?).await?;
    Ok(())
}

fn year(today: Date) -> Result<String> {
    let day = |days: i64| today.checked_add(days.days());
    let (first, last, costs) = (day(-30)?, day(60)?, day(-180)?);
    let mut section = "";
    let lines = PATTERN.lines().map(|line| {
        if line.starts_with('[') {
            section = line;
        }
        match line.split_once(" = ").map(|(name, _)| name) {
            Some("code") => "code = \"sandbox\"".to_owned(),
            Some("title") => {
                "title = \"見本の年度（検証環境）　介護情報基盤の活用に向けた助成金\"".to_owned()
            }
            Some("first") if section == "[costs]" => format!("first = \"{costs}\""),
            Some("first") => format!("first = \"{first}\""),
            Some("last") => format!("last = \"{last}\""),
            _ => line.to_owned(),
        }
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_domain::Opening;

    #[test]
    fn the_sandboxs_year_is_open_on_its_day() {
        let today: Date = "2026-11-23".parse().unwrap();
        let scheme = subsidies::read_scheme(&year(today).unwrap()).unwrap();
        let noon = "2026-11-23T12:00:00+09:00".parse().unwrap();
        assert_eq!(
            scheme.applications().at(noon),
            Opening::Open { days_left: 60 }
        );
        assert_eq!(scheme.code(), "sandbox");
        assert!(scheme.costs().has(today));
    }
}
