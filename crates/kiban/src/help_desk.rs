//! The help desk by telephone, from its file.

use anyhow::{Context as _, Result, bail};
use kiban_domain::Date;
use kiban_portal::{HelpDesk, Hours};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// As the file holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelpDeskFile {
    number: String,
    from: String,
    to: String,
    #[serde(default)]
    holidays: BTreeMap<String, String>,
}

/// The invented one of a sandbox.
pub(crate) fn sample() -> Result<HelpDesk> {
    read(include_str!("../../../data/help-desk.toml"))
}

/// That of a file.
pub(crate) fn open(file: &Path) -> Result<HelpDesk> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("ファイルを読めません: {}", file.display()))?;
    read(&text).with_context(|| format!("窓口のファイルに誤りがあります: {}", file.display()))
}

fn read(text: &str) -> Result<HelpDesk> {
    let file: HelpDeskFile = toml::from_str(text)?;
    let hours = Hours {
        from: minute(&file.from)?,
        to: minute(&file.to)?,
    };
    if hours.from >= hours.to {
        bail!("from は to より前の時刻にしてください");
    }
    let holidays = file.holidays.into_iter().map(|(day, name)| {
        let day: Date = day
            .parse()
            .with_context(|| format!("holidays の日付を読めません: {day}"))?;
        Ok((day, name))
    });
    Ok(HelpDesk {
        number: file.number,
        hours,
        holidays: holidays.collect::<Result<_>>()?,
    })
}

/// `9:00` as minutes from midnight.
fn minute(text: &str) -> Result<u16> {
    let parts = text.split_once(':');
    let parts = parts.and_then(|(hour, minute)| {
        let hour: u16 = hour.parse().ok().filter(|it| *it < 24)?;
        let minute: u16 = minute.parse().ok().filter(|it| *it < 60)?;
        Some(hour * 60 + minute)
    });
    parts.with_context(|| format!("時刻は 9:00 のように書いてください: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_read_and_mistakes_are_told() {
        let sample = sample().unwrap();
        assert_eq!(
            sample.hours,
            Hours {
                from: 540,
                to: 1020
            }
        );
        assert!(sample.holidays.len() > 10);
        for (text, told) in [
            ("number=\"0\"\nfrom=\"25:00\"\nto=\"26:00\"", "25:00"),
            ("number=\"0\"\nfrom=\"9:00\"\nto=\"9:00\"", "前の時刻"),
            (
                "number=\"0\"\nfrom=\"9:00\"\nto=\"17:00\"\n[holidays]\n\"2026-02-30\"=\"x\"",
                "2026-02-30",
            ),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(told), "{error}");
        }
    }
}
