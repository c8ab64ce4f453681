//! A day of the form as era, year, month and day, and as the one text that a draft keeps.

use crate::EraChoice;

/// What is behind a date of which nothing is known.
const UNKNOWN: &str = "不詳";

/// A day as it was typed in its fields; posted as `{item}_era`, `{item}_year`, `{item}_month`, `{item}_day` and `{item}_unknown`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpinionDay {
    /// The era that is chosen.
    pub era: EraChoice,
    /// Year as typed, or a whole text that is no day.
    pub year: String,
    /// Month as typed.
    pub month: String,
    /// Day as typed.
    pub day: String,
    /// Whether 不詳 is marked.
    pub unknown: bool,
}

impl OpinionDay {
    /// The text that a draft keeps. Whatever was typed stands in it.
    pub fn to_text(&self) -> String {
        let mut text = match (&*self.year, &*self.month, &*self.day) {
            ("", "", "") => String::new(),
            // A text that is no year stays as it is, so that it comes back.
            (year, "", "") if self.era == EraChoice::Seireki && !is_number(year) => year.to_owned(),
            (year, month, day) => {
                let era = match self.era {
                    EraChoice::Seireki => "",
                    era => era.label(),
                };
                let mut text = format!("{era}{year}年");
                if !(month.is_empty() && day.is_empty()) {
                    text.push_str(month);
                    text.push('月');
                }
                if !day.is_empty() {
                    text.push_str(day);
                    text.push('日');
                }
                text
            }
        };
        if self.unknown {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(UNKNOWN);
        }
        text
    }

    /// Its typed fields: the end of the name, the words, what was typed.
    pub fn parts(&self) -> [(&'static str, &'static str, &str); 3] {
        [
            ("year", "年", &self.year),
            ("month", "月", &self.month),
            ("day", "日", &self.day),
        ]
    }

    /// The fields of a kept text; one that does not fit into them stands whole in the year's. An empty one has the era `usual`.
    pub fn of_text(text: &str, usual: EraChoice) -> Self {
        if text.is_empty() {
            return Self {
                era: usual,
                ..Self::default()
            };
        }
        if text == UNKNOWN {
            return Self {
                era: usual,
                unknown: true,
                ..Self::default()
            };
        }
        let (dated, unknown) = match text.strip_suffix(UNKNOWN) {
            Some(before) => (before.trim_end(), true),
            None => (text, false),
        };
        let parted = Self {
            unknown,
            ..parted(dated)
        };
        if parted.to_text() == text {
            return parted;
        }
        Self {
            era: EraChoice::Seireki,
            year: text.to_owned(),
            ..Self::default()
        }
    }
}

fn parted(text: &str) -> OpinionDay {
    let era = EraChoice::ALL
        .into_iter()
        .find(|it| *it != EraChoice::Seireki && text.starts_with(it.label()));
    let rest = era.map_or(text, |it| &text[it.label().len()..]);
    let (year, rest) = rest.split_once('年').unwrap_or((rest, ""));
    let (month, rest) = rest.split_once('月').unwrap_or(("", rest));
    OpinionDay {
        era: era.unwrap_or(EraChoice::Seireki),
        year: year.to_owned(),
        month: month.to_owned(),
        day: rest.strip_suffix('日').unwrap_or(rest).to_owned(),
        unknown: false,
    }
}

fn is_number(text: &str) -> bool {
    text.chars().all(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w7_whatever_was_typed_of_a_day_comes_back() {
        for text in [
            "令和8年4月2日",
            "昭和15年5月6日",
            "平成20年5月",
            "平成20年",
            "2026年4月2日",
            "2008年",
            "不詳",
            "令和あ年い月う日",
            "昭和年5月日",
            "令和8年月2日",
            "R8.4.2",
            "八月ごろ",
            "昭和十五年 不詳",
            "年月日",
            "日",
            "令和8年4月2日頃",
            " ",
        ] {
            let day = OpinionDay::of_text(text, EraChoice::Reiwa);
            assert_eq!(day.to_text(), text, "{day:?}");
        }
        // A bare number is a year, and is written as one.
        let bare = OpinionDay::of_text("2008", EraChoice::Reiwa);
        assert_eq!(bare.to_text(), "2008年");
    }

    #[test]
    fn w7_an_era_alone_is_nothing() {
        let empty = OpinionDay::of_text("", EraChoice::Showa);
        assert_eq!(
            (empty.era, empty.to_text()),
            (EraChoice::Showa, String::new())
        );
        let first = OpinionDay {
            era: EraChoice::Reiwa,
            year: "元".into(),
            month: "5".into(),
            day: "1".into(),
            unknown: false,
        };
        assert_eq!(first.to_text(), "令和元年5月1日");
    }
}
