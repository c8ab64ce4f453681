//! お問い合わせ (P14) and お電話 (P17).

use super::page;
use crate::PortalState;
use axum::{extract::State, response::Response};
use jiff::{ToSpan as _, civil::Weekday};
use kiban_domain::{Date, Wareki};
use kiban_portal_ui::{ContactPage, Section, Telephone, TelephonePage};

/// The help desk by telephone: an installation's own data.
#[derive(Debug, Clone)]
pub struct HelpDesk {
    /// The number as people read it.
    pub number: String,
    /// When it is answered.
    pub hours: Hours,
    /// Days on which it is not answered although they are weekdays, with their names.
    pub holidays: Vec<(Date, String)>,
}

/// From which minute of the day to which it is answered, on weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first minute, from midnight.
    pub from: u16,
    /// The first minute after.
    pub to: u16,
}

impl Hours {
    fn text(minute: u16) -> String {
        format!("{}:{:02}", minute / 60, minute % 60)
    }
}

impl HelpDesk {
    /// Why nobody answers on a day, if so.
    fn closed_on(&self, day: Date) -> Option<&str> {
        let holiday = self.holidays.iter().find(|(it, _)| *it == day);
        if let Some((_, name)) = holiday {
            return Some(name);
        }
        match (day.weekday(), day.month(), day.day()) {
            (Weekday::Saturday, ..) => Some("土曜日"),
            (Weekday::Sunday, ..) => Some("日曜日"),
            (_, 12, 29..) | (_, 1, ..=3) => Some("年末年始"),
            _ => None,
        }
    }
}

pub(super) fn shown(help: &HelpDesk) -> Telephone {
    Telephone {
        number: help.number.clone(),
        hours: format!(
            "平日 {}〜{}",
            Hours::text(help.hours.from),
            Hours::text(help.hours.to)
        ),
        closed: "土日祝日・12月29日〜1月3日".into(),
    }
}

/// GET `/contact`.
pub(super) async fn show(State(state): State<PortalState>) -> Response {
    page(&ContactPage {
        frame: state.portal_frame().of(Section::Contact),
        telephone: state.public.help.as_ref().map(shown),
        form: true,
    })
}

/// GET `/contact/tel`.
pub(super) async fn telephone(State(state): State<PortalState>) -> Response {
    let now = state.platform.now();
    let local = now.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute()));
    let help = state.public.help.as_ref();
    let open = |help: &HelpDesk| {
        let today = local.date();
        if let Some(why) = help.closed_on(today) {
            return format!("本日は休業日です（{why}）");
        }
        let minute = minute.unwrap_or_default();
        if minute < help.hours.from {
            format!("本日は{}から受け付けます", Hours::text(help.hours.from))
        } else if minute < help.hours.to {
            format!(
                "ただいま受け付けています（{}まで）",
                Hours::text(help.hours.to)
            )
        } else {
            "本日の受付は終了しました".to_owned()
        }
    };
    page(&TelephonePage {
        frame: state
            .portal_frame()
            .of(Section::Contact)
            .below("/contact", "お問い合わせ"),
        telephone: help.map(shown),
        now: help.map_or_else(String::new, open),
        closed_days: help.map_or_else(Vec::new, |help| coming(help, local.date())),
    })
}

/// Weekdays of the next four weeks on which nobody answers.
fn coming(help: &HelpDesk, today: Date) -> Vec<String> {
    let days = (0..28).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .filter_map(|day| {
            let name = help.closed_on(day)?;
            let day = Wareki::try_from(day).ok()?;
            Some(format!("{}　{name}", day.long_with_weekday()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn p5_nobody_answers_on_weekends_holidays_and_at_the_turn_of_the_year() {
        let help = HelpDesk {
            number: "0120-000-000".into(),
            hours: Hours {
                from: 540,
                to: 1020,
            },
            holidays: vec![(date(2026, 11, 23), "勤労感謝の日".into())],
        };
        assert_eq!(help.closed_on(date(2026, 11, 23)), Some("勤労感謝の日"));
        assert_eq!(help.closed_on(date(2026, 11, 24)), None);
        assert_eq!(help.closed_on(date(2026, 11, 28)), Some("土曜日"));
        assert_eq!(help.closed_on(date(2026, 12, 29)), Some("年末年始"));
        assert_eq!(help.closed_on(date(2027, 1, 4)), None);
        assert_eq!(
            coming(&help, date(2026, 11, 22)),
            ["令和8年11月23日(月)　勤労感謝の日"]
        );
        assert_eq!(shown(&help).hours, "平日 9:00〜17:00");
    }
}
